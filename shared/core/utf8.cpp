#include "shared/core/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace geminate {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// How much of the text is ASCII before anything else comes; eight bytes at a time, which is how nearly all
/// goes.
std::size_t ascii_length(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, sizeof bytes);
    if ((bytes & kHighBits) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

/// How much of the text is well-formed.
std::size_t utf8_length(std::string_view text) {
  std::size_t at = 0;
  for (;;) {
    at += ascii_length(text.substr(at));
    const std::size_t length = utf8_sequence(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
}

}  // namespace

std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.empty()) return 0;
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : (lead & 0xF0U) == 0xE0       ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool beyond = (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF4 && byte(1) > 0x8F);
  return overlong || beyond ? 0 : length;
}

bool is_utf8(std::string_view text) { return utf8_length(text) == text.size(); }

std::string as_utf8(std::string text) {
  std::size_t good = utf8_length(text);
  if (good == text.size()) return text;
  std::string clean;
  clean.reserve(text.size() + 2 * kReplacement.size());
  std::string_view rest = text;
  while (good < rest.size()) {
    clean.append(rest.substr(0, good)).append(kReplacement);
    rest.remove_prefix(good + 1);
    good = utf8_length(rest);
  }
  return clean.append(rest);
}

}  // namespace geminate
