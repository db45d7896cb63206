#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "backend/upstream/resolver.h"

namespace geminate::upstream {

/// A range of addresses that no host of the public Internet has, as IANA's special-purpose registries list
/// them.
struct SpecialRange {
  /// IPv6; an IPv4 range lies within ::ffff:0:0/96.
  std::array<std::uint8_t, 16> first{};
  /// How many leading bits count.
  int length = 128;
  std::string_view name;
  std::string_view rfc;
};

/// The table: IPv4's ranges, then IPv6's. Where two hold an address the first one names it.
std::span<const SpecialRange> special_ranges();

/// The range that an address lies in; null for one of the public Internet. Of an IPv6 address that stands for
/// an IPv4 one (mapped, NAT64, 6to4) it is the IPv4 address that counts. Pure.
const SpecialRange* special_range_of(const SocketAddress& address);

/// Whether no host of the public Internet has such an address. Pure.
inline bool is_special_purpose(const SocketAddress& address) { return special_range_of(address) != nullptr; }

}  // namespace geminate::upstream
