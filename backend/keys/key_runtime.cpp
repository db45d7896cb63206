#include "backend/keys/key_runtime.h"

#include <algorithm>
#include <array>

#include "backend/keys/pacific_day.h"

namespace geminate::keys {
namespace {

std::int64_t millis(MonotonicTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

/// A moment that is neither of the special values, whatever the clock counts from.
std::int64_t bench_until(MonotonicTime time) { return std::max<std::int64_t>(1, millis(time)); }

}  // namespace

KeyRuntime::KeyRuntime(const UpstreamKey& row) : id_(row.id) {
  tokens_.set(row.used_day, row.tokens_used);
  if (row.last_used_at)
    last_used_.store(row.last_used_at->time_since_epoch().count(), std::memory_order_relaxed);
  if (row.is_dead) {
    bench_.store(kDeadForGood, std::memory_order_relaxed);
    set_reason(row.dead_reason);
  }
}

KeyRuntime::KeyRuntime(const KeyRuntime& former) : id_(former.id_) {
  const auto spent = former.tokens_.reading();
  tokens_.set(spent.day, spent.amount);
  last_used_.store(former.last_used_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  mark_dirty();
}

void KeyRuntime::retire() {
  const std::lock_guard lock(mutex());
  is_retired_ = true;
}

std::mutex& KeyRuntime::mutex() const {
  static std::array<std::mutex, 64> locks;
  return locks[reinterpret_cast<std::uintptr_t>(this) / 64 % locks.size()];
}

KeyRuntime::Story& KeyRuntime::story() {
  if (story_ == nullptr) story_ = std::make_unique<Story>();
  return *story_;
}

void KeyRuntime::set_reason(std::string_view reason) {
  if (story_ != nullptr || !reason.empty()) story().reason = reason;
}

void KeyRuntime::note_fault(const Fault& fault) {
  const std::lock_guard lock(mutex());
  if (!is_retired_) story().fault = fault;
}

std::optional<KeyRuntime::Fault> KeyRuntime::last_fault() const {
  const std::lock_guard lock(mutex());
  return story_ == nullptr ? std::nullopt : story_->fault;
}

bool KeyRuntime::suggest_project(std::string_view project) {
  const std::lock_guard lock(mutex());
  if (story_ != nullptr && story_->suggested_project == project) return false;
  story().suggested_project = project;
  return true;
}

std::optional<std::string> KeyRuntime::suggested_project() const {
  const std::lock_guard lock(mutex());
  if (story_ == nullptr || story_->suggested_project.empty()) return std::nullopt;
  return story_->suggested_project;
}

void KeyRuntime::touch(const Now& now) {
  last_used_.store(now.wall.time_since_epoch().count(), std::memory_order_relaxed);
  mark_dirty();
}

bool KeyRuntime::reserve(std::int64_t tokens, std::optional<std::int64_t> limit, const Now& now) {
  // Acquire pairs with settle: who sees a reservation given back sees what was counted for it.
  const std::int64_t before = reserved_.fetch_add(tokens, std::memory_order_acquire);
  if (!limit || used_on(pacific_day(now.wall)) + before < *limit) return true;
  unreserve(tokens);
  return false;
}

void KeyRuntime::settle(std::int64_t reserved, std::int64_t spent, std::int32_t day) {
  // First counted, then given back: in between the key looks fuller than it is, never emptier.
  if (spent > 0) tokens_.add(day, spent);
  reserved_.fetch_sub(reserved, std::memory_order_release);
  mark_dirty();
}

std::optional<Timestamp> KeyRuntime::last_used_at() const {
  const std::int64_t last = last_used_.load(std::memory_order_relaxed);
  if (last == 0) return std::nullopt;
  return Timestamp{std::chrono::milliseconds{last}};
}

Health KeyRuntime::health(MonotonicTime now) const {
  const std::int64_t bench = bench_.load(std::memory_order_relaxed);
  if (bench == kHealthy) return Health::Fine;
  if (bench == kDeadForGood) return Health::Dead;
  return bench > millis(now) ? Health::Suspect : Health::Fine;
}

std::optional<std::chrono::milliseconds> KeyRuntime::bench_left(MonotonicTime now) const {
  const std::int64_t bench = bench_.load(std::memory_order_relaxed);
  if (bench == kHealthy || bench == kDeadForGood || bench <= millis(now)) return std::nullopt;
  return std::chrono::milliseconds{bench - millis(now)};
}

bool KeyRuntime::awaits_trial(MonotonicTime now) const {
  const std::int64_t bench = bench_.load(std::memory_order_relaxed);
  return bench != kHealthy && bench != kDeadForGood && bench <= millis(now);
}

bool KeyRuntime::claim_trial(MonotonicTime now) {
  std::int64_t bench = bench_.load(std::memory_order_relaxed);
  if (bench == kHealthy) return true;
  if (bench == kDeadForGood || bench > millis(now)) return false;
  return bench_.compare_exchange_strong(bench, bench_until(now + kTrial), std::memory_order_relaxed);
}

bool KeyRuntime::mark_fine() {
  if (bench_.load(std::memory_order_relaxed) == kHealthy) return false;
  const std::lock_guard lock(mutex());
  if (is_retired_) return false;
  const std::int64_t bench = bench_.load(std::memory_order_relaxed);
  // A dead key is not talked back to life by a request that was sent before it died.
  if (bench == kHealthy || bench == kDeadForGood) return false;
  bench_.store(kHealthy, std::memory_order_relaxed);
  set_reason({});
  mark_dirty();
  return true;
}

bool KeyRuntime::mark_suspect(std::string_view reason, const Now& now) {
  const std::lock_guard lock(mutex());
  if (is_retired_ || bench_.load(std::memory_order_relaxed) == kDeadForGood) return false;
  bench_.store(bench_until(now.steady + kBench), std::memory_order_relaxed);
  set_reason(reason);
  return true;
}

bool KeyRuntime::mark_dead(std::string_view reason) {
  const std::lock_guard lock(mutex());
  if (is_retired_ || bench_.load(std::memory_order_relaxed) == kDeadForGood) return false;
  bench_.store(kDeadForGood, std::memory_order_relaxed);
  set_reason(reason);
  mark_dirty();
  return true;
}

bool KeyRuntime::put_on_trial() {
  const std::lock_guard lock(mutex());
  if (bench_.load(std::memory_order_relaxed) == kHealthy) return false;
  bench_.store(kOnTrial, std::memory_order_relaxed);
  mark_dirty();
  return true;
}

HealthNote KeyRuntime::note(const Now& now) const {
  const std::lock_guard lock(mutex());
  const std::int64_t bench = bench_.load(std::memory_order_relaxed);
  if (bench == kHealthy) return {};
  if (bench == kDeadForGood) return {Health::Dead, reason(), std::nullopt};
  const auto left = bench_left(now.steady);
  return {Health::Suspect, reason(), left ? std::optional(now.wall + *left) : std::nullopt};
}

std::optional<KeyFinding> KeyRuntime::take_finding() {
  if (!dirty_.exchange(false, std::memory_order_acquire)) return std::nullopt;
  const auto reading = tokens_.reading();
  const std::lock_guard lock(mutex());
  KeyFinding finding;
  finding.id = id_;
  finding.last_used_at = last_used_at();
  finding.tokens_used = reading.amount;
  finding.used_day = reading.day;
  finding.is_dead = bench_.load(std::memory_order_relaxed) == kDeadForGood;
  if (finding.is_dead) finding.dead_reason = reason();
  return finding;
}

}  // namespace geminate::keys
