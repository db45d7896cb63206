#include "backend/keys/quota_share.h"

#include <algorithm>

#include "backend/keys/project.h"

namespace geminate::keys {
namespace {

/// What was used of each kind, as far as there are limits to hold it against.
std::int64_t used_of(const ModelLedger& ledger, QuotaKind kind, const LedgerTime& time) {
  if (kind == QuotaKind::RequestsPerDay) return ledger.requests_on(time.day);
  if (kind == QuotaKind::TokensPerDay) return ledger.tokens_on(time.day);
  const MinuteWindow::Use minute = ledger.minute_use(time);
  return counts_tokens(kind) ? minute.tokens : minute.requests;
}

}  // namespace

QuotaShare tightest_quota(const Project& project, const ModelTable& models, const LedgerTime& time) {
  QuotaShare tightest;
  project.for_each_ledger([&](const ModelLedger& ledger) {
    // What unlisted models share is nobody's quota.
    if (ledger.model() == ModelTable::kUnlisted) return;
    const QuotaLimits& beliefs = models.beliefs(ledger.model());
    for (std::size_t each = 0; each < kQuotaKinds; ++each) {
      const auto kind = static_cast<QuotaKind>(each);
      const std::uint32_t own = ledger.limits().get(kind).amount;
      const std::int64_t limit = own != 0 ? own : beliefs.get(kind).amount;
      if (limit == 0) continue;
      const std::int64_t percent = used_of(ledger, kind, time) * 100 / limit;
      const auto share = static_cast<std::int32_t>(std::clamp<std::int64_t>(percent, 0, 100));
      if (share > tightest.percent) tightest = {share, ledger.model()};
    }
  });
  return tightest;
}

}  // namespace geminate::keys
