#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "backend/keys/key_pool.h"
#include "shared/core/time.h"
#include "shared/dto/keys.h"

namespace geminate::keys {

/// What changes about a key without an edit, as far as telling two moments apart needs it.
struct KeyMark {
  std::int64_t used = 0;       // tokens of the Pacific day
  std::int64_t last_used = 0;  // milliseconds since 1970
  std::int64_t until = 0;      // the sum of all ends of rests, in the same
  std::uint64_t story = 0;     // hash of reasons, models, quotas and the last error
  KeyState state = KeyState::Ready;
};

/// Since when each key of a pool is as it is: for those who have seen an earlier moment. One thread.
class KeyChanges {
 public:
  struct Row {
    std::int64_t id = 0;
    std::int64_t revision = 0;
    KeyMark mark;
    /// Versions with which its settings and its activity last changed.
    std::uint32_t facts_at = 0, activity_at = 0;
  };

  /// Deletions that are remembered.
  static constexpr std::size_t kMostGone = 20'000;

  /// Compares the pool with the last time. True when anything has changed.
  bool refresh(const KeyPool& pool, const Now& now);

  /// Of the last change of each kind; they count up together, from 1 on.
  [[nodiscard]] std::uint32_t facts_version() const { return facts_version_; }
  [[nodiscard]] std::uint32_t activity_version() const { return activity_version_; }
  /// Keys in each state, at the last look.
  [[nodiscard]] std::size_t count(KeyState state) const { return counts_[static_cast<std::size_t>(state)]; }
  /// By rising id.
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  /// Keys deleted after that version; nothing when that was too long ago to know.
  [[nodiscard]] std::optional<std::vector<std::int64_t>> gone_since(std::uint32_t version) const;

 private:
  void forget(std::int64_t id);

  std::array<std::size_t, EnumNames<KeyState>::kNames.size()> counts_{};
  std::vector<Row> rows_;
  std::vector<Row> next_rows_;  // between refreshes: memory to be used again
  std::uint32_t version_ = 0, facts_version_ = 0, activity_version_ = 0;
  std::deque<std::pair<std::uint32_t, std::int64_t>> gone_;
  std::uint32_t gone_known_from_ = 0;
};

}  // namespace geminate::keys
