#include "backend/keys/setting_rules.h"

#include <algorithm>

namespace geminate::keys {
namespace {

/// The length of the UTF-8 character at the front; 0 if none stands there. Overlong forms, surrogates and
/// values beyond U+10FFFF are none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  const unsigned second = byte(1);
  const bool wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                     (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
  return wrong ? 0 : length;
}

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

/// What is wrong with the text, as the end of a sentence; empty if nothing.
std::string fault_of(std::string_view text, std::size_t max_characters, bool lines) {
  std::size_t characters = 0;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) return "is not valid UTF-8";
    const bool line_end = text.front() == '\n' || text.front() == '\r' || text.front() == '\t';
    if (is_control(text.front()) && !(lines && line_end)) return "must not hold control characters";
    text.remove_prefix(length);
    ++characters;
  }
  if (characters > max_characters) return "is longer than " + std::to_string(max_characters) + " characters";
  return {};
}

}  // namespace

Error bad_field(std::string_view field, std::string message) {
  return Error{ErrorCode::BadRequest, std::move(message), {}, std::string(field), {}};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

Result<std::optional<std::int64_t>> checked_limit(std::string_view field, std::optional<std::int64_t> value) {
  if (value && (*value < 1 || *value > kMaxLimit)) {
    return bad_field(field, std::string(field) + " must be from 1 to " + std::to_string(kMaxLimit) +
                                ", or null for no limit");
  }
  return value;
}

Result<std::optional<std::string>> checked_text(std::string_view field,
                                                const std::optional<std::string>& value,
                                                std::size_t max_characters, bool lines) {
  if (!value) return std::optional<std::string>{};
  const std::string_view text = trimmed(*value);
  if (text.empty()) return std::optional<std::string>{};
  const std::string fault = fault_of(text, max_characters, lines);
  if (!fault.empty()) return bad_field(field, std::string(field) + " " + fault);
  return std::optional<std::string>{text};
}

Result<std::vector<std::string>> checked_tags(std::string_view field, const std::vector<std::string>& tags) {
  std::vector<std::string> kept;
  for (const std::string& tag : tags) {
    GEMINATE_TRY(auto text, checked_text(field, tag, kMaxTag, false));
    if (!text || std::find(kept.begin(), kept.end(), *text) != kept.end()) continue;
    kept.push_back(std::move(*text));
  }
  if (kept.size() > kMaxTags) {
    return bad_field(field, std::string(field) + " holds more than " + std::to_string(kMaxTags) + " tags");
  }
  return kept;
}

Result<std::int32_t> checked_range(std::string_view field, std::int32_t value, std::int32_t least,
                                   std::int32_t most) {
  if (value >= least && value <= most) return value;
  return bad_field(
      field, std::string(field) + " must be from " + std::to_string(least) + " to " + std::to_string(most));
}

std::optional<KeyRejection> key_text_fault(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return KeyRejection::Empty;
  if (text.size() > kMaxKeyText) return KeyRejection::TooLong;
  const auto is_visible = [](char c) { return c > ' ' && c < 0x7F; };
  if (!std::all_of(text.begin(), text.end(), is_visible)) return KeyRejection::NotPlain;
  return std::nullopt;
}

Result<std::string> checked_key_text(std::string_view field, std::string_view text) {
  const auto fault = key_text_fault(text);
  if (!fault) return std::string(trimmed(text));
  if (fault == KeyRejection::Empty) return bad_field(field, "the key is empty");
  if (fault == KeyRejection::TooLong) {
    return bad_field(field, "the key is longer than " + std::to_string(kMaxKeyText) + " characters");
  }
  return bad_field(field, "the key holds blanks, control characters or characters outside ASCII");
}

}  // namespace geminate::keys
