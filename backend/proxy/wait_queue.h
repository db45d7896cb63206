#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "backend/reactor/event_loop.h"

namespace geminate::proxy {

/// How long requests may wait for a key when all rest, and how many of one worker's at once.
struct WaitLimits {
  /// 0: nobody waits.
  std::chrono::milliseconds timeout{0};
  std::size_t most = 1000;
};

/// What came of a waiter's turn.
struct TurnResult {
  enum class Kind : std::uint8_t {
    /// It has its lease and has left the line.
    Served,
    /// It has left the line without.
    Left,
    /// There is no key for it yet; it stays in front.
    NotYet,
  };
  Kind kind = Kind::Left;
  /// For NotYet: when the earliest key returns.
  std::chrono::milliseconds again_in{0};
};

class WaitQueue;
struct WaitLine;

/// A request's place in a line. Lives inside the request; destroying it gives the place up. Must not be
/// destroyed within its own turn.
class Waiter {
 public:
  using Turn = TurnResult (*)(void* context);

  /// `turn(context)` is called when it is this waiter's turn to try for a key.
  Waiter(Turn turn, void* context) : turn_(turn), context_(context) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() { leave(); }

  [[nodiscard]] bool is_waiting() const { return line_ != nullptr; }
  void leave();

 private:
  friend class WaitQueue;
  Turn turn_;
  void* context_;
  WaitLine* line_ = nullptr;
  Waiter* previous_ = nullptr;
  Waiter* next_ = nullptr;
  /// Served by the queue, and what upstream says to it is not known yet.
  bool is_unanswered_ = false;
};

/// One model's line.
struct WaitLine {
  WaitLine(WaitQueue& its_queue, std::string its_model, reactor::TimerWheel& wheel,
           reactor::Timer::Callback on_time)
      : queue(its_queue), model(std::move(its_model)), timer(wheel, on_time, this) {}

  WaitQueue& queue;
  const std::string model;
  Waiter* first = nullptr;
  Waiter* last = nullptr;
  reactor::Timer timer;
  MonotonicTime try_at{};
  /// A turn is on its way.
  bool turn_is_due = false;
  unsigned unanswered = 0;
  unsigned most_unanswered = 1;
};

/// The requests of one worker that wait for a key, a line for each model: first come, first served. Nothing
/// polls: the one in front tries when the earliest key is to return (one timer a line) and when a lease of
/// the worker's ends. So that no herd sets out when a rest ends, the next has its turn only when the one
/// before got its lease, and no more are on their way at once than upstream has shown to take: one at first,
/// one more for each that is served, one again after a refusal. Its worker's thread only, but for `waiting`.
class WaitQueue {
 public:
  static constexpr unsigned kMostUnanswered = 64;
  /// For so long the next one waits for the answers of those before it.
  static constexpr std::chrono::milliseconds kAnswerPatience{1'000};

  /// Both outlive it, and it outlives its waiters.
  WaitQueue(reactor::EventLoop& loop, const WaitLimits& limits) : loop_(loop), limits_(limits) {}
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;

  [[nodiscard]] bool has_room() const { return limits_.timeout.count() > 0 && count() < limits_.most; }
  [[nodiscard]] std::chrono::milliseconds timeout() const { return limits_.timeout; }
  /// Whether somebody waits for this model.
  [[nodiscard]] bool has_line(std::string_view model) const;
  /// In how long the line's first tries again; 0 without a line.
  [[nodiscard]] std::chrono::milliseconds back_in(std::string_view model) const;

  /// To the line's end; there must be room. `back_in` is when the earliest key returns, for a line that
  /// begins.
  void join(Waiter& waiter, std::string_view model, std::chrono::milliseconds back_in);

  /// A lease for this model has ended: perhaps another can be had.
  void lease_ended(std::string_view model);

  enum class Answer : std::uint8_t { Served, Refused, None };
  /// What upstream said to whom this queue let go; any other waiter is passed over.
  void answered(Waiter& waiter, std::string_view model, Answer answer);

  /// How many wait now. Any thread.
  [[nodiscard]] std::size_t waiting() const { return count_.load(std::memory_order_relaxed); }

 private:
  friend class Waiter;

  [[nodiscard]] std::size_t count() const { return count_.load(std::memory_order_relaxed); }
  void take_out(Waiter& waiter);
  /// Lets the first have its turn at the turn's end, if the line may move.
  void move_on(WaitLine& line);
  void serve_soon(WaitLine& line);
  void serve(const std::string& model);

  reactor::EventLoop& loop_;
  const WaitLimits& limits_;
  /// Lines that are empty are removed.
  std::map<std::string, WaitLine, std::less<>> lines_;
  std::atomic<std::size_t> count_{0};
};

}  // namespace geminate::proxy
