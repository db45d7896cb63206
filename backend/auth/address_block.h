#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace geminate::auth {

/// An address or a CIDR block of IPv4 or IPv6. All are kept as IPv6: an IPv4 address and the same one mapped
/// into IPv6 (::ffff:192.0.2.1) are one address, and 192.0.2.0/24 holds both.
class AddressBlock {
 public:
  /// Strict: nothing where the text is no address, its length no plain number within range, or where bits
  /// are set beyond the length ("10.0.0.1/8" may mean the one or the other).
  static std::optional<AddressBlock> parse(std::string_view text);

  /// False too for what is no address.
  [[nodiscard]] bool contains(std::string_view address) const;

 private:
  using Bytes = std::array<std::uint8_t, 16>;
  static constexpr int kBits = 128;

  static std::optional<Bytes> bytes_of(std::string_view address);
  [[nodiscard]] bool matches(const Bytes& address) const;

  Bytes bytes_{};
  /// How many leading bits count.
  int length_ = kBits;
};

}  // namespace geminate::auth
