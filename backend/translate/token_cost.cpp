#include "backend/translate/token_cost.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace geminate::translate {
namespace {

constexpr std::array<std::uint8_t, 256> make_costs() {
  std::array<std::uint8_t, 256> costs{};
  for (std::size_t byte = 0; byte < costs.size(); ++byte) {
    // A character's first byte pays for all of it.
    std::uint8_t cost = 0;
    if (byte < 0x80) cost = 25;
    if (byte >= '0' && byte <= '9') cost = 100;
    if (byte >= 0xC0) cost = 45;
    if (byte >= 0xE0) cost = 80;
    if (byte >= 0xF0) cost = 150;
    costs[byte] = cost;
  }
  return costs;
}

constexpr auto kCosts = make_costs();
constexpr std::int64_t kPageOrImage = 258;
constexpr std::int64_t kOneSecondOfSound = 32;

}  // namespace

std::int64_t text_hundredths(std::string_view text) {
  std::int64_t sum = 0;
  for (const char c : text) sum += kCosts[static_cast<unsigned char>(c)];
  return sum;
}

std::int64_t media_tokens(std::string_view mime_type, std::size_t base64_length) {
  const auto bytes = static_cast<std::int64_t>(base64_length / 4 * 3);
  if (mime_type.starts_with("text/") || mime_type == "application/json") return bytes / 4;
  // 16,000 bytes a second: MP3 at 128 kbit/s. Uncompressed speech takes about twice that.
  if (mime_type == "audio/wav" || mime_type == "audio/pcm" || mime_type.starts_with("audio/L16"))
    return std::max(bytes / 1000, kOneSecondOfSound);
  if (mime_type.starts_with("audio/")) return std::max(bytes / 500, kOneSecondOfSound);
  // 150,000 bytes a second.
  if (mime_type.starts_with("video/")) return std::max(bytes / 500, kPageOrImage);
  // 50,000 bytes a page.
  if (mime_type == "application/pdf") return std::max(bytes / 200, kPageOrImage);
  return kPageOrImage;
}

std::int64_t signature_tokens(std::size_t base64_length) {
  return static_cast<std::int64_t>(base64_length / 5);
}

std::int64_t estimated_tokens(const TokenCost& cost, const TokenRatios& ratios) {
  constexpr double kHundredths = 100;
  const double text = static_cast<double>(cost.text) / kHundredths * ratios.text;
  const double media = static_cast<double>(cost.media) * ratios.media;
  return static_cast<std::int64_t>(std::ceil(text) + std::ceil(media)) + cost.signatures;
}

}  // namespace geminate::translate
