#include "backend/upstream/request_target.h"

#include <algorithm>
#include <array>

#include "shared/core/ascii.h"
#include "shared/core/utf8.h"

namespace geminate::upstream {
namespace {

/// Query parameters that Google reads as credentials, each also with a dollar sign before it; and ours.
constexpr std::array<std::string_view, 6> kCredentialParameters{
    "key", "api_key", "access_token", "oauth_token", "bearer_token", kUploadTicketParameter};

Error bad_target(std::string message) { return Error{ErrorCode::BadRequest, std::move(message), {}, {}, {}}; }

bool is_credential(std::string_view parameter) {
  const std::string name = percent_decode(parameter.substr(0, parameter.find('=')));
  std::string_view bare = name;
  if (bare.starts_with('$')) bare.remove_prefix(1);
  return std::any_of(kCredentialParameters.begin(), kCredentialParameters.end(),
                     [bare](std::string_view known) { return iequals(known, bare); });
}

void append_query(std::string& target, std::string_view query) {
  char separator = '?';
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view parameter = query.substr(0, end);
    if (!is_credential(parameter)) {
      target += separator;
      target += parameter;
      separator = '&';
    }
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
}

/// Takes the first segment off "/a/b": "a" is returned, "/b" stays.
std::string_view take_segment(std::string_view& path) {
  if (path.empty()) return {};
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool begins_segment_with_dot(std::string_view path) {
  for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
    if (dot > 0 && path[dot - 1] == '/') return true;
  }
  return false;
}

bool has_dot_segment(std::string_view path) {
  // Nearly no path has a segment that begins with a dot or a percent sign; only those are looked at closely.
  if (!begins_segment_with_dot(path) && path.find('%') == std::string_view::npos) return false;
  // A separator in disguise could hide the segment as well.
  std::string decoded = percent_decode(path);
  std::replace(decoded.begin(), decoded.end(), '\\', '/');
  std::string_view rest = decoded;
  while (!rest.empty()) {
    const std::string_view segment = take_segment(rest);
    if (segment == "." || segment == "..") return true;
  }
  return false;
}

std::string mapped_path(std::string_view path) {
  if (path.starts_with("/v2/")) return "/v1beta" + std::string(path.substr(3));
  if (path.starts_with("/openai/v1/")) return "/v1beta/openai" + std::string(path.substr(10));
  return std::string(path);
}

}  // namespace

std::string percent_decode(std::string_view text) {
  if (text.find('%') == std::string_view::npos) return std::string(text);
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
    if (low >= 0) {
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

Result<std::string> upstream_target(std::string_view target) {
  if (!target.starts_with('/') || !is_target_text(target)) {
    return bad_target("the request target must be a path of visible ASCII characters");
  }
  const std::size_t question = target.find('?');
  const std::string_view path = target.substr(0, question);
  if (has_dot_segment(path)) return bad_target("the path must have no dot segments");
  std::string mapped = mapped_path(path);
  if (question != std::string_view::npos) append_query(mapped, target.substr(question + 1));
  return mapped;
}

bool is_openai_surface(std::string_view upstream_path) {
  constexpr std::string_view kSurface = "/v1beta/openai/";
  if (upstream_path.starts_with(kSurface)) return true;
  if (upstream_path.find('%') == std::string_view::npos) return false;
  // In disguise it is still the same place to Google, which would take our key for a wrong one.
  return percent_decode(upstream_path.substr(0, upstream_path.find('?'))).starts_with(kSurface);
}

ModelCall model_of_path(std::string_view path) {
  path = path.substr(0, path.find('?'));
  std::string_view collection;
  // The version, and "upload" where it comes first.
  if (take_segment(path) == "upload") take_segment(path);
  collection = take_segment(path);
  if (collection != "models" && collection != "tunedModels") return {};
  const std::string_view segment = take_segment(path);
  ModelCall call{percent_decode(segment), {}};
  // No model's name; as it was spelt, it can be shown.
  if (!is_utf8(call.model)) call.model = segment;
  if (const std::size_t colon = call.model.find(':'); colon != std::string::npos) {
    call.method = call.model.substr(colon + 1);
    call.model.resize(colon);
  }
  return call;
}

}  // namespace geminate::upstream
