#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace geminate::simulator {

/// A request that has arrived completely.
struct Request {
  std::string method;
  /// Path and query, as sent.
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  [[nodiscard]] std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
  /// A query parameter's value with %XX decoded.
  [[nodiscard]] std::optional<std::string> query(std::string_view name) const;
  /// The first header of that name, any case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

bool same_name(std::string_view a, std::string_view b);

/// How a request authenticates itself.
struct Credential {
  std::string key;
  /// "Authorization: Bearer" and not x-goog-api-key or ?key=.
  bool bearer = false;
};
std::optional<Credential> credential_of(const Request& request);

/// What a proxy must not send to Gemini, each in words; `allowed` are header names on top of the usual ones.
std::vector<std::string> violations_of(const Request& request, const std::vector<std::string>& allowed);

}  // namespace geminate::simulator
