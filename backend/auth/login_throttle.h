#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "shared/core/time.h"

namespace geminate::auth {

/// Slows the guessing of a password down, per address and, more gently, over all addresses. Pure but for what
/// it remembers; its owner locks.
///
/// An address may be wrong a few times, then waits 1 s, 2 s, 4 s … up to kLongestWait; a quarter of an hour
/// without a wrong one and all is forgotten. When too many wrong ones come from everywhere together, each
/// costs its address a wait at once. An address that was not wrong itself never waits, so nobody can lock the
/// admin out from afar.
class LoginThrottle {
 public:
  static constexpr int kFreeFailures = 5;
  static constexpr std::chrono::seconds kLongestWait{30};
  static constexpr std::chrono::minutes kMemory{15};
  /// Wrong passwords from everywhere: so many at once, and one a second.
  static constexpr double kGlobalBurst = 50;
  static constexpr std::chrono::seconds kStrainedWait{10};
  static constexpr std::size_t kMaxPeers = 10'000;

  /// In how long the address may try; nothing when it may now.
  [[nodiscard]] std::optional<std::chrono::milliseconds> wait_for(std::string_view peer,
                                                                  MonotonicTime now) const;
  void failed(std::string_view peer, MonotonicTime now);
  void succeeded(std::string_view peer);

 private:
  struct Peer {
    int failures = 0;
    MonotonicTime last_failure{};
    MonotonicTime blocked_until{};
  };

  void make_room(MonotonicTime now);
  bool take_from_global(MonotonicTime now);

  std::unordered_map<std::string, Peer> peers_;
  double global_left_ = kGlobalBurst;
  MonotonicTime global_filled_{};
};

/// One name for all addresses that one customer commonly has: an IPv6 address's /64, anything else as it is.
std::string throttled_address(std::string_view peer);

}  // namespace geminate::auth
