#include "backend/proxy/retry_policy.h"

#include <algorithm>

namespace geminate::proxy {
namespace {

constexpr std::uint32_t kMaximumUpstreamTries = 3;
constexpr std::uint32_t kMaximumOwnerTries = 3;
/// Far beyond what a healthy pool needs; it bounds the work that one hostile request can cause.
constexpr std::uint32_t kMaximumAttempts = 64;

std::chrono::milliseconds backoff(std::uint32_t faults, double jitter) {
  const double base = 50.0 * static_cast<double>(1U << std::min(faults, 6U));
  return std::chrono::milliseconds{static_cast<std::int64_t>(base * (0.5 + jitter / 2))};
}

}  // namespace

void RetryBudget::on_request() { tenths_ = std::min(tenths_ + 1, kMaximumTenths); }

bool RetryBudget::take() {
  if (tenths_ < kTenthsPerRetry) return false;
  tenths_ -= kTenthsPerRetry;
  return true;
}

RetryDecision decide(keys::VerdictKind verdict, const AttemptsSoFar& so_far, RetryBudget& budget,
                     double jitter) {
  using keys::VerdictKind;
  if (so_far.attempts >= kMaximumAttempts) return {};
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
      if (so_far.upstream_faults < kMaximumUpstreamTries && budget.take()) {
        return {NextStep::TryAgain, backoff(so_far.upstream_faults, jitter)};
      }
      return {};
    case VerdictKind::Fine:
    case VerdictKind::ClientFault:
    case VerdictKind::Egress:
      return {};
  }
  return {};
}

}  // namespace geminate::proxy
