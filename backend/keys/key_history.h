#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "backend/keys/key_pool.h"
#include "shared/dto/health.h"
#include "shared/dto/pool.h"

namespace geminate::keys {

/// An event of the pool as it is kept and shown. Its id is given later.
KeyEventView view_of(const KeyEvent& event);
/// Whether an answer spoke against the key, rather than for it; or an admin or the clock did something.
constexpr bool is_fault(KeyEventKind kind) {
  return kind > KeyEventKind::Recovered && kind < KeyEventKind::Added;
}

/// How much history is kept; the oldest goes first.
struct KeyHistoryLimits {
  std::size_t per_key = 50;
  std::size_t total = 20'000;
  /// Between two calls of absorb(); more of them are dropped and counted.
  std::size_t waiting = 10'000;
};

/// Where history outlives the process. Management thread only.
class KeyEventStore {
 public:
  virtual ~KeyEventStore() = default;
  /// Everything that is kept, oldest first.
  virtual Result<std::vector<KeyEventView>> load() = 0;
  /// Adds all or none, and forgets what the limits leave no room for.
  virtual Status append(std::span<const KeyEventView> events, const KeyHistoryLimits& limits) = 0;
};

/// What happened to each key, with evidence. Takes events from any thread without waiting for a store; a key
/// that nothing happens to costs nothing. Everything but `add` and `dropped` belongs to the management
/// thread.
class KeyHistory {
 public:
  /// `store`: borrowed, null where nothing outlives the process.
  explicit KeyHistory(KeyHistoryLimits limits = {}, KeyEventStore* store = nullptr);

  /// Takes up what the store has kept. Before the first event.
  Status load();

  /// Any thread; takes a lock for the time of one move. Answers with the event's id.
  std::int64_t add(KeyEventView event);
  /// Any thread. Events that came too fast to be kept.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

  /// Moves what was added into the history and answers with it.
  std::vector<KeyEventView> absorb();
  /// Saves what the store has not got yet. After a failure it is tried again with the next call.
  Status save();

  /// When which keys were not to be had.
  [[nodiscard]] KeyTimeline timeline(Timestamp from, Timestamp to) const;
  /// The last event of the key by which an answer spoke against it; null where none is kept. Good until the
  /// next absorb().
  [[nodiscard]] const KeyEventView* last_fault(std::int64_t key_id) const;
  /// The newest first: of one key or of all, at most `limit` of them, older than the event `before`.
  [[nodiscard]] KeyEventPage page(std::optional<std::int64_t> key_id, std::size_t limit,
                                  std::optional<std::int64_t> before) const;

 private:
  void keep(KeyEventView event);
  void forget(std::int64_t event_id);

  const KeyHistoryLimits limits_;
  KeyEventStore* const store_;

  std::mutex waiting_mutex_;
  std::vector<KeyEventView> waiting_;
  std::int64_t next_id_ = 1;
  std::atomic<std::uint64_t> dropped_{0};

  /// By id, so by age.
  std::map<std::int64_t, KeyEventView> events_;
  /// The ids of each key's events, oldest first.
  std::unordered_map<std::int64_t, std::deque<std::int64_t>> by_key_;
  std::vector<KeyEventView> unsaved_;
};

}  // namespace geminate::keys
