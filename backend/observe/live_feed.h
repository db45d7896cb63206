#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/result.h"

namespace geminate::observe {

/// What happens in the server, as it happens, for those who listen. Publishing costs one relaxed load when
/// nobody does. Each listener has a bounded backlog of its own: one that lags behind is told so and dropped,
/// it holds up neither the server nor the others. Any thread.
class LiveFeed {
 public:
  static constexpr std::size_t kMostListeners = 20;
  static constexpr std::size_t kMostWaiting = 1000;

  /// A listener's place in the feed. Whoever holds it takes frames out of it.
  class Subscription {
   private:
    friend class LiveFeed;
    /// Shared by all listeners that wait for the same event.
    std::deque<std::shared_ptr<const std::string>> waiting;
    std::function<void()> wake;
    bool woken = false;
    bool lagged = false;
  };

  enum class Next : std::uint8_t {
    Frame,
    /// Nothing waits: `wake` is called when something does.
    Nothing,
    /// The backlog was too long; nothing more comes.
    Lagged,
    /// The server stops; nothing more comes.
    Closed,
  };

  /// Worth asking before an event is put together.
  [[nodiscard]] bool has_listeners() const { return listeners() != 0; }
  [[nodiscard]] std::size_t listeners() const { return count_.load(std::memory_order_relaxed); }

  /// Sends an event to everyone who listens now. `json` is one line.
  void publish(std::string_view event, std::string_view json);

  /// `wake` is called, from any thread and with a lock held, when there is something new; it must only leave
  /// word. RateLimited when there are too many listeners, Unavailable once the feed is closed.
  Result<std::shared_ptr<Subscription>> subscribe(std::function<void()> wake);
  /// Afterwards `wake` is not called any more.
  void unsubscribe(const std::shared_ptr<Subscription>& subscription);
  /// The next frame of text/event-stream, or why there is none.
  Next take(Subscription& subscription, std::shared_ptr<const std::string>& frame);

  /// Ends every subscription, for good.
  void close();

 private:
  static void wake(Subscription& subscription);

  std::atomic<std::size_t> count_{0};
  std::mutex mutex_;
  std::vector<std::shared_ptr<Subscription>> subscriptions_;
  std::uint64_t next_id_ = 1;
  bool closed_ = false;
};

}  // namespace geminate::observe
