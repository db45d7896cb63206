#include "backend/keys/cooldowns.h"

#include <algorithm>
#include <functional>

namespace geminate::keys {
namespace {

std::int64_t millis(MonotonicTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

ModelHash hash_of_model(std::string_view model) {
  constexpr std::string_view kPrefix = "models/";
  if (model.starts_with(kPrefix)) model.remove_prefix(kPrefix.size());
  return std::hash<std::string_view>{}(model);
}

std::int64_t Cooldowns::rest_ends(ModelHash model) const {
  const Slots* slots = slots_.load(std::memory_order_acquire);
  if (slots == nullptr) return 0;
  std::int64_t until = 0;
  for (const Slot& slot : *slots) {
    if (slot.model.load(std::memory_order_relaxed) != model) continue;
    until = std::max(until, slot.until.load(std::memory_order_relaxed));
  }
  return until;
}

bool Cooldowns::rests(MonotonicTime now) const {
  return last_until_.load(std::memory_order_acquire) > millis(now);
}

std::optional<std::chrono::milliseconds> Cooldowns::rests_for(ModelHash model, MonotonicTime now) const {
  const std::int64_t time = millis(now);
  if (last_until_.load(std::memory_order_acquire) <= time) return std::nullopt;
  const std::int64_t until = rest_ends(model);
  if (until <= time) return std::nullopt;
  return std::chrono::milliseconds{until - time};
}

std::size_t Cooldowns::slot_for(std::string_view model, std::string_view quota) {
  for (std::size_t i = 0; i < stories_.size(); ++i) {
    if (stories_[i].model == model && stories_[i].quota == quota) return i;
  }
  if (stories_.size() < kMaxRests) {
    stories_.emplace_back();
    return stories_.size() - 1;
  }
  const auto earlier = [](const Slot& left, const Slot& right) {
    return left.until.load(std::memory_order_relaxed) < right.until.load(std::memory_order_relaxed);
  };
  const auto first = std::min_element(owned_->begin(), owned_->end(), earlier);
  return static_cast<std::size_t>(first - owned_->begin());
}

void Cooldowns::rest(std::string_view model, std::string_view quota, std::string_view reason,
                     std::chrono::milliseconds duration, const Now& now, bool is_unexplained) {
  if (duration.count() <= 0) return;
  const std::lock_guard lock(mutex_);
  if (owned_ == nullptr) owned_ = std::make_unique<Slots>();
  const std::size_t index = slot_for(model, quota);
  stories_[index] = {std::string(model), std::string(quota), std::string(reason), is_unexplained};
  const std::int64_t until = millis(now.steady) + duration.count();
  Slot& slot = (*owned_)[index];
  // A reader between these lines sees a free slot rather than one model's name with another's time.
  slot.until.store(0, std::memory_order_relaxed);
  slot.model.store(hash_of_model(model), std::memory_order_release);
  slot.until.store(until, std::memory_order_release);
  slots_.store(owned_.get(), std::memory_order_release);
  update_last_until();
}

void Cooldowns::update_last_until() {
  std::int64_t last = 0;
  for (const Slot& each : *owned_) last = std::max(last, each.until.load(std::memory_order_relaxed));
  last_until_.store(last, std::memory_order_release);
}

void Cooldowns::forgive_unexplained() {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < stories_.size(); ++i) {
    if (stories_[i].is_unexplained) (*owned_)[i].until.store(0, std::memory_order_relaxed);
  }
  if (owned_ != nullptr) update_last_until();
}

void Cooldowns::clear() {
  const std::lock_guard lock(mutex_);
  stories_.clear();
  if (owned_ == nullptr) return;
  for (Slot& slot : *owned_) slot.until.store(0, std::memory_order_relaxed);
  last_until_.store(0, std::memory_order_release);
}

std::vector<CooldownView> Cooldowns::list(std::string_view project, const Now& now) const {
  std::vector<CooldownView> views;
  const std::int64_t time = millis(now.steady);
  if (last_until_.load(std::memory_order_acquire) <= time) return views;
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < stories_.size(); ++i) {
    const std::int64_t until = (*owned_)[i].until.load(std::memory_order_relaxed);
    if (until <= time) continue;
    const Story& story = stories_[i];
    views.push_back({std::string(project), story.model, story.quota, story.reason,
                     now.wall + std::chrono::milliseconds{until - time}});
  }
  std::sort(views.begin(), views.end(),
            [](const CooldownView& left, const CooldownView& right) { return left.until < right.until; });
  return views;
}

}  // namespace geminate::keys
