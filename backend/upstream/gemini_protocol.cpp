#include "backend/upstream/gemini_protocol.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "backend/upstream/request_target.h"
#include "shared/core/ascii.h"

namespace geminate::upstream {
namespace {

constexpr std::string_view kGooglePrefix = "x-goog-";

/// A credential, or a claim to act for somebody: whose quota a request counts against is ours to choose.
bool names_credential(std::string_view name) {
  static constexpr std::array<std::string_view, 7> kNames{
      "authorization",  "proxy-authorization", "cookie",         "x-api-key",
      "x-goog-api-key", "x-goog-user-project", "x-goog-authuser"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [name](std::string_view one) { return iequals(name, one); }) ||
         istarts_with(name, "x-goog-iam-") || istarts_with(name, "x-goog-authenticated-");
}

/// Written by us, or meant for one connection alone (RFC 9110, 7.6.1).
bool is_our_own(std::string_view name) {
  static constexpr std::array<std::string_view, 11> kNames{
      "host",       "connection", "content-length",  "transfer-encoding", "te", "trailer", "upgrade",
      "keep-alive", "expect",     "accept-encoding", "proxy-connection"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [name](std::string_view one) { return iequals(name, one); });
}

bool is_always_forwarded(std::string_view name) {
  switch (name.size()) {
    case 6:
      return iequals(name, "accept");
    case 10:
      return iequals(name, "user-agent");
    case 12:
      return iequals(name, "content-type");
    case 16:
      return iequals(name, "x-server-timeout");
    default:
      return false;
  }
}

void append_number(std::string& text, std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  text.append(digits, end);
}

Error bad_head(std::string message) { return Error{ErrorCode::BadRequest, std::move(message), {}, {}, {}}; }

}  // namespace

GeminiProtocol::GeminiProtocol(BaseUrl base, const std::vector<std::string>& forward_headers)
    : base_(std::move(base)) {
  set_forward_headers(forward_headers);
}

void GeminiProtocol::set_forward_headers(const std::vector<std::string>& names) {
  forward_headers_.clear();
  for (const auto& name : names) {
    if (names_credential(name) || is_our_own(name) || !is_token(name)) continue;
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), ascii_lower);
    forward_headers_.push_back(std::move(lower));
  }
}

bool GeminiProtocol::forwards(std::string_view name) const {
  if (is_always_forwarded(name)) return true;
  if (istarts_with(name, kGooglePrefix)) return !names_credential(name);
  return std::any_of(forward_headers_.begin(), forward_headers_.end(),
                     [name](const std::string& one) { return iequals(name, one); });
}

Result<std::string> GeminiProtocol::write_head(const GeminiRequest& request, const SecretView& key) const {
  if (!is_token(request.method)) return bad_head("the method is no method");
  if (!request.target.starts_with('/') || !is_target_text(request.target)) {
    return bad_head("the request target must be a path of visible ASCII characters");
  }
  if (key.empty() || !is_field_value(key.reveal()) || key.reveal().find('\t') != std::string::npos) {
    return Error{ErrorCode::Internal,
                 "the upstream key cannot be used",
                 "it is empty or holds control characters",
                 {},
                 {}};
  }
  std::string head;
  head.reserve(512 + request.target.size());
  head.append(request.method)
      .append(" ")
      .append(base_.prefix)
      .append(request.target)
      .append(" HTTP/1.1\r\nHost: ");
  head.append(base_.authority).append("\r\n");
  head.append(is_openai_surface(request.target) ? "Authorization: Bearer " : "x-goog-api-key: ");
  head.append(key.reveal()).append("\r\naccept-encoding: identity\r\n");
  for (const auto& field : request.fields) {
    if (!forwards(field.name)) continue;
    if (!is_token(field.name) || !is_field_value(field.value)) {
      return bad_head("the header " + std::string(field.name) + " holds a control character");
    }
    head.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  if (request.content_length) {
    head.append("content-length: ");
    append_number(head, *request.content_length);
    head.append("\r\n");
  }
  head.append("connection: keep-alive\r\n\r\n");
  return head;
}

}  // namespace geminate::upstream
