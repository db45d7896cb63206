#include "backend/upstream/base_url.h"

#include <algorithm>
#include <charconv>

#include "backend/upstream/resolver.h"
#include "shared/core/ascii.h"

namespace geminate::upstream {
namespace {

Error wrong(std::string_view url, std::string_view why) {
  return Error{ErrorCode::BadRequest,
               "the upstream address \"" + std::string(url) + "\" " + std::string(why),
               {},
               {},
               {}};
}

bool is_loopback(const std::string& host) {
  if (iequals(host, "localhost")) return true;
  const Addresses literal = literal_address(host);
  if (literal.empty()) return false;
  const std::string text = literal.front().text();
  return text.starts_with("127.") || text.starts_with("[::1]");
}

bool is_name_char(char c) {
  return is_char(c, kTokenChar) && std::string_view("!#$%&'*+^`|~").find(c) == std::string_view::npos;
}

/// "host", "host:port", "[::1]", "[::1]:port". Null when fine.
const char* read_authority(std::string_view authority, Target& target) {
  std::string_view host = authority;
  std::string_view port;
  const bool bracketed = !authority.empty() && authority.front() == '[';
  const std::size_t host_end = bracketed ? authority.find(']') : std::size_t{0};
  if (host_end == std::string_view::npos) return "has an unclosed bracket";
  if (const std::size_t colon = authority.find(':', host_end); colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon + 1);
    const auto [end, fault] = std::from_chars(port.data(), port.data() + port.size(), target.port);
    if (fault != std::errc{} || end != port.data() + port.size() || target.port == 0)
      return "has a port that is none";
  }
  if (bracketed) {
    if (host.size() != host_end + 1 || literal_address(std::string(host)).empty())
      return "has a host that is none";
    host = host.substr(1, host.size() - 2);
  } else if (host.empty() || !std::all_of(host.begin(), host.end(), is_name_char)) {
    return "has a host that is none";
  }
  target.host = host;
  return nullptr;
}

}  // namespace

Result<BaseUrl> parse_base_url(std::string_view url) {
  BaseUrl base;
  std::string_view rest = url;
  if (istarts_with(url, "https://")) {
    rest.remove_prefix(8);
  } else if (istarts_with(url, "http://")) {
    rest.remove_prefix(7);
    base.target.tls = false;
    base.target.port = 80;
  } else {
    return wrong(url, "must begin with https:// (or, for this machine alone, http://)");
  }
  if (rest.find_first_of("?#@") != std::string_view::npos)
    return wrong(url, "must have no user, query or fragment");
  const std::size_t slash = rest.find('/');
  base.authority = rest.substr(0, slash);
  if (const char* fault = read_authority(base.authority, base.target)) return wrong(url, fault);
  if (slash != std::string_view::npos) {
    base.prefix = rest.substr(slash);
    while (base.prefix.ends_with('/')) base.prefix.pop_back();
    if (!all_chars(base.prefix, kTargetChar))
      return wrong(url, "has a path with characters that no path can have");
  }
  if (!base.target.tls && !is_loopback(base.target.host)) {
    return wrong(url, "must use https://: http:// is accepted for loopback only");
  }
  return base;
}

}  // namespace geminate::upstream
