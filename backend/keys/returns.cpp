#include "backend/keys/returns.h"

#include <algorithm>

namespace geminate::keys {

void Returns::update_next() {
  std::int64_t next = kNever;
  if (!rests_.empty()) next = rests_.top().at;
  if (!benches_.empty()) next = std::min(next, benches_.top().at);
  next_.store(next, std::memory_order_release);
}

void Returns::add(Item item) {
  const std::lock_guard lock(mutex_);
  (item.is_bench ? benches_ : rests_).push(std::move(item));
  update_next();
}

std::vector<Returns::Item> Returns::take_due(std::int64_t ms) {
  std::vector<Item> due;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return due;
  for (Queue* queue : {&rests_, &benches_}) {
    while (!queue->empty() && queue->top().at <= ms && due.size() < kAtOnce) {
      due.push_back(queue->top());
      queue->pop();
    }
  }
  update_next();
  return due;
}

void Returns::clear() {
  const std::lock_guard lock(mutex_);
  rests_ = {};
  benches_ = {};
  update_next();
}

}  // namespace geminate::keys
