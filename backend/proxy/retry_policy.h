#pragma once

#include <chrono>
#include <cstdint>

#include "backend/keys/verdict.h"
#include "shared/core/time.h"

namespace geminate::proxy {

/// What a request has been through so far; the policy's only input besides the verdict.
struct AttemptsSoFar {
  /// Attempts begun, the one that just failed included.
  std::uint32_t attempts = 0;
  /// Of those, how many ended in an upstream fault.
  std::uint32_t upstream_faults = 0;
  /// Of those, how many were told that the resource belongs to another key.
  std::uint32_t wrong_owners = 0;
};

enum class NextStep : std::uint8_t {
  /// Lease another key at once; the pool says when there is none.
  TryAnotherKey,
  /// Upstream had a bad moment: once more after `wait`, whatever key comes.
  TryAgain,
  /// Hand the client what upstream said, or an error of ours.
  GiveUp,
};

struct RetryDecision {
  NextStep step = NextStep::GiveUp;
  std::chrono::milliseconds wait{0};
};

/// Upstream faults may be retried for one request in ten, so that an outage is never amplified: each request
/// earns a tenth of a retry, up to a small reserve. One per worker; its thread only.
class RetryBudget {
 public:
  void on_request();
  /// Takes one retry if there is one.
  bool take();

 private:
  static constexpr std::uint32_t kTenthsPerRetry = 10;
  static constexpr std::uint32_t kMaximumTenths = 100;
  /// A fresh process may retry a little before it has seen traffic.
  std::uint32_t tenths_ = 30;
};

/// Decides after a failed attempt, before the first byte has gone to the client. Quota and key verdicts go on
/// with another key until the pool or the deadline ends it; upstream faults are retried twice at most and
/// within the budget. `jitter` is a random number in [0, 1).
RetryDecision decide(keys::VerdictKind verdict, const AttemptsSoFar& so_far, RetryBudget& budget,
                     double jitter);

}  // namespace geminate::proxy
