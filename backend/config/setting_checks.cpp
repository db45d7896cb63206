#include "backend/config/setting_checks.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "backend/auth/address_block.h"
#include "shared/core/ascii.h"

namespace geminate::config {
namespace {

constexpr std::size_t kMaxSecret = 4096;
constexpr std::size_t kMinSecret = 16;

bool is_visible(char c) { return c > ' ' && c < 0x7F; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool all_visible(std::string_view text) { return std::all_of(text.begin(), text.end(), is_visible); }

bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), is_digit)) return false;
  std::uint32_t value = 0;
  for (const char c : text) value = value * 10 + static_cast<std::uint32_t>(c - '0');
  return value >= 1 && value <= 65535;
}

bool is_name_or_ipv4(std::string_view host) {
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
  });
}

bool is_ipv6(std::string_view host) {
  return host.find(':') != std::string_view::npos && host.size() <= 45 &&
         std::all_of(host.begin(), host.end(),
                     [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; });
}

/// host[:port] taken apart; nothing when it is neither.
std::optional<std::string_view> host_of_authority(std::string_view authority) {
  std::string_view host = authority;
  std::string_view port;
  bool has_port = false;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = authority.substr(1, end - 1);
    const std::string_view rest = authority.substr(end + 1);
    has_port = rest.starts_with(':');
    if (!rest.empty() && !has_port) return std::nullopt;
    if (has_port) port = rest.substr(1);
    if (!is_ipv6(host)) return std::nullopt;
  } else {
    const auto colon = authority.find(':');
    has_port = colon != std::string_view::npos;
    host = authority.substr(0, colon);
    if (has_port) port = authority.substr(colon + 1);
    if (!is_name_or_ipv4(host)) return std::nullopt;
  }
  if (has_port && !is_port(port)) return std::nullopt;
  return host;
}

bool is_loopback(std::string_view host) {
  std::string name(host);
  std::transform(name.begin(), name.end(), name.begin(), ascii_lower);
  if (name == "localhost" || name == "::1") return true;
  // A name may begin like an address ("127.evil.example"); only digits and dots are one.
  return name.starts_with("127.") &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_digit(c) || c == '.'; });
}

struct Address {
  bool is_https = false;
  std::string_view host;
  std::string_view path;
};

std::optional<Address> parse_address(std::string_view value) {
  constexpr std::string_view kHttps = "https://";
  constexpr std::string_view kHttp = "http://";
  Address address;
  address.is_https = value.starts_with(kHttps);
  if (!address.is_https && !value.starts_with(kHttp)) return std::nullopt;
  if (!all_visible(value)) return std::nullopt;
  value.remove_prefix(address.is_https ? kHttps.size() : kHttp.size());
  const auto slash = value.find('/');
  const auto host = host_of_authority(value.substr(0, slash));
  if (!host) return std::nullopt;
  address.host = *host;
  if (slash != std::string_view::npos) address.path = value.substr(slash);
  return address;
}

}  // namespace

bool is_key_text(std::string_view value) {
  return !value.empty() && value.size() <= kMaxSecret && all_visible(value);
}

bool is_client_token(std::string_view value) { return is_key_text(value) && value.size() >= kMinSecret; }

bool is_admin_secret(std::string_view value) {
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; };
  if (value.size() > kMaxSecret || std::any_of(value.begin(), value.end(), is_control)) return false;
  // Characters are counted, not bytes: a passphrase need not be ASCII.
  const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return std::count_if(value.begin(), value.end(), begins_character) >=
         static_cast<std::ptrdiff_t>(kMinSecret);
}

bool is_database_url(std::string_view value) {
  constexpr std::string_view kScheme = "sqlite:";
  return value.starts_with(kScheme) && value.size() > kScheme.size();
}

bool is_host(std::string_view value) { return is_name_or_ipv4(value) || is_ipv6(value); }

bool is_address_block(std::string_view value) { return auth::AddressBlock::parse(value).has_value(); }

bool is_base_url(std::string_view value) {
  const auto address = parse_address(value);
  if (!address || address->path.find_first_of("?#") != std::string_view::npos) return false;
  return address->is_https || is_loopback(address->host);
}

bool is_origin(std::string_view value) {
  if (value == "*") return true;
  const auto address = parse_address(value);
  return address && address->path.empty();
}

bool is_forwardable_header(std::string_view value) {
  constexpr std::array<std::string_view, 25> kForbidden = {"authorization",
                                                           "cookie",
                                                           "set-cookie",
                                                           "x-goog-api-key",
                                                           "x-api-key",
                                                           "host",
                                                           "content-length",
                                                           "transfer-encoding",
                                                           "connection",
                                                           "keep-alive",
                                                           "te",
                                                           "trailer",
                                                           "upgrade",
                                                           "expect",
                                                           "accept-encoding",
                                                           "range",
                                                           "proxy-authorization",
                                                           "proxy-connection",
                                                           "proxy-authenticate",
                                                           "forwarded",
                                                           "x-forwarded-for",
                                                           "x-forwarded-proto",
                                                           "x-forwarded-host",
                                                           "x-forwarded-port",
                                                           "x-real-ip"};
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  const auto is_name_character = [&](char c) {
    return is_letter(c) || is_digit(c) || kMarks.find(c) != std::string_view::npos;
  };
  if (value.empty() || value.size() > 100 || !std::all_of(value.begin(), value.end(), is_name_character))
    return false;
  std::string name(value);
  std::transform(name.begin(), name.end(), name.begin(), ascii_lower);
  return std::find(kForbidden.begin(), kForbidden.end(), name) == kForbidden.end();
}

}  // namespace geminate::config
