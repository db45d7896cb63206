#include "backend/keys/verdict.h"

#include <algorithm>

#include "backend/keys/verdict_table.h"

namespace geminate::keys {
namespace {

/// Beyond what any quota of Google's asks for; a larger delay is a mistake of somebody's.
constexpr std::chrono::milliseconds kLongestDelay = std::chrono::hours{48};
/// Google's names are below a hundred characters; this is put into lists and logs.
constexpr std::size_t kMaxQuotaName = 200;

bool names_time(const GoogleError& error) { return error.retry_delay && error.retry_delay->count() > 0; }

/// Several quotas may be named; the one that resets last is the one that holds, and Google's delay speaks for
/// all. Where a quota has no id, what it measures has to name it.
std::string quota_of(const GoogleError& error) {
  const auto& all = error.violations;
  if (all.empty()) return {};
  auto chosen = std::find_if(all.begin(), all.end(), [](const auto& quota) { return quota.limit == 0; });
  if (chosen == all.end()) {
    chosen = std::find_if(all.begin(), all.end(), [](const auto& quota) { return quota.is_of_a_day(); });
  }
  if (chosen == all.end()) chosen = all.begin();
  const std::string& name = chosen->quota_id.empty() ? chosen->metric : chosen->quota_id;
  return name.substr(0, kMaxQuotaName);
}

void complete_limit(const VerdictRow& row, const GoogleError& error, Verdict& verdict) {
  verdict.quota = quota_of(error);
  verdict.violations = error.violations;
  verdict.retry_after = row.rest;
  if (row.kind == VerdictKind::NoQuotaForModel) return;
  if (names_time(error)) verdict.retry_after = std::min(*error.retry_delay, kLongestDelay);
  verdict.is_unexplained = row.is_unexplained && !names_time(error);
  if (!verdict.quota.empty()) verdict.reason = "quota " + verdict.quota + " is spent";
  if (!names_time(error)) verdict.reason += "; Google named no time";
}

Verdict verdict_of(const Outcome& outcome) {
  const VerdictRow& row = row_for(outcome);
  Verdict verdict;
  verdict.kind = row.kind;
  // Never Google's own words: they have been seen to hold the key.
  verdict.reason = row.meaning;
  verdict.consumer = outcome.error.consumer;
  const bool rests = row.kind == VerdictKind::Limited || row.kind == VerdictKind::NoQuotaForModel;
  if (rests) complete_limit(row, outcome.error, verdict);
  return verdict;
}

}  // namespace

Verdict judge(const GoogleError& error, bool asks_for_resource) {
  return verdict_of({error, asks_for_resource, std::nullopt});
}

Verdict judge(TransportFault fault) { return verdict_of({GoogleError{}, false, fault}); }

}  // namespace geminate::keys
