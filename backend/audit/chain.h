#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/core/change.h"
#include "shared/core/secret.h"
#include "shared/core/time.h"
#include "shared/dto/audit.h"

namespace geminate::audit {

/// A row as a log keeps it. Its changes stay the text that was hashed; hashes are 64 hex digits.
struct Record {
  std::int64_t id = 0;
  Timestamp at{};
  std::optional<std::int64_t> account_id;
  std::string name;
  std::string role;
  std::string entrance;
  std::string address;
  std::string request_id;
  std::string action;
  std::string target_kind;
  std::string target_id;
  /// JSON: a list of FieldMove.
  std::string changes;
  std::string outcome;
  std::string previous_hash;
  std::string hash;
};

/// Between which rows a log lies: what makes the loss of rows at either end visible. Kept beside the rows,
/// under the chain's key, and changed together with them.
struct Anchor {
  std::int64_t first_id = 1;
  /// Of the row before the first one, which has been dropped for its age; zeros before the very first.
  std::string base_hash = std::string(64, '0');
  /// first_id - 1: there is no row.
  std::int64_t last_id = 0;
  std::string head_hash = std::string(64, '0');

  [[nodiscard]] std::int64_t rows() const { return last_id - first_id + 1; }
};

/// BLAKE2b-256 under `key` (32 bytes) of all fields of the row but `hash`, each with its length before it, so
/// that no two rows have the same bytes. Part of what is on disk.
std::string hash_of(const Secret& key, const Record& record);

/// The row after those of `anchor`, which moves on to it.
Record next_record(const Secret& key, Anchor& anchor, const Change& change, Timestamp at);

/// Drops the row from the beginning of those that the anchor tells of; it is the first one.
void drop_first(Anchor& anchor, const Record& first);

/// The anchor as a text that nobody can make without the key; part of what is on disk.
std::string seal_anchor(const Secret& key, const Anchor& anchor);
/// Nothing where the text is not one of ours.
std::optional<Anchor> open_anchor(const Secret& key, std::string_view text);

/// As it is shown.
AuditRow row_of(const Record& record);

}  // namespace geminate::audit
