#include "backend/upstream/special_addresses.h"

#include <netinet/in.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <optional>

namespace geminate::upstream {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

constexpr int kMappedBits = 96;

constexpr Bytes mapped(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, a, b, c, d};
}

constexpr SpecialRange v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, int length,
                          std::string_view name, std::string_view rfc) {
  return {mapped(a, b, c, d), kMappedBits + length, name, rfc};
}

/// The groups of an address's beginning.
constexpr Bytes groups(std::initializer_list<std::uint16_t> all) {
  Bytes bytes{};
  std::size_t at = 0;
  for (const std::uint16_t group : all) {
    bytes[at++] = static_cast<std::uint8_t>(group >> 8U);
    bytes[at++] = static_cast<std::uint8_t>(group & 0xFFU);
  }
  return bytes;
}

constexpr SpecialRange v6(std::initializer_list<std::uint16_t> first, int length, std::string_view name,
                          std::string_view rfc) {
  return {groups(first), length, name, rfc};
}

// https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry, with
// multicast and what is not given to anybody. Also what is reachable in those registries (anycast of relays
// and of AS112): no API is there.
constexpr std::array kRanges = {
    v4(255, 255, 255, 255, 32, "limited broadcast", "RFC 919"),
    v4(0, 0, 0, 0, 8, "this network", "RFC 791"),
    v4(10, 0, 0, 0, 8, "private use", "RFC 1918"),
    v4(100, 64, 0, 0, 10, "shared by carrier-grade NAT", "RFC 6598"),
    v4(127, 0, 0, 0, 8, "loopback", "RFC 1122"),
    v4(169, 254, 0, 0, 16, "link-local, also of cloud metadata", "RFC 3927"),
    v4(172, 16, 0, 0, 12, "private use", "RFC 1918"),
    v4(192, 0, 0, 0, 24, "protocol assignments", "RFC 6890"),
    v4(192, 0, 2, 0, 24, "documentation", "RFC 5737"),
    v4(192, 31, 196, 0, 24, "AS112", "RFC 7535"),
    v4(192, 52, 193, 0, 24, "multicast tunnels", "RFC 7450"),
    v4(192, 88, 99, 0, 24, "6to4 relays", "RFC 7526"),
    v4(192, 168, 0, 0, 16, "private use", "RFC 1918"),
    v4(192, 175, 48, 0, 24, "AS112", "RFC 7534"),
    v4(198, 18, 0, 0, 15, "benchmarking", "RFC 2544"),
    v4(198, 51, 100, 0, 24, "documentation", "RFC 5737"),
    v4(203, 0, 113, 0, 24, "documentation", "RFC 5737"),
    v4(224, 0, 0, 0, 4, "multicast", "RFC 1112"),
    v4(240, 0, 0, 0, 4, "reserved", "RFC 1112"),
    v6({}, 128, "unspecified", "RFC 4291"),
    v6({0, 0, 0, 0, 0, 0, 0, 1}, 128, "loopback", "RFC 4291"),
    v6({}, 96, "compatible with IPv4", "RFC 4291"),
    v6({0, 0, 0, 0, 0xFFFF, 0}, 96, "translated IPv4", "RFC 2765"),
    v6({0x64, 0xFF9B, 1}, 48, "local NAT64", "RFC 8215"),
    v6({0x100}, 64, "discard-only", "RFC 6666"),
    v6({0x100, 0, 0, 1}, 64, "dummy prefix", "RFC 9780"),
    v6({0x2001}, 32, "Teredo", "RFC 4380"),
    v6({0x2001, 2}, 48, "benchmarking", "RFC 5180"),
    v6({0x2001, 0x10}, 28, "ORCHID", "RFC 4843"),
    v6({0x2001, 0x20}, 28, "ORCHIDv2", "RFC 7343"),
    v6({0x2001}, 23, "protocol assignments", "RFC 2928"),
    v6({0x2001, 0xDB8}, 32, "documentation", "RFC 3849"),
    v6({0x2620, 0x4F, 0x8000}, 48, "AS112", "RFC 7534"),
    v6({0x3FFF}, 20, "documentation", "RFC 9637"),
    v6({0x5F00}, 16, "segment routing", "RFC 9602"),
    v6({0xFC00}, 7, "unique local", "RFC 4193"),
    v6({0xFE80}, 10, "link-local", "RFC 4291"),
    v6({0xFEC0}, 10, "site-local", "RFC 3879"),
    v6({0xFF00}, 8, "multicast", "RFC 4291"),
    // Only 2000::/3 is given out.
    v6({}, 3, "reserved", "RFC 4291"),
    v6({0x4000}, 2, "reserved", "RFC 4291"),
    v6({0x8000}, 1, "reserved", "RFC 4291"),
};

bool begins_with(const Bytes& address, const Bytes& first, int length) {
  const auto whole = static_cast<std::size_t>(length / 8);
  if (!std::equal(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(whole), address.begin()))
    return false;
  const int rest = length % 8;
  return rest == 0 ||
         ((address[whole] ^ first[whole]) & (0xFF00U >> static_cast<unsigned>(rest)) & 0xFFU) == 0;
}

/// The IPv4 address at a place within an IPv6 one.
Bytes embedded(const Bytes& address, std::size_t at) {
  return mapped(address[at], address[at + 1], address[at + 2], address[at + 3]);
}

Bytes bytes_of(const SocketAddress& address) {
  if (address.family() == AF_INET6) {
    Bytes bytes{};
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_addr,
                bytes.size());
    return bytes;
  }
  std::array<std::uint8_t, 4> bytes{};
  std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_addr, bytes.size());
  return mapped(bytes[0], bytes[1], bytes[2], bytes[3]);
}

/// What an address comes down to where it stands for an IPv4 one.
Bytes without_disguise(const Bytes& address) {
  if (begins_with(address, groups({0x64, 0xFF9B}), 96)) return embedded(address, 12);
  if (begins_with(address, groups({0x2002}), 16)) return embedded(address, 2);
  return address;
}

}  // namespace

std::span<const SpecialRange> special_ranges() { return kRanges; }

const SpecialRange* special_range_of(const SocketAddress& address) {
  const Bytes bytes = without_disguise(bytes_of(address));
  const bool is_v4 = begins_with(bytes, mapped(0, 0, 0, 0), kMappedBits);
  // IPv4 lies within what IPv6 has reserved.
  const auto found = std::find_if(kRanges.begin(), kRanges.end(), [&](const SpecialRange& range) {
    return (!is_v4 || range.length >= kMappedBits + 4) && begins_with(bytes, range.first, range.length);
  });
  return found == kRanges.end() ? nullptr : &*found;
}

}  // namespace geminate::upstream
