#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "backend/keys/daily_counter.h"
#include "backend/keys/key_store.h"
#include "backend/keys/upstream_key.h"
#include "backend/keys/verdict.h"
#include "shared/dto/health.h"

namespace geminate::keys {

enum class Health : std::uint8_t { Fine, Suspect, Dead };

/// What a key has been through, for people.
struct HealthNote {
  Health health = Health::Fine;
  std::string reason;
  /// When a suspect is tried again; past or none: with the next request.
  std::optional<Timestamp> until;
};

/// What is counted and found out about one key: it stands beside the snapshots and outlives the
/// edits of its row, but for another text. It counts who holds it. Any thread; requests touch only the
/// atomics, the lock is for changes of health and for people who look.
class KeyRuntime {
 public:
  /// How long a suspect is benched before a request may try it again, and how long that one try keeps others
  /// away.
  static constexpr std::chrono::minutes kBench{5};
  static constexpr std::chrono::seconds kTrial{60};

  /// Starts from what the store kept.
  explicit KeyRuntime(const UpstreamKey& row);
  /// Of a row that got another text: healthy, and what the row has spent today stays spent.
  explicit KeyRuntime(const KeyRuntime& former);
  KeyRuntime& operator=(const KeyRuntime&) = delete;

  /// The key's.
  [[nodiscard]] std::int64_t id() const { return id_; }

  void hold() const { holders_.fetch_add(1, std::memory_order_relaxed); }
  void let_go() const { holders_.fetch_sub(1, std::memory_order_release); }
  /// Whether nobody holds it. What the last holder did is seen.
  [[nodiscard]] bool is_unused() const { return holders_.load(std::memory_order_acquire) == 0; }

  // ---- spending
  void touch(const Now& now);
  /// Puts `tokens` aside and says whether the day's limit (if any) was not reached before: used + reserved <
  /// limit.
  bool reserve(std::int64_t tokens, std::optional<std::int64_t> limit, const Now& now);
  /// Gives a reservation back, nothing was sent.
  void unreserve(std::int64_t tokens) { reserved_.fetch_sub(tokens, std::memory_order_relaxed); }
  /// Gives a reservation back, and counts what was really spent on `day`.
  void settle(std::int64_t reserved, std::int64_t spent, std::int32_t day);
  [[nodiscard]] std::int64_t used_on(std::int32_t day) const { return tokens_.amount_on(day); }
  [[nodiscard]] std::int64_t reserved() const { return reserved_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::optional<Timestamp> last_used_at() const;

  // ---- health
  /// How a request finds the key: usable, benched for a while, or dead (nothing more to wait for).
  [[nodiscard]] Health health(MonotonicTime now) const;
  [[nodiscard]] std::optional<std::chrono::milliseconds> bench_left(MonotonicTime now) const;
  /// Whether a suspect's bench is over and nobody has tried it since.
  [[nodiscard]] bool awaits_trial(MonotonicTime now) const;
  /// For a key that `health` calls Fine: a suspect whose bench is over is given to one request only.
  bool claim_trial(MonotonicTime now);
  /// Its row has another text: whatever is said about the former one from now on is void.
  void retire();

  /// Each of these says whether anything changed.
  bool mark_fine();
  bool mark_suspect(std::string_view reason, const Now& now);
  bool mark_dead(std::string_view reason);
  /// Lets the next request try a dead or benched key. Whether it was one.
  bool put_on_trial();

  [[nodiscard]] HealthNote note(const Now& now) const;

  struct Fault {
    KeyEventKind kind{};
    Timestamp at{};
  };
  /// An answer spoke against it.
  void note_fault(const Fault& fault);
  /// The last one that did.
  [[nodiscard]] std::optional<Fault> last_fault() const;

  /// The project that Google says it belongs to, where the admin has set another or none. Whether that is
  /// news.
  bool suggest_project(std::string_view project);
  [[nodiscard]] std::optional<std::string> suggested_project() const;

  // ---- findings
  /// What changed since the last call, for the store; nothing when nothing did.
  std::optional<KeyFinding> take_finding();
  /// After a failed save: it is offered again.
  void keep_finding() { dirty_.store(true, std::memory_order_release); }

  /// Somebody found its day filled by reservations: whoever gives one back wakes the key.
  std::atomic<bool> has_waiters{false};

 private:
  // Beside has_waiters, so that these take one word.
  std::atomic<bool> dirty_{false};
  bool is_retired_ = false;
  mutable std::atomic<std::uint32_t> holders_{0};
  std::int64_t id_;

  /// Values of bench_: healthy, dead, on trial at once, or milliseconds of the monotonic clock until which a
  /// suspect is benched.
  static constexpr std::int64_t kHealthy = 0;
  static constexpr std::int64_t kOnTrial = 1;
  static constexpr std::int64_t kDeadForGood = std::numeric_limits<std::int64_t>::max();

  void mark_dirty() {
    // Read first: many workers may touch one key, and most find the flag up already.
    if (!dirty_.load(std::memory_order_relaxed)) dirty_.store(true, std::memory_order_release);
  }

  std::atomic<std::int64_t> bench_{kHealthy};
  std::atomic<std::int64_t> reserved_{0};
  DailyCounter tokens_;
  /// Milliseconds since 1970; 0: never.
  std::atomic<std::int64_t> last_used_{0};

  /// What only few keys have.
  struct Story {
    std::string reason;
    std::string suggested_project;
    std::optional<Fault> fault;
  };
  Story& story();
  [[nodiscard]] std::string reason() const { return story_ == nullptr ? std::string() : story_->reason; }
  void set_reason(std::string_view reason);
  /// One of a few for all keys: a lock in each would be most of its size. Guards changes of health, and the
  /// story.
  [[nodiscard]] std::mutex& mutex() const;

  std::unique_ptr<Story> story_;
};

}  // namespace geminate::keys
