#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include "shared/core/describe.h"
#include "shared/core/result.h"
#include "shared/core/time.h"

namespace geminate::admin {

/// A query's fields, decoded, in order.
using QueryPairs = std::vector<std::pair<std::string, std::string>>;
QueryPairs query_pairs(std::string_view query);

/// Reads a described struct, all of whose members are std::optional, from a query: the visitor of its fields.
/// The first fault is kept.
class QueryReader {
 public:
  explicit QueryReader(const QueryPairs& pairs) : pairs_(pairs), known_(pairs.size(), false) {}

  template <class T>
  void operator()(const char* name, std::optional<T>& member, const char* /*sentence*/,
                  Presence /*presence*/ = Presence::Optional) {
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      if (pairs_[i].first != name) continue;
      known_[i] = true;
      if (member) return fail(name, "is there twice");
      read(name, pairs_[i].second, member);
    }
  }

  /// BadRequest naming the field, also where the query has one that nobody asked for.
  [[nodiscard]] Status result() const;

 private:
  void fail(std::string_view name, std::string_view finding);

  template <class T>
  void read(const char* name, const std::string& text, std::optional<T>& member) {
    if constexpr (std::is_same_v<T, std::string>) {
      member = text;
    } else if constexpr (std::is_same_v<T, Timestamp>) {
      member = parse_rfc3339(text);
      if (!member) fail(name, "must be a time such as 2026-01-31T08:00:00Z");
    } else if constexpr (std::is_enum_v<T>) {
      member = enum_from_name<T>(text);
      if (!member) fail(name, "is not one of the allowed words");
    } else {
      static_assert(std::is_integral_v<T>);
      const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), member.emplace());
      if (problem != std::errc{} || end != text.data() + text.size() || text.empty())
        fail(name, "must be a whole number in range");
    }
  }

  const QueryPairs& pairs_;
  std::vector<bool> known_;
  std::optional<Error> fault_;
};

template <class Query>
Result<Query> read_query(std::string_view query) {
  const QueryPairs pairs = query_pairs(query);
  QueryReader reader(pairs);
  Query value;
  Query::describe(value, reader);
  GEMINATE_CHECK_OK(reader.result());
  return value;
}

}  // namespace geminate::admin
