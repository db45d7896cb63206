#include "backend/upstream/secret_scrubber.h"

#include <algorithm>
#include <bitset>
#include <vector>

#include "backend/crypto/encoding.h"
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

/// Takes the secret out wherever all of it stands.
std::string scrub_spellings(std::string_view body, std::string_view text) {
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

bool is_base64(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/' ||
         c == '-' || c == '_' || c == '=';
}

/// The digits that the text alone decides when `before` bytes stand in front of it.
std::string base64_core(std::string_view text, std::size_t before) {
  const std::string digits = crypto::base64_encode(std::string(before, '\0').append(text));
  const std::size_t first = (before * 8 + 5) / 6;
  const std::size_t end = (before + text.size()) * 8 / 6;
  return digits.substr(first, end - first);
}

/// Of one alignment and alphabet. The digits that it shares with its neighbours go as well, and the padding.
void scrub_digits(std::string& body, std::string_view core) {
  for (std::size_t at = body.find(core); at != std::string::npos; at = body.find(core, at)) {
    std::size_t end = at + core.size();
    for (int more = 0; more < 2 && at > 0 && is_base64(body[at - 1]); ++more) --at;
    for (int more = 0; more < 3 && end < body.size() && is_base64(body[end]); ++more) ++end;
    body.replace(at, end - at, kRedacted);
    at += kRedacted.size();
  }
}

void scrub_base64(std::string& body, std::string_view text) {
  for (std::size_t before = 0; before < 3; ++before) {
    std::string core = base64_core(text, before);
    scrub_digits(body, core);
    std::replace(core.begin(), core.end(), '+', '-');
    std::replace(core.begin(), core.end(), '/', '_');
    scrub_digits(body, core);
  }
}

/// Parts as long as that give a secret away.
constexpr std::size_t kTellingPart = 8;

/// Words of ordinary errors must not be taken for a part of a key that was made of words.
bool may_be_random(std::string_view part) {
  return std::any_of(part.begin(), part.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

/// Takes out what upstream cut: every part of kTellingPart characters and more.
std::string scrub_parts(std::string_view body, std::string_view text) {
  std::vector<std::string_view> parts;
  std::bitset<256> first_bytes;
  for (std::size_t at = 0; at + kTellingPart <= text.size(); ++at) {
    if (!may_be_random(text.substr(at, kTellingPart))) continue;
    parts.push_back(text.substr(at, kTellingPart));
    first_bytes.set(static_cast<unsigned char>(text[at]));
  }
  std::sort(parts.begin(), parts.end());
  std::string clean;
  std::size_t copied = 0;
  std::size_t hidden_until = 0;
  for (std::size_t at = 0; at + kTellingPart <= body.size(); ++at) {
    if (!first_bytes[static_cast<unsigned char>(body[at])] ||
        !std::binary_search(parts.begin(), parts.end(), body.substr(at, kTellingPart))) {
      continue;
    }
    if (at >= hidden_until) clean.append(body.substr(copied, at - copied)).append(kRedacted);
    copied = hidden_until = at + kTellingPart;
  }
  return clean.append(body.substr(copied));
}

/// Shorter secrets are left whole or not at all: their parts would be found in any text.
constexpr std::size_t kLongSecret = 16;

}  // namespace

std::string scrub(std::string_view body, const SecretView& secret) {
  if (secret.empty()) return std::string(body);
  const std::string_view text = secret.reveal();
  std::string clean = scrub_spellings(body, text);
  if (text.size() < kLongSecret) return clean;
  scrub_base64(clean, text);
  return scrub_parts(clean, text);
}

}  // namespace geminate::upstream
