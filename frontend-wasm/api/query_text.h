#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "shared/core/describe.h"
#include "shared/core/time.h"

namespace geminate::ui {

/// Everything but RFC 3986's unreserved characters as %XX.
std::string percent_encoded(std::string_view text);

/// Writes a described struct, all of whose members are std::optional, as a query: the visitor of its fields.
class QueryWriter {
 public:
  template <class T>
  void operator()(const char* name, const std::optional<T>& member, const char* /*sentence*/,
                  Presence /*presence*/ = Presence::Optional) {
    if (!member) return;
    if constexpr (std::is_same_v<T, std::string>) {
      put(name, *member);
    } else if constexpr (std::is_same_v<T, Timestamp>) {
      put(name, format_rfc3339(*member));
    } else if constexpr (std::is_enum_v<T>) {
      put(name, name_of(*member));
    } else {
      static_assert(std::is_integral_v<T>);
      put(name, std::to_string(*member));
    }
  }

  const std::string& text() const { return text_; }

 private:
  void put(std::string_view name, std::string_view value);
  std::string text_;
};

/// "?model=gemini%2F1&limit=50": what is set, in the order of the description; nothing when nothing is.
template <class Query>
std::string query_text(const Query& query) {
  QueryWriter writer;
  Query::describe(query, writer);
  return writer.text();
}

}  // namespace geminate::ui
