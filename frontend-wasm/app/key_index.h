#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "frontend-wasm/app/key_columns.h"
#include "frontend-wasm/app/key_query.h"
#include "frontend-wasm/app/key_selection.h"
#include "shared/dto/keys.h"

namespace geminate::ui {

/// How many keys stand behind each figure card and filter.
struct KeyCounts {
  std::uint32_t all = 0, ready = 0, resting = 0, failing = 0, disabled = 0, expiring = 0;
  std::int64_t tokens_today = 0;
  /// When the first of the resting keys is back.
  std::optional<Timestamp> next_return;
  /// When any of them was last used.
  std::optional<Timestamp> last_used;
};

enum class KeyFilter : std::uint8_t { All, Ready, Resting, Failing, Disabled, Expiring };

/// How far ahead an expiry is warned of.
inline constexpr std::chrono::days kExpiresSoon{7};

bool matches(KeyFilter filter, KeyState state);

/// What searching and sorting look at, of every key, by column: texts in lower case one after the other,
/// figures side by side. Kept as the list changes, so that a keystroke among 100,000 keys reads a few
/// megabytes in order and makes nothing. Rows are positions in the vector it was made of.
class KeyIndex {
 public:
  void rebuild(const std::vector<UpstreamKeyView>& keys);
  /// The row at that position is another now, or a new one at the end; its id is new then.
  void put(std::uint32_t row, const UpstreamKeyView& key);
  /// `left`: those that stay, in rising order; the first of them becomes row 0, and so on.
  void keep_only(const std::vector<std::uint32_t>& left);
  std::size_t size() const { return facts_.size(); }

  std::optional<std::uint32_t> position_of(KeyId id) const;
  /// All ids, in rising order.
  std::vector<KeyId> ids() const;

  KeyCounts counts(Timestamp now) const;

  /// All rows by a column; among equals the newest first.
  std::vector<std::uint32_t> sorted_by(KeyColumn column, bool descending) const;
  /// Whether a row comes before another one in that order.
  bool is_before(KeyColumn column, bool descending, std::uint32_t row, std::uint32_t other) const;
  KeyState state_of(std::uint32_t row) const;
  bool expires_between(std::uint32_t row, Timestamp from, Timestamp to) const;
  /// `wanted`, by row: takes the mark from those that do not answer all conditions. Goes through the rows as
  /// they lie in memory, which in the order of the screen would be jumping about.
  void keep_matching(std::vector<char>& wanted, const std::vector<KeyCondition>& conditions,
                     Timestamp now) const;
  bool matches_all(std::uint32_t row, const std::vector<KeyCondition>& conditions, Timestamp now) const;

 private:
  enum class Field : std::uint8_t { Description, Preview, Project, Owner, Fingerprint, Tags, Models };
  static constexpr std::size_t kFields = 7;
  static constexpr std::int64_t kNone = INT64_MIN;

  struct Facts {
    KeyId id = 0;
    std::int64_t used = 0, day_limit = kNone, per_minute = kNone;
    std::int64_t created = 0, expires = kNone, last_used = kNone, returns = kNone,
                 failed = kNone;                              // milliseconds
    std::int32_t weight = 1, priority = 0, quota_share = -1;  // -1: unknown
    KeyState state{};
    Origin origin{};
    bool active = true;
    /// Where each field's text begins; the last one is where they end.
    std::array<std::uint32_t, kFields + 1> text{};
  };
  struct Place;

  Facts facts_of(const UpstreamKeyView& key);
  void put_text(Facts& facts, Field field, std::string_view text);
  void drop_unused_texts();
  std::string_view text_of(const Facts& facts, Field field) const;
  std::string_view all_texts_of(const Facts& facts) const;
  std::string_view block_of(const Facts& facts) const;
  std::uint64_t first_of(KeyColumn column, const Facts& facts) const;
  int compare_texts(KeyColumn column, const Facts& a, const Facts& b) const;
  static std::int64_t figure_of(const Facts& facts, KeyField field, Timestamp now);
  bool answers(const Facts& facts, const KeyCondition& condition, Timestamp now) const;
  template <class Answers>
  void sift(std::vector<char>& wanted, bool negated, Answers answers) const;
  bool has_word(const Facts& facts, const KeyCondition& condition) const;

  std::vector<Facts> facts_;
  std::string texts_;
  std::size_t unused_texts_ = 0;  // bytes of `texts_` that rows have left behind
  std::vector<std::pair<KeyId, std::uint32_t>> by_id_;
};

}  // namespace geminate::ui
