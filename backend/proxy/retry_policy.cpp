#include "backend/proxy/retry_policy.h"

#include <algorithm>

namespace geminate::proxy {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t kMaximumUpstreamTries = 3;
constexpr std::uint32_t kMaximumOwnerTries = 3;
/// What the first pause is shorter than; the next ones may each be twice as long.
constexpr milliseconds kFirstPause{100};
/// Who is asked to stay away for longer had better tell the client.
constexpr milliseconds kLongestAskedPause{5'000};

milliseconds random_pause(std::uint32_t faults, double jitter) {
  const auto longest = kFirstPause * (1U << std::min(faults - 1, kMaximumUpstreamTries));
  return milliseconds{static_cast<std::int64_t>(static_cast<double>(longest.count()) * jitter)};
}

RetryDecision after_upstream_fault(const AttemptsSoFar& so_far, const RetryMoment& moment,
                                   RetryBudget& budget) {
  if (so_far.upstream_faults >= kMaximumUpstreamTries) return {};
  const milliseconds asked = moment.upstream_asks.value_or(milliseconds{0});
  if (asked > kLongestAskedPause) return {};
  const milliseconds wait = asked + random_pause(std::max(so_far.upstream_faults, 1U), moment.jitter);
  // The budget last: what is not retried must not cost anything.
  if (wait >= moment.time_left || !budget.take()) return {};
  return {NextStep::TryAgain, wait};
}

}  // namespace

void RetryBudget::on_request() {
  if (owed_ > 0) {
    --owed_;
    return;
  }
  tenths_ = std::min(tenths_ + 1, kMaximumTenths);
}

bool RetryBudget::take() {
  if (tenths_ < kTenthsPerRetry) return false;
  tenths_ -= kTenthsPerRetry;
  return true;
}

RetryDecision decide(keys::VerdictKind verdict, const AttemptsSoFar& so_far, const RetryMoment& moment,
                     RetryBudget& budget) {
  using keys::VerdictKind;
  if (moment.time_left <= milliseconds{0}) return {};
  switch (verdict) {
    case VerdictKind::Dead:
    case VerdictKind::Suspect:
    case VerdictKind::Limited:
    case VerdictKind::NoQuotaForModel:
      return {NextStep::TryAnotherKey, {}};
    case VerdictKind::WrongOwner:
      if (so_far.wrong_owners < kMaximumOwnerTries) return {NextStep::TryAnotherKey, {}};
      return {};
    case VerdictKind::UpstreamFault:
      return after_upstream_fault(so_far, moment, budget);
    case VerdictKind::Fine:
    case VerdictKind::ClientFault:
    case VerdictKind::Egress:
      return {};
  }
  return {};
}

}  // namespace geminate::proxy
