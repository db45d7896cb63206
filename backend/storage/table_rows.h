#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "backend/storage/sql_connection.h"
#include "shared/codec/codec.h"
#include "shared/core/describe.h"
#include "shared/core/time.h"

namespace geminate::storage {

// A table is described once, by a struct with its name, its row type and a list of columns:
//
//   struct TokenTable {
//     static constexpr std::string_view kName = "client_tokens";
//     using Row = auth::ClientToken;
//     template <class R, class Column>
//     static void columns(R& row, Column&& column) { column("id", row.id); … }
//   };
//
// Statements, parameters and reading are made from that list. The first column is the id, unless the table's
// key is another one: then it has select_of and insert_of only.

template <class T>
SqlValue to_sql(const T& value) {
  if constexpr (std::is_same_v<T, Timestamp>) {
    return std::int64_t{value.time_since_epoch().count()};
  } else if constexpr (NamedEnum<T>) {
    return std::string(name_of(value));
  } else if constexpr (std::is_integral_v<T>) {
    return std::int64_t{value};
  } else if constexpr (codec::kIsOptional<T>) {
    return value ? to_sql(*value) : SqlValue{};
  } else if constexpr (codec::kIsVector<T>) {
    return codec::to_json(value);
  } else {
    static_assert(std::is_same_v<T, std::string> || std::is_same_v<T, Blob>);
    return value;
  }
}

/// False when the column holds something else; `value` is then unspecified.
template <class T>
bool from_sql(const SqlValue& column, T& value) {
  if constexpr (codec::kIsOptional<T>) {
    if (std::holds_alternative<std::monostate>(column)) return value.reset(), true;
    return from_sql(column, value.emplace());
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    std::int64_t milliseconds = 0;
    const bool read = from_sql(column, milliseconds);
    value = Timestamp{std::chrono::milliseconds{milliseconds}};
    return read;
  } else if constexpr (std::is_integral_v<T>) {
    const auto* number = std::get_if<std::int64_t>(&column);
    if (number == nullptr || std::int64_t{static_cast<T>(*number)} != *number) return false;
    value = static_cast<T>(*number);
    return true;
  } else if constexpr (std::is_same_v<T, Blob>) {
    const auto* blob = std::get_if<Blob>(&column);
    if (blob != nullptr) value = *blob;
    return blob != nullptr;
  } else {
    const auto* text = std::get_if<std::string>(&column);
    if (text == nullptr) return false;
    if constexpr (NamedEnum<T>) {
      const auto named = enum_from_name<T>(*text);
      if (named) value = *named;
      return named.has_value();
    } else if constexpr (codec::kIsVector<T>) {
      auto list = codec::from_json<T>(*text);
      if (list.ok()) value = std::move(list).value();
      return list.ok();
    } else {
      value = *text;
      return true;
    }
  }
}

/// The texts of a table's statements; made once per store.
struct TableStatements {
  std::string select_all;
  std::string select_one;
  std::string insert;
  std::string update;
  std::string erase;
};

/// "SELECT … FROM table", every column in its order.
template <class Table>
std::string select_of() {
  std::string names;
  typename Table::Row row;
  Table::columns(row,
                 [&](std::string_view name, auto&) { names.append(names.empty() ? "" : ", ").append(name); });
  return "SELECT " + names + " FROM " + std::string(Table::kName);
}

/// "INSERT INTO table (…) VALUES (…)"; `begin` may replace as well.
template <class Table>
std::string insert_of(std::string_view begin = "INSERT") {
  std::string names;
  std::string places;
  typename Table::Row row;
  Table::columns(row, [&](std::string_view name, auto&) {
    const std::string_view comma = names.empty() ? "" : ", ";
    names.append(comma).append(name);
    places.append(comma).append("$").append(name);
  });
  return std::string(begin) + " INTO " + std::string(Table::kName) + " (" + names + ") VALUES (" + places +
         ")";
}

template <class Table>
TableStatements statements_of() {
  std::string settings;
  typename Table::Row row;
  Table::columns(row, [&](std::string_view name, auto&) {
    if (name != "id") settings.append(settings.empty() ? "" : ", ").append(name).append(" = $").append(name);
  });
  const std::string table(Table::kName);
  const std::string select = select_of<Table>();
  return {select + " ORDER BY id", select + " WHERE id = $id", insert_of<Table>(),
          "UPDATE " + table + " SET " + settings + " WHERE id = $id",
          "DELETE FROM " + table + " WHERE id = $id"};
}

template <class Table>
std::vector<SqlParameter> parameters_of(const typename Table::Row& row) {
  std::vector<SqlParameter> parameters;
  Table::columns(row, [&](std::string_view name, const auto& member) {
    parameters.push_back({name, to_sql(member)});
  });
  return parameters;
}

/// Internal, naming the column, when one holds what this program would not have written.
template <class Table>
Result<typename Table::Row> read_row(std::span<const SqlValue> columns) {
  typename Table::Row row;
  std::size_t index = 0;
  std::string fault;
  Table::columns(row, [&](std::string_view name, auto& member) {
    if (!from_sql(columns[index++], member) && fault.empty())
      fault = std::string(Table::kName) + '.' + std::string(name);
  });
  if (fault.empty()) return row;
  return Error{ErrorCode::Internal,
               "The database holds a value that this program cannot read. Restore it from a backup.",
               fault,
               {},
               {}};
}

/// Reserves `count` ids of the table and answers with the first. Part of the caller's transaction.
template <class Table>
Result<std::int64_t> allocate_ids(SqlConnection& connection, std::size_t count) {
  std::int64_t last = 0;
  GEMINATE_CHECK_OK(
      connection.run("UPDATE sequences SET last = last + $count WHERE name = $name RETURNING last",
                     {{"count", static_cast<std::int64_t>(count)}, {"name", std::string(Table::kName)}},
                     [&last](std::span<const SqlValue> row) {
                       (void)from_sql(row[0], last);
                       return Status::success();
                     }));
  if (last >= static_cast<std::int64_t>(count) && last != 0)
    return last - static_cast<std::int64_t>(count) + 1;
  return Error{ErrorCode::Internal,
               "The database is damaged.",
               "no sequence for " + std::string(Table::kName),
               {},
               {}};
}

/// The row, or NotFound.
template <class Table>
Result<typename Table::Row> select_row(SqlConnection& connection, const TableStatements& statements,
                                       std::int64_t id) {
  std::optional<typename Table::Row> found;
  GEMINATE_CHECK_OK(connection.run(statements.select_one, {{"id", id}},
                                   [&found](std::span<const SqlValue> columns) -> Status {
                                     GEMINATE_TRY(found, read_row<Table>(columns));
                                     return Status::success();
                                   }));
  if (!found) return Error{ErrorCode::NotFound, "There is no such row.", {}, {}, {}};
  return std::move(*found);
}

/// NotFound when the row is not there.
inline Status erase_row(SqlConnection& connection, const TableStatements& statements, std::int64_t id) {
  GEMINATE_TRY(const std::int64_t erased, connection.run(statements.erase, {{"id", id}}));
  if (erased == 0) return Error{ErrorCode::NotFound, "There is no such row.", {}, {}, {}};
  return Status::success();
}

}  // namespace geminate::storage
