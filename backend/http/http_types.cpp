#include "backend/http/http_types.h"

#include "shared/core/ascii.h"

namespace geminate::http {
std::string_view HttpRequest::query() const {
  const auto whole = target();
  const auto mark = whole.find('?');
  return mark == std::string_view::npos ? std::string_view() : whole.substr(mark + 1);
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
