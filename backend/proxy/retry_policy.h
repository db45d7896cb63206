#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "backend/keys/verdict.h"
#include "shared/core/time.h"

namespace geminate::proxy {

/// What a request has been through so far.
struct AttemptsSoFar {
  /// Attempts begun, the one that just failed included.
  std::uint32_t attempts = 0;
  /// Of those, how many ended in an upstream fault.
  std::uint32_t upstream_faults = 0;
  /// Of those, how many were told that the resource belongs to another key.
  std::uint32_t wrong_owners = 0;
};

/// The moment at which an attempt failed.
struct RetryMoment {
  /// Until the request's deadline.
  std::chrono::milliseconds time_left{0};
  /// What upstream's Retry-After asks for; nothing when it does not.
  std::optional<std::chrono::milliseconds> upstream_asks{};
  /// A random number in [0, 1).
  double jitter = 0;
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
/// earns a tenth of a retry, up to a reserve of three. One per worker; its thread only.
class RetryBudget {
 public:
  void on_request();
  /// Takes one retry if there is one.
  bool take();

 private:
  static constexpr std::uint32_t kTenthsPerRetry = 10;
  static constexpr std::uint32_t kMaximumTenths = 30;
  /// A fresh process may retry once before it has seen traffic. That one is a loan: the first requests pay it
  /// back before any earns, so that from the tenth request on no more than a tenth of them were ever retried.
  std::uint32_t tenths_ = kTenthsPerRetry;
  std::uint32_t owed_ = kTenthsPerRetry;
};

/// Decides after a failed attempt, before the first byte has gone to the client. Quota and key verdicts go on
/// with another key until the pool or the deadline ends it: they cost Google nothing and teach us something.
/// Upstream faults are retried twice at most, within the budget, after a pause that grows and is wholly
/// random (so that what failed together does not come back together), no shorter than upstream asks and never
/// beyond the deadline; one that asks for a long pause is not retried. The caller tells the budget of each
/// request.
RetryDecision decide(keys::VerdictKind verdict, const AttemptsSoFar& so_far, const RetryMoment& moment,
                     RetryBudget& budget);

}  // namespace geminate::proxy
