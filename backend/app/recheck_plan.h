#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "shared/core/time.h"
#include "shared/dto/health.h"

namespace geminate::app {

/// When each suspect key is checked again by itself, so that no client's request need find out that it is
/// well. Spaced twice: each key waits longer with every check that did not help, and no two keys that fell
/// together are checked together. Holds nothing about keys that are well. Pure; one thread.
class RecheckPlan {
 public:
  /// `first`: from the moment a key becomes suspect to its first check. `random`: from 0 up to 1.
  RecheckPlan(std::chrono::milliseconds first, std::function<double()> random);

  /// Keeps the plan true to what happens to keys: a suspect gets its place, what is well, dead, disabled or
  /// gone loses it.
  void on_event(const KeyEventView& event, MonotonicTime now);
  /// Suspects that were found otherwise, such as those whose bench is over: they are checked soon.
  void add(const std::vector<std::int64_t>& ids, MonotonicTime now);
  /// The keys whose time has come, at most `most`. Each is expected back by `on_checked`.
  std::vector<std::int64_t> take_due(std::size_t most, MonotonicTime now);
  void on_checked(std::int64_t key_id, CheckVerdict verdict, MonotonicTime now);

  /// For waits that begin from now on.
  void set_first(std::chrono::milliseconds first) { first_ = first; }

  /// The keys that have a place.
  [[nodiscard]] std::unordered_set<std::int64_t> ids() const;
  /// These are gone, or not in use any more.
  void forget(const std::unordered_set<std::int64_t>& key_ids);
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }

  /// However often it failed, a suspect is looked at once in so long.
  static constexpr std::chrono::hours kLongest{6};

 private:
  struct Wait {
    MonotonicTime due;
    std::uint32_t failures = 0;
    bool in_flight = false;
  };
  [[nodiscard]] std::chrono::milliseconds spread(std::chrono::milliseconds delay) const;

  std::chrono::milliseconds first_;
  const std::function<double()> random_;
  std::unordered_map<std::int64_t, Wait> waiting_;
};

}  // namespace geminate::app
