#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/result.h"
#include "shared/core/secret.h"

namespace geminate::config {

/// A proxy on the way to upstream.
struct UpstreamProxy {
  enum class Protocol : std::uint8_t {
    /// HTTP's CONNECT (RFC 9110), with Basic credentials.
    HttpConnect,
    /// RFC 1928, with RFC 1929's credentials; it resolves upstream's name.
    Socks5,
  };

  Protocol protocol = Protocol::HttpConnect;
  /// A name or an address; IPv6 without brackets.
  std::string host;
  std::uint16_t port = 0;
  /// Empty: it wants no credentials.
  std::string user;
  Secret password;

  bool operator==(const UpstreamProxy& other) const;
};

/// One piece of UPSTREAM_PROXY: who takes which way.
struct ProxyRule {
  enum class For : std::uint8_t { All, Project, Key };

  For who = For::All;
  /// With For::Project.
  std::string project;
  /// With For::Key.
  std::int64_t key_id = 0;
  /// Nothing: no proxy ("direct").
  std::optional<UpstreamProxy> proxy;
};

/// `WAY`, `project:NAME=WAY` or `key:ID=WAY`, where WAY is `direct`, `http://[user:password@]host:port` or
/// `socks5://[user:password@]host:port`. User and password are percent-decoded. BadRequest says what is wrong
/// and repeats nothing of the piece, which may hold a password. Pure.
Result<ProxyRule> read_proxy_rule(std::string_view piece);

/// Whether the piece will do, for the list of settings.
bool is_proxy_rule(std::string_view piece);

/// The rules of all pieces. BadRequest when two speak of the same: all, a project or a key. Pure.
Result<std::vector<ProxyRule>> read_proxy_rules(const std::vector<Secret>& pieces);

}  // namespace geminate::config
