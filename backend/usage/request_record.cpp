#include "backend/usage/request_record.h"

namespace geminate::usage {
namespace {

constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kLength = 26;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  for (auto& value : values) value = 255;
  for (std::size_t i = 0; i < kDigits.size(); ++i)
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::uint8_t>(i);
  return values;
}
constexpr auto kValues = make_values();

/// The id's 130 bits hold 128: its first character is below 8.
constexpr std::uint8_t kMostFirst = 7;

std::uint8_t value_of(char digit) { return kValues[static_cast<unsigned char>(digit)]; }

/// Five bits of each; `seen` gathers the bits of every value, where what is no digit shows.
std::uint64_t digits_of(std::string_view text, std::uint64_t& seen) {
  std::uint64_t number = 0;
  for (const char c : text) {
    const std::uint64_t value = value_of(c);
    seen |= value;
    number = (number << 5) | value;
  }
  return number;
}

void push_digit(RequestId& id, std::uint64_t digit) {
  id.high = (id.high << 5) | (id.low >> 59);
  id.low = (id.low << 5) | digit;
}

}  // namespace

std::optional<RequestId> parse_request_id(std::string_view text) {
  if (text.size() != kLength) return std::nullopt;
  // The character in the middle lies across the halves.
  constexpr std::size_t kMiddle = kLength / 2;
  std::uint64_t seen = 0;
  const std::uint64_t first = digits_of(text.substr(0, kMiddle), seen);
  const std::uint64_t middle = digits_of(text.substr(kMiddle, 1), seen);
  const std::uint64_t last = digits_of(text.substr(kMiddle + 1), seen);
  if (seen >= kDigits.size() || value_of(text.front()) > kMostFirst) return std::nullopt;
  return RequestId{(first << 1) | (middle >> 4), (middle << 60) | last};
}

std::optional<IdRange> ids_beginning_with(std::string_view text) {
  if (text.empty() || text.size() > kLength) return std::nullopt;
  if (value_of(text.front()) > kMostFirst) return std::nullopt;
  IdRange range;
  for (const char c : text) {
    const std::uint8_t digit = value_of(c);
    if (digit >= kDigits.size()) return std::nullopt;
    push_digit(range.first, digit);
  }
  range.last = range.first;
  for (std::size_t i = text.size(); i < kLength; ++i) {
    push_digit(range.first, 0);
    push_digit(range.last, kDigits.size() - 1);
  }
  return range;
}

std::string format_request_id(const RequestId& id) {
  if (id == RequestId{}) return {};
  std::string text(kLength, '0');
  RequestId rest = id;
  for (std::size_t i = kLength; i-- > 0;) {
    text[i] = kDigits[rest.low & 31];
    rest.low = (rest.low >> 5) | (rest.high << 59);
    rest.high >>= 5;
  }
  return text;
}

RequestRoute route_of_path(std::string_view path) {
  const auto has = [path](std::string_view part) { return path.find(part) != std::string_view::npos; };
  if (const auto colon = path.rfind(':'); colon != std::string_view::npos) {
    const auto method = path.substr(colon + 1);
    if (method == "generateContent") return RequestRoute::Generate;
    if (method == "streamGenerateContent") return RequestRoute::StreamGenerate;
    if (method == "countTokens") return RequestRoute::CountTokens;
    if (method == "embedContent" || method == "batchEmbedContents") return RequestRoute::Embed;
    return RequestRoute::Other;
  }
  if (has("/chat/completions")) return RequestRoute::Chat;
  if (has("/embeddings")) return RequestRoute::Embed;
  if (has("/cachedContents")) return RequestRoute::CachedContents;
  if (has("/files")) return RequestRoute::Files;
  if (has("/models")) return RequestRoute::Models;
  return RequestRoute::Other;
}

}  // namespace geminate::usage
