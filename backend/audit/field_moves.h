#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/codec/codec.h"
#include "shared/core/change.h"
#include "shared/core/time.h"

namespace geminate::audit {

/// What a row shows of one value at most, in bytes.
inline constexpr std::size_t kLongestValue = 1000;

/// The text, or its beginning and how much is missing.
std::string cut_value(std::string_view text);

/// A value as a row shows it; none where there is none.
template <class T>
std::optional<std::string> text_of(const T& value) {
  if constexpr (codec::kIsOptional<T>) {
    return value ? text_of(*value) : std::nullopt;
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    return format_rfc3339(value);
  } else if constexpr (NamedEnum<T>) {
    return std::string(name_of(value));
  } else if constexpr (std::is_same_v<T, bool>) {
    return std::string(value ? "true" : "false");
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else if constexpr (codec::kIsVector<T>) {
    return cut_value(codec::to_json(value));
  } else {
    return cut_value(std::string_view(value));
  }
}

/// Adds the field where the two differ.
template <class T>
void note_move(std::vector<FieldMove>& moves, std::string field, const T& before, const T& after) {
  if (before == after) return;
  moves.push_back({std::move(field), text_of(before), text_of(after)});
}

/// A field of something that was not there before, where it has a value.
template <class T>
void note_value(std::vector<FieldMove>& moves, std::string field, const T& after) {
  if (auto text = text_of(after)) moves.push_back({std::move(field), std::nullopt, std::move(text)});
}

/// Many rows of one change: how many, and which, as ranges ("1-7,9"), as far as a value may be long.
void note_ids(std::vector<FieldMove>& moves, std::vector<std::int64_t> ids);

/// What differs between two sets of names and values, by name.
std::vector<FieldMove> map_moves(const std::map<std::string, std::string>& before,
                                 const std::map<std::string, std::string>& after);

/// The first `most` of them, and how many more there were.
void keep_most(std::vector<FieldMove>& moves, std::size_t most);

/// The change with what it was done to, and how.
Change completed(const Change& change, std::string target_kind, std::string target_id,
                 std::vector<FieldMove> moves);

}  // namespace geminate::audit
