#include "backend/http/forwarded_client.h"

#include <algorithm>
#include <optional>
#include <string>

#include "backend/http/head_syntax.h"

namespace geminate::http {
namespace {

/// What one kind of field says.
struct Said {
  std::optional<std::string> address;
  std::optional<bool> is_secure;
  std::optional<std::string> host;
};

/// The address in "192.0.2.1", "192.0.2.1:80", "2001:db8::1" or "[2001:db8::1]:80"; empty for anything else.
std::string_view address_of_node(std::string_view node) {
  if (node.starts_with('[')) {
    const auto end = node.find(']');
    if (end == std::string_view::npos) return {};
    const auto rest = node.substr(end + 1);
    if (!rest.empty() && (rest.front() != ':' || !parse_length(rest.substr(1)))) return {};
    node = node.substr(1, end - 1);
    if (node.find(':') == std::string_view::npos) return {};
  } else if (const auto colon = node.find(':'); colon != std::string_view::npos && colon == node.rfind(':')) {
    if (!parse_length(node.substr(colon + 1))) return {};
    node = node.substr(0, colon);
  }
  const bool is_block = node.find('/') != std::string_view::npos;
  return !is_block && auth::AddressBlock::parse(node) ? node : std::string_view();
}

/// The rightmost that is no trusted proxy, or the first where all are; nothing where one that had to be
/// looked at is no address.
std::optional<std::size_t> client_hop(const std::vector<std::string_view>& nodes,
                                      const TrustedProxies& trusted) {
  for (std::size_t at = nodes.size(); at-- > 0;) {
    const auto address = address_of_node(nodes[at]);
    if (address.empty()) return std::nullopt;
    if (at == 0 || !trusted.contains(address)) return at;
  }
  return std::nullopt;
}

std::optional<bool> is_secure_scheme(std::string_view scheme) {
  if (iequals(scheme, "https")) return true;
  if (iequals(scheme, "http")) return false;
  return std::nullopt;
}

/// All fields of that name as the one list that they are.
std::vector<std::string_view> elements(const HttpRequest& request, std::string_view name) {
  std::vector<std::string_view> all;
  for (std::size_t i = 0; i < request.field_count(); ++i) {
    const auto [field, value] = request.field(i);
    if (iequals(field, name)) for_each_list_element(value, [&](std::string_view one) { all.push_back(one); });
  }
  return all;
}

std::optional<std::string> usable_host(std::string_view host) {
  if (host.empty() || host.size() > 255 || !is_host(host)) return std::nullopt;
  return std::string(host);
}

Said read_x_forwarded(const HttpRequest& request, const TrustedProxies& trusted) {
  Said said;
  const auto nodes = elements(request, "x-forwarded-for");
  if (const auto hop = client_hop(nodes, trusted)) said.address = std::string(address_of_node(nodes[*hop]));
  if (const auto schemes = elements(request, "x-forwarded-proto"); !schemes.empty())
    said.is_secure = is_secure_scheme(schemes.back());
  if (const auto hosts = elements(request, "x-forwarded-host"); !hosts.empty())
    said.host = usable_host(hosts.back());
  return said;
}

/// One hop of Forwarded; the texts are without their quotes.
struct Hop {
  std::string node;
  std::string proto;
  std::string host;
};

/// Up to the first of `ends` outside of quotes; the rest stays in `text`, without it. Nothing where a quote
/// is left open.
std::optional<std::string_view> take_until(std::string_view& text, char end) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (quoted && text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[at] == end) {
      break;
    }
  }
  if (quoted || at > text.size()) return std::nullopt;
  const auto piece = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return piece;
}

std::optional<std::string> unquoted(std::string_view value) {
  if (!value.starts_with('"')) return is_token(value) ? std::optional(std::string(value)) : std::nullopt;
  if (value.size() < 2 || value.back() != '"') return std::nullopt;
  std::string text;
  for (std::size_t at = 1; at + 1 < value.size(); ++at) {
    if (value[at] == '\\') ++at;
    if (value[at] == '"' && at + 1 == value.size()) return std::nullopt;
    text.push_back(value[at]);
  }
  return text;
}

std::optional<Hop> read_hop(std::string_view element) {
  Hop hop;
  while (!element.empty()) {
    const auto pair = take_until(element, ';');
    if (!pair) return std::nullopt;
    const auto equals = pair->find('=');
    if (equals == std::string_view::npos) {
      if (trim_blanks(*pair).empty()) continue;
      return std::nullopt;
    }
    const auto name = trim_blanks(pair->substr(0, equals));
    auto value = unquoted(trim_blanks(pair->substr(equals + 1)));
    if (!value) return std::nullopt;
    std::string* const wanted = iequals(name, "for")     ? &hop.node
                                : iequals(name, "proto") ? &hop.proto
                                : iequals(name, "host")  ? &hop.host
                                                         : nullptr;
    if (wanted == nullptr) continue;
    // Twice in one hop: who knows which is meant.
    if (!wanted->empty()) return std::nullopt;
    *wanted = std::move(*value);
  }
  return hop;
}

std::optional<std::vector<Hop>> read_hops(const HttpRequest& request) {
  std::vector<Hop> hops;
  for (std::size_t i = 0; i < request.field_count(); ++i) {
    auto [name, rest] = request.field(i);
    if (!iequals(name, "forwarded")) continue;
    while (!rest.empty()) {
      const auto element = take_until(rest, ',');
      if (!element) return std::nullopt;
      if (trim_blanks(*element).empty()) continue;
      auto hop = read_hop(*element);
      if (!hop) return std::nullopt;
      hops.push_back(std::move(*hop));
    }
  }
  return hops;
}

Said read_forwarded(const HttpRequest& request, const TrustedProxies& trusted) {
  Said said;
  const auto hops = read_hops(request);
  if (!hops || hops->empty()) return said;
  std::vector<std::string_view> nodes;
  for (const auto& hop : *hops) nodes.push_back(hop.node);
  const auto at = client_hop(nodes, trusted);
  if (at) said.address = std::string(address_of_node(nodes[*at]));
  // Without a client that can be told, only the nearest proxy's own word is left.
  const Hop& hop = at ? (*hops)[*at] : hops->back();
  said.is_secure = is_secure_scheme(hop.proto);
  said.host = usable_host(hop.host);
  return said;
}

/// The one of both that is there; nothing where they contradict each other.
template <class T>
std::optional<T> agreed(const std::optional<T>& one, const std::optional<T>& other) {
  if (one && other && *one != *other) return std::nullopt;
  return one ? one : other;
}

}  // namespace

bool TrustedProxies::contains(std::string_view address) const {
  return std::any_of(blocks_.begin(), blocks_.end(),
                     [address](const auth::AddressBlock& block) { return block.contains(address); });
}

std::shared_ptr<const ClientOrigin> forwarded_origin(const HttpRequest& request,
                                                     const std::shared_ptr<const ClientOrigin>& socket,
                                                     const TrustedProxies& trusted) {
  const Said plain = read_x_forwarded(request, trusted);
  const Said standard = read_forwarded(request, trusted);
  const auto address = agreed(plain.address, standard.address);
  const auto is_secure = agreed(plain.is_secure, standard.is_secure);
  const auto host = agreed(plain.host, standard.host);
  if (!address && !is_secure && !host) return socket;
  return std::make_shared<const ClientOrigin>(ClientOrigin{address.value_or(socket->address),
                                                           is_secure.value_or(socket->is_secure),
                                                           host.value_or(std::string())});
}

}  // namespace geminate::http
