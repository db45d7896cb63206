#include "backend/auth/address_block.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace geminate::auth {
namespace {

constexpr int kMappedBits = 96;
constexpr std::size_t kLongestAddress = 45;

std::optional<int> length_of(std::string_view digits, int most) {
  int length = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  const bool leading_zero = digits.size() > 1 && digits.front() == '0';
  if (problem != std::errc{} || end != digits.data() + digits.size() || leading_zero) return std::nullopt;
  if (length < 0 || length > most) return std::nullopt;
  return length;
}

bool is_v4(std::string_view address) { return address.find(':') == std::string_view::npos; }

}  // namespace

std::optional<AddressBlock::Bytes> AddressBlock::bytes_of(std::string_view address) {
  if (address.size() > kLongestAddress || address.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string text(address);
  Bytes bytes{};
  if (!is_v4(address)) {
    if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return std::nullopt;
    return bytes;
  }
  bytes[10] = bytes[11] = 0xFF;
  if (::inet_pton(AF_INET, text.c_str(), bytes.data() + 12) != 1) return std::nullopt;
  return bytes;
}

std::optional<AddressBlock> AddressBlock::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  const auto bytes = bytes_of(address);
  if (!bytes) return std::nullopt;
  AddressBlock block;
  block.bytes_ = *bytes;
  if (slash == std::string_view::npos) return block;
  const int skipped = is_v4(address) ? kMappedBits : 0;
  const auto length = length_of(text.substr(slash + 1), kBits - skipped);
  if (!length) return std::nullopt;
  block.length_ = skipped + *length;
  for (int bit = block.length_; bit < kBits; ++bit) {
    if ((block.bytes_[static_cast<std::size_t>(bit / 8)] & (0x80U >> static_cast<unsigned>(bit % 8))) != 0)
      return std::nullopt;
  }
  return block;
}

bool AddressBlock::matches(const Bytes& address) const {
  const int whole = length_ / 8;
  if (!std::equal(bytes_.begin(), bytes_.begin() + whole, address.begin())) return false;
  const int rest = length_ % 8;
  if (rest == 0) return true;
  const auto at = static_cast<std::size_t>(whole);
  const unsigned mask = 0xFF00U >> static_cast<unsigned>(rest);
  return ((bytes_[at] ^ address[at]) & mask & 0xFFU) == 0;
}

bool AddressBlock::contains(std::string_view address) const {
  const auto bytes = bytes_of(address);
  return bytes && matches(*bytes);
}

}  // namespace geminate::auth
