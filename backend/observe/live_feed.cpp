#include "backend/observe/live_feed.h"

#include <algorithm>
#include <utility>

namespace geminate::observe {

void LiveFeed::publish(std::string_view event, std::string_view json) {
  if (!has_listeners()) return;
  const std::lock_guard lock(mutex_);
  std::string text = "id: " + std::to_string(next_id_++);
  text.append("\nevent: ").append(event).append("\ndata: ").append(json).append("\n\n");
  const auto frame = std::make_shared<const std::string>(std::move(text));
  for (const auto& subscription : subscriptions_) {
    if (subscription->lagged) continue;
    if (subscription->waiting.size() == kMostWaiting) {
      subscription->lagged = true;
      subscription->waiting.clear();
      subscription->woken = false;
    } else {
      subscription->waiting.push_back(frame);
    }
    wake(*subscription);
  }
}

Result<std::shared_ptr<LiveFeed::Subscription>> LiveFeed::subscribe(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  if (closed_) return Error{ErrorCode::Unavailable, "the server is stopping", {}, {}, {}};
  if (subscriptions_.size() == kMostListeners) {
    return Error{ErrorCode::RateLimited,
                 "the live feed has as many listeners as it takes",
                 {},
                 {},
                 std::chrono::seconds{15}};
  }
  auto subscription = std::make_shared<Subscription>();
  subscription->wake = std::move(wake);
  subscriptions_.push_back(subscription);
  count_.store(subscriptions_.size(), std::memory_order_relaxed);
  return subscription;
}

void LiveFeed::unsubscribe(const std::shared_ptr<Subscription>& subscription) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find(subscriptions_.begin(), subscriptions_.end(), subscription);
  if (found == subscriptions_.end()) return;
  subscriptions_.erase(found);
  count_.store(subscriptions_.size(), std::memory_order_relaxed);
}

LiveFeed::Next LiveFeed::take(Subscription& subscription, std::shared_ptr<const std::string>& frame) {
  const std::lock_guard lock(mutex_);
  if (closed_) return Next::Closed;
  if (subscription.lagged) return Next::Lagged;
  if (subscription.waiting.empty()) {
    subscription.woken = false;
    return Next::Nothing;
  }
  frame = std::move(subscription.waiting.front());
  subscription.waiting.pop_front();
  return Next::Frame;
}

void LiveFeed::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (const auto& subscription : subscriptions_) {
    subscription->woken = false;
    wake(*subscription);
  }
}

void LiveFeed::wake(Subscription& subscription) {
  if (std::exchange(subscription.woken, true)) return;
  subscription.wake();
}

}  // namespace geminate::observe
