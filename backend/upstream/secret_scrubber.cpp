#include "backend/upstream/secret_scrubber.h"

#include "shared/core/ascii.h"

namespace geminate::upstream {
namespace {

/// How much of `text` the character takes at its front, in any spelling; 0 when it does not stand there.
std::size_t spelled_length(std::string_view text, char wanted) {
  if (text.empty()) return 0;
  // A backslash that is not doubled spells something else than itself in JSON, but a body need not be JSON.
  if (text.front() == wanted && wanted != '\\') return 1;
  const int code = static_cast<unsigned char>(wanted);
  if (text.front() == '%' && text.size() >= 3 && hex_value(text[1]) * 16 + hex_value(text[2]) == code &&
      hex_value(text[2]) >= 0) {
    return 3;
  }
  if (text.front() == '\\' && text.size() >= 2) {
    if (text[1] == wanted && (wanted == '/' || wanted == '"' || wanted == '\\')) return 2;
    if (text[1] == 'u' && text.size() >= 6 && text.substr(2, 2) == "00" &&
        hex_value(text[4]) * 16 + hex_value(text[5]) == code && hex_value(text[5]) >= 0) {
      return 6;
    }
  }
  return text.front() == wanted ? 1 : 0;
}

std::size_t occurrence_length(std::string_view text, std::string_view secret) {
  std::size_t length = 0;
  for (const char wanted : secret) {
    const std::size_t taken = spelled_length(text.substr(length), wanted);
    if (taken == 0) return 0;
    length += taken;
  }
  return length;
}

}  // namespace

std::string scrub(std::string_view body, const SecretView& secret) {
  if (secret.empty()) return std::string(body);
  const std::string_view text = secret.reveal();
  // An occurrence begins with its first character or with what any other spelling begins with.
  const char starts[] = {text.front(), '%', '\\', '\0'};
  std::string clean;
  std::size_t copied = 0;
  for (std::size_t at = body.find_first_of(starts); at != std::string_view::npos;
       at = body.find_first_of(starts, at)) {
    const std::size_t length = occurrence_length(body.substr(at), text);
    if (length == 0) {
      ++at;
      continue;
    }
    clean.append(body.substr(copied, at - copied)).append(kRedacted);
    at = copied = at + length;
  }
  return clean.append(body.substr(copied));
}

}  // namespace geminate::upstream
