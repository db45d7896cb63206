#include "tools/simulator/request.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace geminate::simulator {
namespace {

constexpr std::string_view kOpenaiRoot = "/v1beta/openai/";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (escaped) {
      decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

bool starts_with_name(std::string_view name, std::string_view prefix) {
  return name.size() >= prefix.size() && same_name(name.substr(0, prefix.size()), prefix);
}

constexpr std::array<std::string_view, 9> kUsualHeaders = {
    "host",       "content-type",     "content-length",    "accept",    "accept-encoding",
    "user-agent", "x-server-timeout", "transfer-encoding", "connection"};

// Connection and Transfer-Encoding are ours to use between two hops, but only with these values.
bool is_hop_fault(std::string_view name, std::string_view value) {
  if (same_name(name, "connection")) return !same_name(value, "keep-alive") && !same_name(value, "close");
  if (same_name(name, "transfer-encoding")) return !same_name(value, "chunked");
  if (same_name(name, "accept-encoding")) return !same_name(value, "identity");
  return false;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

std::optional<std::string> Request::query(std::string_view name) const {
  const std::size_t mark = target.find('?');
  if (mark == std::string::npos) return std::nullopt;
  std::string_view rest = std::string_view(target).substr(mark + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest = pair.size() == rest.size() ? std::string_view() : rest.substr(pair.size() + 1);
    const std::size_t equals = pair.find('=');
    if (percent_decoded(pair.substr(0, equals)) != name) continue;
    return equals == std::string_view::npos ? std::string() : percent_decoded(pair.substr(equals + 1));
  }
  return std::nullopt;
}

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    if (same_name(field, name)) return value;
  }
  return std::nullopt;
}

std::optional<Credential> credential_of(const Request& request) {
  if (const auto key = request.header("x-goog-api-key")) return Credential{std::string(*key), false};
  if (const auto key = request.query("key")) return Credential{*key, false};
  constexpr std::string_view kBearer = "bearer ";
  const auto authorization = request.header("authorization");
  if (authorization && starts_with_name(*authorization, kBearer)) {
    return Credential{std::string(authorization->substr(kBearer.size())), true};
  }
  return std::nullopt;
}

std::vector<std::string> violations_of(const Request& request, const std::vector<std::string>& allowed) {
  std::vector<std::string> found;
  const std::string where = request.method + " " + std::string(request.path()) + ": ";
  if (request.query("key")) found.push_back(where + "a key stands in the URL");
  const bool openai = request.path().substr(0, kOpenaiRoot.size()) == kOpenaiRoot;
  std::size_t credentials = request.query("key") ? 1 : 0;
  for (const auto& field : request.headers) {
    // Not a structured binding, which clang 14 lets no lambda see.
    const std::string& name = field.first;
    const std::string& value = field.second;
    const bool bearer = same_name(name, "authorization");
    const bool api_key = same_name(name, "x-goog-api-key");
    if (bearer || api_key) {
      ++credentials;
      if (bearer != openai) found.push_back(where + name + " is the wrong credential for this path");
      continue;
    }
    const bool usual = std::any_of(kUsualHeaders.begin(), kUsualHeaders.end(),
                                   [&](std::string_view known) { return same_name(known, name); }) ||
                       starts_with_name(name, "x-goog-") ||
                       std::any_of(allowed.begin(), allowed.end(),
                                   [&](const std::string& known) { return same_name(known, name); });
    if (!usual) found.push_back(where + "header " + name + " must not come here");
    if (is_hop_fault(name, value)) found.push_back(where + name + ": " + value);
  }
  if (credentials > 1) found.push_back(where + "more than one credential");
  return found;
}

}  // namespace geminate::simulator
