#include "backend/proxy/egress_breaker.h"

#include <algorithm>

namespace geminate::proxy {
namespace {

using std::chrono::milliseconds;

/// What those are told who come while a probe is out: it is answered soon, as a rule.
constexpr milliseconds kWaitForProbe{1'000};

}  // namespace

milliseconds EgressBreaker::wait(MonotonicTime now) const {
  if (!is_open()) return {};
  const MonotonicTime next{MonotonicTime::duration{next_probe_.load(std::memory_order_relaxed)}};
  if (next <= now) return {};
  const auto left = std::chrono::ceil<milliseconds>(next - now);
  return is_probing_.load(std::memory_order_relaxed) ? std::min(left, kWaitForProbe) : left;
}

EgressBreaker::Admission EgressBreaker::admit(MonotonicTime now) {
  if (!is_open()) return {};
  if (const milliseconds left = wait(now); left.count() > 0) return {false, false, left};
  const std::lock_guard lock(mutex_);
  // Another thread may have been quicker.
  if (!is_open()) return {};
  if (const milliseconds left = wait(now); left.count() > 0) return {false, false, left};
  is_probing_.store(true, std::memory_order_relaxed);
  next_probe_.store((now + kProbePatience).time_since_epoch().count(), std::memory_order_relaxed);
  return {true, true, {}};
}

EgressBreaker::Effect EgressBreaker::on_egress(bool is_probe, MonotonicTime now) {
  const std::lock_guard lock(mutex_);
  return is_open() ? refused(is_probe, now) : trip(now);
}

EgressBreaker::Effect EgressBreaker::on_unexplained(std::uint64_t project, bool is_probe, MonotonicTime now) {
  const std::lock_guard lock(mutex_);
  if (is_open()) return refused(is_probe, now);
  suspect(project, now);
  if (suspicion_count_ == kProjects) return trip(now);
  mode_.store(Mode::Suspicious, std::memory_order_relaxed);
  return {};
}

/// While it is open. What is not the probe began before the trip and says nothing new.
EgressBreaker::Effect EgressBreaker::refused(bool is_probe, MonotonicTime now) {
  return is_probe ? trip(now) : Effect{true, false};
}

EgressBreaker::Effect EgressBreaker::trip(MonotonicTime now) {
  pause_ =
      pause_.count() == 0 ? milliseconds{kFirstPause} : std::min<milliseconds>(pause_ * 2, kLongestPause);
  const auto jitter = static_cast<double>(pause_.count()) * kJitter * random_share();
  const auto until = now + pause_ + milliseconds{static_cast<std::int64_t>(jitter)};
  tripped_at_ = now;
  suspicion_count_ = 0;
  is_probing_.store(false, std::memory_order_relaxed);
  next_probe_.store(until.time_since_epoch().count(), std::memory_order_relaxed);
  mode_.store(Mode::Open, std::memory_order_release);
  return {true, true};
}

void EgressBreaker::close() {
  pause_ = {};
  suspicion_count_ = 0;
  is_probing_.store(false, std::memory_order_relaxed);
  mode_.store(Mode::Quiet, std::memory_order_relaxed);
}

void EgressBreaker::on_served(MonotonicTime began) {
  if (mode_.load(std::memory_order_relaxed) == Mode::Quiet) return;
  const std::lock_guard lock(mutex_);
  if (is_open()) {
    if (began >= tripped_at_) close();
    return;
  }
  drop_suspicions_until(began);
  if (suspicion_count_ == 0) mode_.store(Mode::Quiet, std::memory_order_relaxed);
}

void EgressBreaker::on_probe_answered() {
  const std::lock_guard lock(mutex_);
  if (is_open()) close();
}

void EgressBreaker::probe_ended() {
  const std::lock_guard lock(mutex_);
  // Another probe may have been let through meanwhile, or the breaker may have closed or tripped again.
  if (!is_open() || !is_probing_.load(std::memory_order_relaxed)) return;
  is_probing_.store(false, std::memory_order_relaxed);
  next_probe_.store(0, std::memory_order_relaxed);
}

void EgressBreaker::suspect(std::uint64_t project, MonotonicTime now) {
  drop_suspicions_until(now - kWindow);
  const auto end = suspicions_.begin() + static_cast<std::ptrdiff_t>(suspicion_count_);
  const auto known = std::find_if(suspicions_.begin(), end,
                                  [project](const Suspicion& each) { return each.project == project; });
  if (known == end) ++suspicion_count_;
  *known = {project, now};
}

void EgressBreaker::drop_suspicions_until(MonotonicTime time) {
  const auto end = suspicions_.begin() + static_cast<std::ptrdiff_t>(suspicion_count_);
  const auto kept =
      std::remove_if(suspicions_.begin(), end, [time](const Suspicion& each) { return each.at <= time; });
  suspicion_count_ = static_cast<std::size_t>(kept - suspicions_.begin());
}

double EgressBreaker::random_share() {
  // splitmix64: what is wanted is only that two processes differ.
  random_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t mixed = (random_ ^ (random_ >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
  return static_cast<double>((mixed ^ (mixed >> 31U)) >> 11U) * 0x1.0p-53;
}

}  // namespace geminate::proxy
