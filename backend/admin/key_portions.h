#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backend/keys/key_changes.h"
#include "backend/keys/key_pool.h"
#include "shared/core/time.h"
#include "shared/dto/key_columns.h"

namespace geminate::admin {

/// The two halves of a key's row: what an admin edits, and what traffic and time change.
enum class KeyPart : std::uint8_t { Facts, Activity };

/// An answer of keys/facts or keys/activity.
struct KeyPortion {
  std::string version;
  std::string body;
  bool is_gzip = false;
};

/// What the console is told of the pool: everything once, then what has changed. Everything is put together
/// and packed once, however many ask; it may then be a little old, and what came since follows with the next
/// question. The pool outlives it. One thread.
class KeyPortions {
 public:
  explicit KeyPortions(const keys::KeyPool& pool);

  /// Looks at the pool again. Whether anything has changed since the last look.
  bool refresh(const Now& now);
  /// Unless nothing can have changed since the last look, or that was just now.
  void refresh_if_due(const Now& now);

  /// What it saw when it last looked.
  [[nodiscard]] const keys::KeyChanges& changes() const { return changes_; }
  [[nodiscard]] std::string version(KeyPart part) const { return tag(part, newest(part)); }

  /// Whether an edit or a verdict came since the last look, or that is so long ago.
  [[nodiscard]] bool is_due(std::chrono::milliseconds after, const Now& now) const {
    return newest(KeyPart::Facts) == 0 || pool_version_ != pool_.version() ||
           now.steady - looked_at_ >= after;
  }

  /// `since`: a version that this or an earlier run of the server gave; one that is not known, or too old,
  /// gets everything.
  KeyPortion portion(KeyPart part, const std::optional<std::string>& since, bool takes_gzip, const Now& now);

 private:
  struct Whole {
    std::uint32_t version = 0;  // 0: there is none
    std::string gzip;
  };

  [[nodiscard]] std::string tag(KeyPart part, std::uint32_t version) const;
  [[nodiscard]] std::optional<std::uint32_t> known_version(KeyPart part, std::string_view tag) const;
  [[nodiscard]] std::uint32_t newest(KeyPart part) const;
  [[nodiscard]] std::size_t changed_since(KeyPart part, std::uint32_t version) const;
  [[nodiscard]] bool is_fresh(KeyPart part, const Whole& whole) const;
  /// Rows that changed after `since`; 0: all.
  [[nodiscard]] std::string text(KeyPart part, std::uint32_t since, std::vector<std::int64_t> gone,
                                 const Now& now) const;
  KeyPortion whole(KeyPart part, bool takes_gzip, const Now& now);

  const keys::KeyPool& pool_;
  std::string run_;  // tells versions of this run of the server from another's
  keys::KeyChanges changes_;
  std::array<Whole, 2> wholes_;
  std::uint64_t pool_version_ = 0;
  MonotonicTime looked_at_{};
};

}  // namespace geminate::admin
