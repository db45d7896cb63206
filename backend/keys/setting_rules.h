#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/result.h"
#include "shared/dto/keys.h"

namespace geminate::keys {

/// The rules that settings of keys and of client tokens share. Each fails with BadRequest that names the
/// field.

inline constexpr std::size_t kMaxDescription = 500;
inline constexpr std::size_t kMaxName = 200;
inline constexpr std::size_t kMaxTags = 20;
inline constexpr std::size_t kMaxTag = 50;
inline constexpr std::int32_t kMaxWeight = 1000;
inline constexpr std::int32_t kMaxPriority = 1000;
inline constexpr std::int64_t kMaxLimit = 1'000'000'000'000;

Error bad_field(std::string_view field, std::string message);

/// A limit is at least 1: 0 never means unlimited, null does.
Result<std::optional<std::int64_t>> checked_limit(std::string_view field, std::optional<std::int64_t> value);

/// Trimmed; empty is none. At most `max_characters` (not bytes) of valid UTF-8 without control characters,
/// line ends apart if `lines` says so.
Result<std::optional<std::string>> checked_text(std::string_view field,
                                                const std::optional<std::string>& value,
                                                std::size_t max_characters, bool lines);

/// Trimmed, empty ones and repetitions dropped.
Result<std::vector<std::string>> checked_tags(std::string_view field, const std::vector<std::string>& tags);

Result<std::int32_t> checked_range(std::string_view field, std::int32_t value, std::int32_t least,
                                   std::int32_t most);

/// An upstream key's text: blanks around it removed; at most 4,096 visible ASCII characters, as it has to fit
/// into a header field. Nothing else is asked of it: keys are opaque. The message never holds the text.
inline constexpr std::size_t kMaxKeyText = 4096;
/// What is wrong with it; nothing if it can be used.
std::optional<KeyRejection> key_text_fault(std::string_view text);
Result<std::string> checked_key_text(std::string_view field, std::string_view text);

/// Without ASCII blanks at both ends.
std::string_view trimmed(std::string_view text);

/// A field of an update that has no "none", as its new value or nothing if it stays; BadRequest when it is
/// null.
template <class T>
Result<std::optional<T>> checked_present(std::string_view field, const Patch<T>& patch) {
  if (!patch.present) return std::optional<T>{};
  if (!patch.value) return bad_field(field, std::string(field) + " cannot be null");
  return std::optional<T>{*patch.value};
}

}  // namespace geminate::keys
