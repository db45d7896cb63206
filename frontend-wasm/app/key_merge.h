#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "frontend-wasm/app/key_index.h"
#include "shared/dto/key_columns.h"
#include "shared/dto/keys.h"

namespace geminate::ui {

/// An answer of keys/facts or keys/activity: its first line, and the others as they came.
struct KeyPortion {
  KeyPortionHead head;
  std::string lines;
};

/// Puts what the server told of keys into a list of them. The list's rows stay where they are and new ones
/// come at the end; `index` is the list's as it was before. Borrows both.
class KeyMerge {
 public:
  KeyMerge(std::vector<UpstreamKeyView>& keys, const KeyIndex& index)
      : keys_(keys), index_(index), known_(keys.size()) {}

  /// The whole list is told anew: about so many rows.
  void begin_anew(std::size_t rows);
  /// Rows of keys/facts, which may be new.
  void take_facts(std::string_view lines);
  /// Rows of keys/activity. Those of keys that are not in the list are passed over.
  void take_activity(std::string_view lines);

  /// Positions that were set, in rising order, each once.
  std::vector<std::uint32_t> changed();
  /// What could not be read, if anything could not; the list then has a part of it.
  const std::optional<std::string>& fault() const { return fault_; }

 private:
  std::optional<std::uint32_t> position_of(KeyId id);
  template <class Place>
  void take(std::string_view lines, Place place);

  std::vector<UpstreamKeyView>& keys_;
  const KeyIndex& index_;
  std::size_t known_;     // rows that `index_` knows; the others are in rising order of their ids
  std::size_t next_ = 0;  // where the last key stood, and one on: mostly the place of the one asked for next
  std::vector<std::uint32_t> changed_;
  std::optional<std::string> fault_;
};

}  // namespace geminate::ui
