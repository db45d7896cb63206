#include "backend/http/http_types.h"

namespace geminate::http {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

bool iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

std::string_view HttpRequest::query() const {
  const auto whole = target();
  const auto mark = whole.find('?');
  return mark == std::string_view::npos ? std::string_view() : whole.substr(mark + 1);
}

Field HttpRequest::field(std::size_t index) const {
  return {slice(fields_[index].name), slice(fields_[index].value)};
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
