#include "backend/app/credentials.h"

#include "backend/http/query_text.h"
#include "shared/core/ascii.h"

namespace geminate::app {
namespace {

constexpr std::string_view kBearer = "Bearer ";

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// Keeps the first credential and tells whether another one differs from it.
class OneCredential {
 public:
  void offer(std::string_view text) {
    if (text.empty()) return;
    if (!found_) {
      found_ = text;
    } else if (*found_ != text) {
      differs_ = true;
    }
  }
  [[nodiscard]] bool differs() const { return differs_; }
  [[nodiscard]] std::optional<std::string_view> found() const { return found_; }

 private:
  std::optional<std::string_view> found_;
  bool differs_ = false;
};

}  // namespace

std::string_view bearer_credential(const http::HttpRequest& request) {
  const auto value = request.header("authorization");
  if (!value || value->size() < kBearer.size() || !iequals(value->substr(0, kBearer.size()), kBearer))
    return {};
  return trim(value->substr(kBearer.size()));
}

Result<std::optional<std::string_view>> client_credential(const http::HttpRequest& request,
                                                          std::string& decoded) {
  OneCredential credential;
  for (std::size_t i = 0; i < request.field_count(); ++i) {
    const auto [name, value] = request.field(i);
    if (iequals(name, "x-goog-api-key") || iequals(name, "x-api-key")) credential.offer(trim(value));
    if (iequals(name, "authorization") && value.size() >= kBearer.size() &&
        iequals(value.substr(0, kBearer.size()), kBearer)) {
      credential.offer(trim(value.substr(kBearer.size())));
    }
  }
  if (const auto query = request.query(); !query.empty()) {
    for (auto& value : http::query_values(query, "key")) {
      if (credential.found()) {
        credential.offer(value);
      } else {
        decoded = std::move(value);
        credential.offer(decoded);
      }
    }
  }
  if (credential.differs()) {
    return Error{
        ErrorCode::BadRequest, "the request carries two different credentials; send one", {}, {}, {}};
  }
  return credential.found();
}

std::string_view session_cookie_name(bool is_secure) {
  return is_secure ? kSecureSessionCookie : kSessionCookie;
}

std::string_view session_cookie(const http::HttpRequest& request, bool is_secure) {
  const auto wanted = session_cookie_name(is_secure);
  for (std::size_t i = 0; i < request.field_count(); ++i) {
    auto [name, rest] = request.field(i);
    if (!iequals(name, "cookie")) continue;
    while (!rest.empty()) {
      const auto end = rest.find(';');
      const auto pair = trim(rest.substr(0, end));
      const auto equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == wanted)
        return pair.substr(equals + 1);
      rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
  }
  return {};
}

bool is_same_origin(const http::HttpRequest& request) {
  if (const auto site = request.header("sec-fetch-site")) {
    return *site == "same-origin" || *site == "none";
  }
  const auto origin = request.header("origin");
  if (!origin) return true;
  const auto host = request.host();
  const auto scheme = origin->find("://");
  return !host.empty() && scheme != std::string_view::npos && iequals(origin->substr(scheme + 3), host);
}

}  // namespace geminate::app
