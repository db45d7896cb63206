#include "backend/observe/redactor.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "backend/observe/escape.h"

namespace geminate::observe {
namespace {

constexpr std::string_view kRedacted = "[redacted]";

struct Pattern {
  std::string_view beginning;
  /// What follows must be this long, or it is a word and no credential.
  std::size_t min_tail;
  /// The beginning itself tells nothing and stays.
  bool keeps_beginning;
};
constexpr std::array kPatterns{Pattern{"AIza", 16, false},  Pattern{"AQ.", 16, false},
                               Pattern{"gmt_", 8, false},   Pattern{"Bearer ", 1, true},
                               Pattern{"bearer ", 1, true}, Pattern{"?key=", 1, true},
                               Pattern{"&key=", 1, true}};

bool is_credential_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("-_.~+/=").find(c) != std::string_view::npos;
}

std::size_t tail_length(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_credential_char) -
                                  text.begin());
}

const Pattern* pattern_at(std::string_view text, std::size_t& length) {
  for (const auto& pattern : kPatterns) {
    if (!text.starts_with(pattern.beginning)) continue;
    const std::size_t tail = tail_length(text.substr(pattern.beginning.size()));
    if (tail < pattern.min_tail) continue;
    length = pattern.beginning.size() + tail;
    return &pattern;
  }
  return nullptr;
}

std::uint32_t beginning_of(std::string_view text) {
  std::uint32_t bytes = 0;
  std::memcpy(&bytes, text.data(), sizeof bytes);
  return bytes;
}

/// Any spread over 16 bits does.
std::size_t bit_of(std::uint32_t beginning) { return (beginning * 2654435761U) >> 16U; }

}  // namespace

Redactor::Redactor() {
  for (const auto& pattern : kPatterns)
    first_bytes_.set(static_cast<unsigned char>(pattern.beginning.front()));
}

void Redactor::add(const Secret& secret) {
  if (secret.reveal().size() < kMinSecretBytes) return;
  // A pool of a hundred thousand keys need not be kept here once more: their form gives them away.
  std::size_t covered = 0;
  const Pattern* pattern = pattern_at(secret.reveal(), covered);
  if (pattern != nullptr && !pattern->keeps_beginning && covered == secret.reveal().size()) return;
  const std::lock_guard lock(mutex_);
  add_spelling(secret.reveal());
  std::string escaped;
  append_escaped(escaped, secret.reveal());
  if (escaped != secret.reveal()) add_spelling(escaped);
}

void Redactor::add_spelling(std::string_view spelling) {
  const std::uint32_t beginning = beginning_of(spelling);
  auto& known = by_beginning_[beginning];
  const auto same = [spelling](const Secret& one) { return one.reveal() == spelling; };
  if (std::any_of(known.begin(), known.end(), same)) return;
  known.emplace_back(std::string(spelling));
  beginnings_.set(bit_of(beginning));
  first_bytes_.set(static_cast<unsigned char>(spelling.front()));
}

std::size_t Redactor::known_secret(std::string_view text) const {
  if (text.size() < kMinSecretBytes) return 0;
  const std::uint32_t beginning = beginning_of(text);
  if (!beginnings_.test(bit_of(beginning))) return 0;
  const auto found = by_beginning_.find(beginning);
  if (found == by_beginning_.end()) return 0;
  std::size_t longest = 0;
  for (const auto& secret : found->second) {
    if (text.starts_with(secret.reveal())) longest = std::max(longest, secret.reveal().size());
  }
  return longest;
}

std::string Redactor::redact(std::string_view text) const {
  const std::lock_guard lock(mutex_);
  std::string clean;
  clean.reserve(text.size());
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (!first_bytes_[static_cast<unsigned char>(text[at])]) {
      ++at;
      continue;
    }
    const std::string_view rest = text.substr(at);
    std::size_t length = known_secret(rest);
    std::size_t keep = 0;
    std::size_t matched = 0;
    const Pattern* pattern = pattern_at(rest, matched);
    if (pattern != nullptr && matched > length) {
      length = matched;
      keep = pattern->keeps_beginning ? pattern->beginning.size() : 0;
    }
    if (length == 0) {
      ++at;
      continue;
    }
    clean.append(text.substr(copied, at + keep - copied)).append(kRedacted);
    at = copied = at + length;
  }
  return clean.append(text.substr(copied));
}

}  // namespace geminate::observe
