#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <vector>

#include "backend/keys/project.h"
#include "backend/keys/ref.h"

namespace geminate::keys {

/// What comes back to one model, and when: keys or whole projects that were taken out of its ready set. Any
/// thread. The request path reads one number as long as nothing is due; who finds something due releases it,
/// and nobody waits for him.
class Returns {
 public:
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  static constexpr std::uint32_t kWholeProject = std::numeric_limits<std::uint32_t>::max();

  struct Item {
    /// Milliseconds of the monotonic clock.
    std::int64_t at = 0;
    /// Or kWholeProject.
    std::uint32_t slot = kWholeProject;
    /// Whether it was benched, which is no matter of quota.
    bool is_bench = false;
    Ref<Project> project{};
  };

  void add(Item item);
  [[nodiscard]] bool is_due(std::int64_t ms) const { return next_.load(std::memory_order_acquire) <= ms; }
  /// Hands over what is due, some at a time; nothing when another thread is at it.
  std::vector<Item> take_due(std::int64_t ms);
  void clear();

  /// Calls `still_holds(item)` with the earliest ones of that kind until it says so, and answers with that
  /// one's time; those that do not hold are dropped (`still_holds` may have added another in its place by
  /// changing the item's time). For refusals; takes the lock.
  template <class StillHolds>
  std::int64_t earliest(bool is_bench, StillHolds&& still_holds) {
    const std::lock_guard lock(mutex_);
    Queue& queue = is_bench ? benches_ : rests_;
    while (!queue.empty()) {
      Item item = queue.top();
      const std::int64_t at = item.at;
      const bool holds = still_holds(item);
      if (holds && item.at == at) return at;
      queue.pop();
      if (holds) queue.push(std::move(item));
    }
    update_next();
    return kNever;
  }

 private:
  struct Later {
    bool operator()(const Item& left, const Item& right) const { return left.at > right.at; }
  };
  using Queue = std::priority_queue<Item, std::vector<Item>, Later>;
  static constexpr std::size_t kAtOnce = 256;

  void update_next();

  std::atomic<std::int64_t> next_{kNever};
  std::mutex mutex_;
  Queue rests_;
  Queue benches_;
};

}  // namespace geminate::keys
