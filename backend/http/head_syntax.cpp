#include "backend/http/head_syntax.h"

#include <charconv>
#include <limits>

namespace geminate::http {
namespace {

bool is_port(std::string_view text) {
  // "host:" is a legal way to write the default port.
  if (text.empty()) return true;
  std::uint16_t port = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), port);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

bool is_bracketed_host(std::string_view text) {
  const auto end = text.find(']');
  if (end == std::string_view::npos || end == 1) return false;
  for (const char c : text.substr(1, end - 1)) {
    if (c == '[' || c == ',' || c == '/') return false;
  }
  const auto rest = text.substr(end + 1);
  return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
}

}  // namespace

bool is_host(std::string_view text) {
  if (text.empty()) return true;
  if (!all_chars(text, kHostChar)) return false;
  if (text.front() == '[') return is_bracketed_host(text);
  if (text.find('[') != std::string_view::npos || text.find(']') != std::string_view::npos) return false;
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return true;
  return colon != 0 && is_port(text.substr(colon + 1));
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
  if (text.empty() || !all_chars(text, kDigitChar)) return std::nullopt;
  std::uint64_t length = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), length);
  if (result.ec == std::errc::result_out_of_range) return std::numeric_limits<std::uint64_t>::max();
  return length;
}

std::optional<std::size_t> absolute_form_path(std::string_view target) {
  std::size_t scheme = 0;
  if (iequals(target.substr(0, 7), "http://")) {
    scheme = 7;
  } else if (iequals(target.substr(0, 8), "https://")) {
    scheme = 8;
  } else {
    return std::nullopt;
  }
  const auto path = target.find_first_of("/?", scheme);
  const auto end = path == std::string_view::npos ? target.size() : path;
  const auto authority = target.substr(scheme, end - scheme);
  if (authority.empty() || !is_host(authority)) return std::nullopt;
  return end;
}

}  // namespace geminate::http
