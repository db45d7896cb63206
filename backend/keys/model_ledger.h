#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>

#include "backend/keys/daily_counter.h"
#include "backend/keys/minute_window.h"
#include "backend/keys/quota_limits.h"
#include "shared/core/time.h"

namespace geminate::keys {

class Project;

/// A model's number in the pool (model_table.h).
using ModelId = std::uint16_t;

/// Both clocks as ledgers count by them; made once for each request.
struct LedgerTime {
  explicit LedgerTime(const Now& now);
  MonotonicTime steady{};
  /// Milliseconds of the monotonic clock.
  std::int64_t ms = 0;
  MinuteWindow::Piece piece = 0;
  Timestamp wall{};
  /// Pacific day.
  std::int32_t day = 0;
  /// Until that day is over.
  [[nodiscard]] std::int64_t day_left_ms() const;
};

/// What a ledger says to one more request.
struct LedgerAnswer {
  enum class Kind : std::uint8_t {
    Free,
    /// Beyond a limit that other projects have, or that was learnt long ago: tried before anything else that
    /// is not free, a few at a time.
    Believed,
    /// Beyond what Google once said of its day: tried when there is nothing better, one at a time.
    Doubtful,
    /// Known to be refused until the wait is over.
    Full,
    /// Its first request after a rest went out a moment ago; what it meets decides.
    Probing,
  };
  Kind kind = Kind::Free;
  /// In how long that may have changed.
  std::int64_t wait_ms = 0;
};

/// What was asked of one project and one model: requests and tokens of the minute and of the Pacific day,
/// against the limits that are known or believed. Any thread, no lock; counts are exact, a limit can be
/// overrun by requests that are admitted at the very same moment.
class ModelLedger {
 public:
  /// `project` owns it.
  ModelLedger(Project& project, ModelId model) : project_(project), model_(model) {}

  [[nodiscard]] Project& project() const { return project_; }
  [[nodiscard]] ModelId model() const { return model_; }

  /// Takes nothing. `beliefs`: the limits that other projects have for this model.
  [[nodiscard]] LedgerAnswer ask(const LedgerTime& time, std::int64_t tokens,
                                 const QuotaLimits& beliefs) const;
  /// How full it is: 0 idle to 200 at a limit; 0 where none is known.
  [[nodiscard]] std::uint32_t pressure(const LedgerTime& time, const QuotaLimits& beliefs) const {
    return pressure(time, beliefs, minute_.use(time.piece));
  }
  /// The same with `use` of the minute known.
  [[nodiscard]] std::uint32_t pressure(const LedgerTime& time, const QuotaLimits& beliefs,
                                       const MinuteWindow::Use& use) const;
  /// The part of it that only a new day relieves; 0 to 200.
  [[nodiscard]] std::uint32_t day_pressure(const LedgerTime& time, const QuotaLimits& beliefs) const;

  /// Counts a request that begins, with its estimate. False, and nothing changes, when it is on probation and
  /// another request is on its way.
  bool begin(const LedgerTime& time, std::int64_t tokens);
  /// Ends it: what was counted as `estimate` in `piece` and `day` was really `input` (of the minute) and
  /// `total` (of the day).
  void end(MinuteWindow::Piece piece, std::int32_t day, std::int64_t estimate, std::int64_t input,
           std::int64_t total);

  /// Takes a request back that was counted at `time` and never sent.
  void withdraw(const LedgerTime& time, std::int64_t tokens);

  /// Counts a request that served and had begun before this ledger was there.
  void count_late(const LedgerTime& time) {
    minute_.add(time.piece, 1, 0);
    day_requests_.add(time.day, 1);
  }

  /// It served. True when it was on probation or beyond a belief, which ends with that.
  bool served(const LedgerTime& time, const QuotaLimits& beliefs);
  /// A refused request does not count for the day.
  void refused(std::int32_t day) { day_requests_.add(day, -1); }
  /// Google says that the day's limit is reached: whatever was counted, it is not less than that.
  void day_is_spent(std::int32_t day, QuotaKind kind, std::int64_t limit);

  /// The present rest ends then (milliseconds of the monotonic clock); `probation`: one request at a time
  /// from then on, until one has served.
  void rest_until(std::int64_t ms, bool probation);
  [[nodiscard]] std::int64_t rests_until() const { return rests_until_.load(std::memory_order_acquire); }

  /// One request goes ahead and the others wait for what it meets; but not for long, as refusals are quick
  /// and answers may take a minute.
  [[nodiscard]] bool on_probation() const {
    return (flags_.load(std::memory_order_relaxed) & kProbation) != 0;
  }
  [[nodiscard]] std::uint32_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

  [[nodiscard]] MinuteWindow::Use minute_use(const LedgerTime& time) const { return minute_.use(time.piece); }
  [[nodiscard]] std::int64_t requests_on(std::int32_t day) const { return day_requests_.amount_on(day); }
  [[nodiscard]] std::int64_t tokens_on(std::int32_t day) const { return day_tokens_.amount_on(day); }

  /// Has its memory on its way to the processor.
  void fetch() const {
    constexpr std::size_t kLine = 64;
    const char* const begin = reinterpret_cast<const char*>(this);
    for (std::size_t at = kLine; at < sizeof(*this); at += kLine) __builtin_prefetch(begin + at);
  }

  QuotaLimits& limits() { return limits_; }
  [[nodiscard]] const QuotaLimits& limits() const { return limits_; }

  /// Goes on from what was kept: the day's amounts, and the last minute's counted anew as of now.
  void restore(const LedgerTime& time, std::int32_t day, std::int64_t requests, std::int64_t tokens,
               MinuteWindow::Use minute);

  /// The return that is scheduled already, so that siblings do not schedule it again: its time in
  /// milliseconds of the monotonic clock, shifted by 8, and in those 8 bits whose lanes it is in.
  std::atomic<std::int64_t> scheduled{0};
  /// Somebody found it probing: whoever ends a request here wakes its keys.
  std::atomic<bool> has_waiters{false};
  /// Of the list of ledgers that want saving.
  std::atomic<bool> is_listed{false};
  ModelLedger* next_listed = nullptr;
  /// Of its project's list; set before it is published there.
  ModelLedger* next = nullptr;

 private:
  static constexpr std::uint8_t kProbation = 1;
  /// Has served beyond what is believed of the minute, or of the day.
  static constexpr std::uint8_t kBeyondMinute = 2;
  static constexpr std::uint8_t kBeyondDay = 4;

  struct Bound {
    std::uint32_t amount = 0;
    /// What it says of a request beyond it.
    LedgerAnswer::Kind kind = LedgerAnswer::Kind::Full;
  };
  /// The limit that counts on that day: its own, else the belief.
  [[nodiscard]] Bound bound(QuotaKind kind, const QuotaLimits& beliefs, std::int32_t day) const;

  /// Whether the request that went ahead may still be refused.
  [[nodiscard]] bool is_probing(const LedgerTime& time) const {
    return on_probation() && in_flight() > 0 &&
           time.ms - probe_began_.load(std::memory_order_relaxed) < kProbePatienceMs;
  }
  static constexpr std::int64_t kProbePatienceMs = 3000;

  std::atomic<std::int64_t> rests_until_{0};
  /// Milliseconds of the monotonic clock.
  std::atomic<std::int64_t> probe_began_{0};
  std::atomic<std::uint32_t> in_flight_{0};
  std::atomic<std::uint8_t> flags_{0};
  Project& project_;
  ModelId model_;
  DailyCounter day_requests_;
  DailyCounter day_tokens_;
  QuotaLimits limits_;
  MinuteWindow minute_;
};

}  // namespace geminate::keys
