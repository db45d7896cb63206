#include "backend/keys/key_history.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "backend/keys/key_timeline.h"

namespace geminate::keys {
namespace {

constexpr std::size_t kMostExcerpt = 500;

/// At most so many bytes, without half a character at the end.
std::string cut_to(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  const auto is_continuation = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  while (most > 0 && is_continuation(text[most])) --most;
  return std::string(text.substr(0, most));
}

}  // namespace

KeyEventView view_of(const KeyEvent& event) {
  KeyEventView view;
  view.key_id = event.key_id;
  view.at = event.at;
  view.kind = kind_of(event.verdict);
  view.model = event.model;
  view.quota = event.quota;
  view.reason = event.reason;
  view.until = event.until;
  view.request_id = event.request_id;
  if (event.http_status != 0) view.http_status = event.http_status;
  view.excerpt = cut_to(event.excerpt, kMostExcerpt);
  return view;
}

KeyHistory::KeyHistory(KeyHistoryLimits limits, KeyEventStore* store) : limits_(limits), store_(store) {}

Status KeyHistory::load() {
  if (store_ == nullptr) return Status::success();
  GEMINATE_TRY(auto kept, store_->load());
  const std::lock_guard lock(waiting_mutex_);
  for (KeyEventView& event : kept) {
    next_id_ = std::max(next_id_, event.id + 1);
    keep(std::move(event));
  }
  return Status::success();
}

std::int64_t KeyHistory::add(KeyEventView event) {
  const std::lock_guard lock(waiting_mutex_);
  event.id = next_id_++;
  const std::int64_t id = event.id;
  if (waiting_.size() < limits_.waiting) {
    waiting_.push_back(std::move(event));
  } else {
    dropped_.fetch_add(1, std::memory_order_relaxed);
  }
  return id;
}

std::vector<KeyEventView> KeyHistory::absorb() {
  std::vector<KeyEventView> fresh;
  {
    const std::lock_guard lock(waiting_mutex_);
    fresh.swap(waiting_);
  }
  for (const KeyEventView& event : fresh) {
    // While the store is out of order, the oldest of what it has not got are given up.
    if (store_ != nullptr) unsaved_.push_back(event);
    keep(event);
  }
  if (unsaved_.size() > limits_.total) {
    unsaved_.erase(unsaved_.begin(), unsaved_.end() - static_cast<std::ptrdiff_t>(limits_.total));
  }
  return fresh;
}

Status KeyHistory::save() {
  if (store_ == nullptr || unsaved_.empty()) return Status::success();
  GEMINATE_CHECK_OK(store_->append(unsaved_, limits_));
  unsaved_.clear();
  return Status::success();
}

void KeyHistory::keep(KeyEventView event) {
  auto& of_key = by_key_[event.key_id];
  of_key.push_back(event.id);
  const std::int64_t id = event.id;
  events_.emplace(id, std::move(event));
  if (of_key.size() > limits_.per_key) forget(of_key.front());
  if (events_.size() > limits_.total) forget(events_.begin()->first);
}

void KeyHistory::forget(std::int64_t event_id) {
  const auto found = events_.find(event_id);
  const auto of_key = by_key_.find(found->second.key_id);
  // What is forgotten is always the oldest of its key.
  of_key->second.pop_front();
  if (of_key->second.empty()) by_key_.erase(of_key);
  events_.erase(found);
}

KeyTimeline KeyHistory::timeline(Timestamp from, Timestamp to) const {
  KeyTimelineMaker maker(from, to);
  for (const auto& [id, event] : events_) maker.take(event);
  // A full history has forgotten what came before its first event.
  const bool is_full = events_.size() >= limits_.total;
  return maker.finish(is_full ? events_.begin()->second.at : from);
}

const KeyEventView* KeyHistory::last_fault(std::int64_t key_id) const {
  const auto of_key = by_key_.find(key_id);
  if (of_key == by_key_.end()) return nullptr;
  for (auto id = of_key->second.rbegin(); id != of_key->second.rend(); ++id) {
    if (const KeyEventView& event = events_.at(*id); is_fault(event.kind)) return &event;
  }
  return nullptr;
}

KeyEventPage KeyHistory::page(std::optional<std::int64_t> key_id, std::size_t limit,
                              std::optional<std::int64_t> before) const {
  KeyEventPage page;
  page.dropped = static_cast<std::int64_t>(dropped());
  // One more than asked for tells whether there is another page.
  const auto take = [&page, limit](const KeyEventView& event) {
    if (page.events.size() == limit) {
      if (limit != 0) page.next_before = page.events.back().id;
      return false;
    }
    page.events.push_back(event);
    return true;
  };
  if (key_id) {
    const auto of_key = by_key_.find(*key_id);
    if (of_key == by_key_.end()) return page;
    for (auto id = of_key->second.rbegin(); id != of_key->second.rend(); ++id) {
      if (before && *id >= *before) continue;
      if (!take(events_.at(*id))) break;
    }
    return page;
  }
  const auto end = before ? events_.lower_bound(*before) : events_.end();
  for (auto event = std::make_reverse_iterator(end); event != events_.rend(); ++event) {
    if (!take(event->second)) break;
  }
  return page;
}

}  // namespace geminate::keys
