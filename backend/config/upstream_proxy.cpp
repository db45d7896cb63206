#include "backend/config/upstream_proxy.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "backend/config/setting_checks.h"
#include "shared/core/ascii.h"

namespace geminate::config {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kSocks5 = "socks5://";
constexpr std::string_view kDirect = "direct";
/// RFC 1929 counts both in one byte.
constexpr std::size_t kLongestCredential = 255;

Error wrong(std::string why) { return Error{ErrorCode::BadRequest, std::move(why), {}, {}, {}}; }

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

bool is_credential(const std::string& text) {
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; };
  return text.size() <= kLongestCredential && std::none_of(text.begin(), text.end(), is_control);
}

Status read_credentials(std::string_view text, UpstreamProxy& proxy) {
  const std::size_t colon = text.find(':');
  const auto user = percent_decoded(text.substr(0, colon));
  const auto password = colon == std::string_view::npos ? std::optional<std::string>{""}
                                                        : percent_decoded(text.substr(colon + 1));
  if (!user || !password) return wrong("a user or password with a % that no two hexadecimal digits follow");
  // Basic credentials end the user at the first colon.
  const bool is_fine = !user->empty() && is_credential(*user) && is_credential(*password) &&
                       user->find(':') == std::string::npos;
  if (!is_fine)
    return wrong("a user or password that is empty, too long or holds what none can (255 bytes at most)");
  proxy.user = *user;
  proxy.password = Secret(*password);
  return Status::success();
}

Status read_address(std::string_view text, UpstreamProxy& proxy) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong("a proxy without a port");
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!is_host(host) || bracketed != (host.find(':') != std::string_view::npos))
    return wrong("a proxy whose host is none");
  const auto [end, fault] = std::from_chars(port.data(), port.data() + port.size(), proxy.port);
  if (fault != std::errc{} || end != port.data() + port.size() || proxy.port == 0)
    return wrong("a proxy whose port is none");
  proxy.host = host;
  return Status::success();
}

Result<std::optional<UpstreamProxy>> read_way(std::string_view way) {
  if (iequals(way, kDirect)) return std::optional<UpstreamProxy>{};
  UpstreamProxy proxy;
  if (istarts_with(way, kSocks5)) {
    proxy.protocol = UpstreamProxy::Protocol::Socks5;
    way.remove_prefix(kSocks5.size());
  } else if (istarts_with(way, kHttp)) {
    way.remove_prefix(kHttp.size());
  } else if (istarts_with(way, "https://")) {
    return wrong("a proxy with https://, which is not spoken here: http:// or socks5://");
  } else {
    return wrong("what is neither direct nor begins with http:// or socks5://");
  }
  if (way.ends_with('/')) way.remove_suffix(1);
  // A password may hold an @, a host may not.
  if (const std::size_t at = way.rfind('@'); at != std::string_view::npos) {
    GEMINATE_CHECK_OK(read_credentials(way.substr(0, at), proxy));
    way.remove_prefix(at + 1);
  }
  GEMINATE_CHECK_OK(read_address(way, proxy));
  return std::optional<UpstreamProxy>{std::move(proxy)};
}

/// Where the way begins behind "project:NAME=" or "key:ID="; a name may hold a = itself.
std::size_t way_begin(std::string_view piece) {
  for (std::size_t at = piece.find('='); at != std::string_view::npos; at = piece.find('=', at + 1)) {
    const std::string_view rest = piece.substr(at + 1);
    if (iequals(rest, kDirect) || istarts_with(rest, kHttp) || istarts_with(rest, kSocks5)) return at + 1;
  }
  const std::size_t first = piece.find('=');
  return first == std::string_view::npos ? std::string_view::npos : first + 1;
}

bool is_same(const ProxyRule& one, const ProxyRule& other) {
  return one.who == other.who && one.project == other.project && one.key_id == other.key_id;
}

}  // namespace

bool UpstreamProxy::operator==(const UpstreamProxy& other) const {
  return protocol == other.protocol && host == other.host && port == other.port && user == other.user &&
         password.reveal() == other.password.reveal();
}

Result<ProxyRule> read_proxy_rule(std::string_view piece) {
  constexpr std::string_view kProject = "project:";
  constexpr std::string_view kKey = "key:";
  ProxyRule rule;
  const bool is_project = istarts_with(piece, kProject);
  const bool is_key = istarts_with(piece, kKey);
  if (is_project || is_key) {
    const std::size_t begin = way_begin(piece);
    if (begin == std::string_view::npos) return wrong("a project or key without = and its proxy");
    const std::size_t skipped = is_project ? kProject.size() : kKey.size();
    const std::string_view name = piece.substr(skipped, begin - 1 - skipped);
    if (name.empty()) return wrong("a project or key without a name");
    rule.who = is_project ? ProxyRule::For::Project : ProxyRule::For::Key;
    if (is_project) {
      rule.project = name;
    } else {
      const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), rule.key_id);
      if (fault != std::errc{} || end != name.data() + name.size() || rule.key_id <= 0)
        return wrong("a key that is not named by its number, as the console shows it");
    }
    piece.remove_prefix(begin);
  }
  GEMINATE_TRY(rule.proxy, read_way(piece));
  return rule;
}

bool is_proxy_rule(std::string_view piece) { return read_proxy_rule(piece).ok(); }

Result<std::vector<ProxyRule>> read_proxy_rules(const std::vector<Secret>& pieces) {
  std::vector<ProxyRule> rules;
  for (const Secret& piece : pieces) {
    GEMINATE_TRY(auto rule, read_proxy_rule(piece.reveal()));
    const bool is_known = std::any_of(rules.begin(), rules.end(),
                                      [&rule](const ProxyRule& other) { return is_same(rule, other); });
    if (is_known) return wrong("two proxies for all, for one project or for one key");
    rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace geminate::config
