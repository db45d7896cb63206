#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "shared/core/time.h"

namespace geminate::auth {

/// Slows the guessing of passwords and codes down: per address, and more gently per account name and over
/// all. Pure but for what it remembers; its owner locks.
///
/// An address may be wrong a few times, then waits 1 s, 2 s, 4 s … up to kLongestWait; a quarter of an hour
/// without a wrong one and all is forgotten. When too many wrong ones come from everywhere together, or for
/// one name, each costs its address a wait at once. An address that was not wrong itself never waits, so
/// nobody can lock an admin out from afar.
class LoginThrottle {
 public:
  static constexpr int kFreeFailures = 5;
  static constexpr std::chrono::seconds kLongestWait{30};
  static constexpr std::chrono::minutes kMemory{15};
  /// Wrong ones from everywhere: so many at once, and one a second.
  static constexpr double kGlobalBurst = 50;
  static constexpr double kGlobalPerSecond = 1;
  static constexpr std::chrono::seconds kStrainedWait{10};
  /// And for one name.
  static constexpr double kNameBurst = 20;
  static constexpr double kNamePerSecond = 1.0 / 6;
  static constexpr std::chrono::seconds kStrainedNameWait = kLongestWait;
  static constexpr std::size_t kMaxPeers = 10'000;
  static constexpr std::size_t kMaxNames = 10'000;

  /// In how long the address may try; nothing when it may now.
  [[nodiscard]] std::optional<std::chrono::milliseconds> wait_for(std::string_view peer,
                                                                  MonotonicTime now) const;
  /// `name`: the account's, as folded_name makes it.
  void failed(std::string_view peer, std::string_view name, MonotonicTime now);
  /// Forgets the address's wrong ones if all were for this name; otherwise it only takes the last one back,
  /// or an account of one's own would pay for guesses at another's.
  void succeeded(std::string_view peer, std::string_view name);
  /// Takes a failure back that turned out to be none.
  void withdraw(std::string_view peer, std::string_view name);

 private:
  struct Bucket {
    double spent = 0;
    MonotonicTime since{};

    /// Whether one more goes into it.
    bool take(double burst, double per_second, MonotonicTime now);
    void give_back();
  };
  struct Peer {
    int failures = 0;
    MonotonicTime last_failure{};
    MonotonicTime blocked_until{};
    /// Whom the guesses were for.
    std::string name;
    bool is_mixed = false;
  };

  void make_room(MonotonicTime now);
  Bucket& bucket_of(std::string_view name, MonotonicTime now);

  std::unordered_map<std::string, Peer> peers_;
  std::unordered_map<std::string, Bucket> names_;
  Bucket global_;
};

/// One name for all addresses that one customer commonly has: an IPv6 address's /64, anything else as it is.
std::string throttled_address(std::string_view peer);

}  // namespace geminate::auth
