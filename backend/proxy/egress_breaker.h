#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "shared/core/time.h"

namespace geminate::proxy {

/// Tells that Google refuses our address, or everybody, from single keys that are spent; while it does,
/// nobody asks upstream and no key is blamed. One for the process; any thread. As long as nothing is wrong, a
/// request costs an atomic load before its attempt and one after it; the lock is for failures. Takes the
/// time.
///
/// It opens at once on a refusal that is plainly about our address, and on refusals without explanation that
/// kProjects projects meet within kWindow while nobody is served. Open, it refuses for 2 s, then lets one
/// probe through; whatever shows that Google deals with us again closes it, another refusal opens it for
/// twice as long, up to a minute.
class EgressBreaker {
 public:
  static constexpr std::size_t kProjects = 3;
  static constexpr std::chrono::seconds kWindow{5};
  static constexpr std::chrono::seconds kFirstPause{2};
  static constexpr std::chrono::seconds kLongestPause{60};
  /// Each pause is up to this share longer at random, so that several processes behind one address don't
  /// probe together.
  static constexpr double kJitter = 0.25;
  /// A probe that has not been answered in this time makes room for another one.
  static constexpr std::chrono::seconds kProbePatience{10};

  explicit EgressBreaker(std::uint64_t seed) : random_(seed) {}

  /// Whether an attempt may go upstream.
  struct Admission {
    bool may_go = true;
    /// It is the probe: what becomes of it must be reported, `probe_ended` at the least.
    bool is_probe = false;
    /// For one that may not go: when to try again.
    std::chrono::milliseconds wait{0};
  };
  Admission admit(MonotonicTime now);

  /// What a refusal did.
  struct Effect {
    /// Nobody is to be blamed for it.
    bool is_open = false;
    /// The breaker opened just now, for the first time or again.
    bool has_tripped = false;
  };
  /// An attempt was refused in a way that is plainly about our address. `is_probe` as its admission said.
  Effect on_egress(bool is_probe, MonotonicTime now);
  /// An attempt was refused with neither quota nor time; `project` is any number that stands for the project.
  Effect on_unexplained(std::uint64_t project, bool is_probe, MonotonicTime now);

  /// An attempt that began at `began` was served. It speaks of the time since then only: suspicions and trips
  /// that came later stay.
  void on_served(MonotonicTime began);
  /// The probe was answered in some other way that shows that Google deals with us.
  void on_probe_answered();
  /// The probe ended without any answer that says something: the next request is the probe.
  void probe_ended();

  [[nodiscard]] bool is_open() const { return mode_.load(std::memory_order_relaxed) == Mode::Open; }
  /// How long an attempt would have to wait; 0 when it may go.
  [[nodiscard]] std::chrono::milliseconds wait(MonotonicTime now) const;

 private:
  enum class Mode : std::uint8_t {
    Quiet,
    /// Some project was refused without explanation of late.
    Suspicious,
    Open,
  };
  struct Suspicion {
    std::uint64_t project = 0;
    MonotonicTime at{};
  };

  // These with the lock held.
  Effect refused(bool is_probe, MonotonicTime now);
  Effect trip(MonotonicTime now);
  void close();
  void suspect(std::uint64_t project, MonotonicTime now);
  void drop_suspicions_until(MonotonicTime time);
  double random_share();

  std::atomic<Mode> mode_{Mode::Quiet};
  // Written with the lock held.
  /// Ticks of the monotonic clock before which nobody may go.
  std::atomic<MonotonicTime::rep> next_probe_{0};
  std::atomic<bool> is_probing_{false};
  std::mutex mutex_;
  std::array<Suspicion, kProjects> suspicions_{};
  std::size_t suspicion_count_ = 0;
  MonotonicTime tripped_at_{};
  /// Of the running row of trips; 0 while closed.
  std::chrono::milliseconds pause_{0};
  std::uint64_t random_;
};

}  // namespace geminate::proxy
