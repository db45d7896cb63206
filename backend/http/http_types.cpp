#include "backend/http/http_types.h"

#include <algorithm>

#include "shared/core/ascii.h"

namespace geminate::http {

void HttpRequest::set_target(Slice target) {
  target_ = target;
  const auto whole = slice(target);
  path_length_ = static_cast<std::uint32_t>(std::min(whole.find('?'), whole.size()));
}

std::string_view HttpRequest::query() const {
  const auto whole = target();
  return path_length_ < whole.size() ? whole.substr(path_length_ + 1) : std::string_view();
}

std::string_view HttpRequest::host() const {
  if (origin_ && !origin_->host.empty()) return origin_->host;
  return header("host").value_or(std::string_view());
}

std::optional<std::string_view> HttpRequest::header(std::string_view name) const {
  for (const auto& field : fields_) {
    if (field.name.length == name.size() && iequals(slice(field.name), name)) return slice(field.value);
  }
  return std::nullopt;
}

std::size_t HttpRequest::count(std::string_view name) const {
  std::size_t found = 0;
  for (const auto& field : fields_) {
    if (field.name.length == name.size() && iequals(slice(field.name), name)) ++found;
  }
  return found;
}

}  // namespace geminate::http
