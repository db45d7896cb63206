#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "shared/codec/codec.h"

// Many rows of one described struct, by column: a third of the size of the same rows as objects, and an
// eighth of the work to read them.
//
//   {"rows":3,"columns":{"id":[1,2,3],"weight":{"all":1},"project":{"words":["alpha",null],"at":[0,0,1]}}}
//
// Whole numbers stand as they are, truth as 0 or 1, times as milliseconds since 1970 (UTC); all else as the
// JSON that it has in an object. A column is one value a row; or `all`, which every row has; or, where values
// repeat, `words` and each row's place in them.
namespace geminate::codec {

/// Which of the struct's fields travel.
using FieldChoice = bool (*)(std::string_view name);

/// One column on its way out.
class ColumnOutput {
 public:
  explicit ColumnOutput(std::string_view name) : name_(name) {}

  void put_number(std::int64_t value);
  void put_null_number();
  void put_null_word();
  void put_text(std::string_view text);
  /// `json`: a whole value.
  void put_json(const std::string& json);

  void append_to(std::string& text) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  /// Whether values are so seldom the same that looking for them is not worth it.
  [[nodiscard]] bool is_varied() const { return words_ > 64 && words_ * 2 > at_.size(); }
  /// True when the word is new and its JSON has to be appended.
  bool put_word(std::string_view word);
  void begin_word();

  void put_number_text(std::string_view text);

  std::string name_;
  std::string numbers_;
  std::string first_number_;
  bool is_one_number_ = true;
  std::string words_json_;
  std::size_t words_ = 0;
  std::vector<std::uint32_t> at_;
  std::optional<std::uint32_t> null_at_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> places_;
};

/// Puts rows into columns. One thread.
template <class Row>
class ColumnWriter {
 public:
  explicit ColumnWriter(FieldChoice choice) : choice_(choice) {}

  void add(const Row& row) {
    std::size_t next = 0;
    Row::describe(row, [&](const char* name, const auto& member, const char*, Presence = Presence::Required) {
      if (rows_ == 0 && choice_(name)) columns_.emplace_back(name);
      if (next < columns_.size() && columns_[next].first == name) put(columns_[next++].second, member);
    });
    ++rows_;
  }
  [[nodiscard]] std::size_t rows() const { return rows_; }

  [[nodiscard]] std::string text() const {
    std::string text = "{\"rows\":" + std::to_string(rows_) + ",\"columns\":{";
    for (const auto& [name, column] : columns_) {
      if (text.back() != '{') text += ',';
      column.append_to(text);
    }
    return text + "}}";
  }

 private:
  struct NamedColumn : std::pair<std::string_view, ColumnOutput> {
    explicit NamedColumn(const char* name) : std::pair<std::string_view, ColumnOutput>(name, name) {}
  };

  template <class T>
  static void put(ColumnOutput& column, const T& value) {
    if constexpr (std::is_same_v<T, Timestamp>) {
      column.put_number(value.time_since_epoch().count());
    } else if constexpr (std::is_integral_v<T>) {
      column.put_number(static_cast<std::int64_t>(value));
    } else if constexpr (NamedEnum<T>) {
      column.put_text(name_of(value));
    } else if constexpr (std::is_same_v<T, std::string>) {
      column.put_text(value);
    } else if constexpr (kIsOptional<T>) {
      using Inner = typename T::value_type;
      if (value) return put(column, *value);
      std::is_same_v<Inner, Timestamp> || std::is_integral_v<Inner> ? column.put_null_number()
                                                                    : column.put_null_word();
    } else {
      column.put_json(to_json(value));
    }
  }

  FieldChoice choice_;
  std::vector<NamedColumn> columns_;
  std::size_t rows_ = 0;
};

/// Takes rows out of columns. Borrows nothing; one thread.
template <class Row>
class ColumnReader {
 public:
  explicit ColumnReader(std::string_view json) : input_(json) {
    if (!has_shape()) {
      fail("is no table");
      return;
    }
    rows_ = input_.root()["rows"].GetUint();
    Row row{};
    Row::describe(row, [&](const char* name, auto&, const char*, Presence = Presence::Required) {
      columns_.push_back(find_column(input_.root()["columns"], name));
    });
  }

  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// What was wrong, if anything was; rows that were read before may be kept.
  [[nodiscard]] const std::optional<std::string>& fault() const { return fault_; }

  /// Sets those of the row's fields that travelled.
  void read(std::size_t at, Row& row) {
    read_where(at, row, [](std::string_view) { return true; });
  }
  /// Sets one of them.
  void read_only(std::string_view field, std::size_t at, Row& row) {
    read_where(at, row, [field](std::string_view name) { return name == field; });
  }

 private:
  struct Column {
    const rj::Value* values = nullptr;
    const rj::Value* words = nullptr;  // null: `values` are the values
    const rj::Value* all = nullptr;    // every row's
    [[nodiscard]] bool travels() const { return values != nullptr || all != nullptr; }
  };

  [[nodiscard]] bool has_shape() const {
    if (input_.fault() || !input_.root().IsObject()) return false;
    const rj::Value& root = input_.root();
    return root.HasMember("rows") && root["rows"].IsUint() && root.HasMember("columns") &&
           root["columns"].IsObject();
  }

  template <class Wanted>
  void read_where(std::size_t at, Row& row, Wanted wanted) {
    std::size_t next = 0;
    Row::describe(row, [&](const char* name, auto& member, const char*, Presence = Presence::Required) {
      const Column& column = columns_[next++];
      if (column.travels() && !fault_ && wanted(name))
        take(name, column, static_cast<rj::SizeType>(at), member);
    });
  }

  void fail(std::string what) {
    if (!fault_) fault_ = std::move(what);
    rows_ = 0;
  }

  Column find_column(const rj::Value& columns, const char* name) {
    const auto found = columns.FindMember(name);
    if (found == columns.MemberEnd()) return {};
    Column column{&found->value};
    if (found->value.IsObject()) {
      if (found->value.HasMember("all")) return {nullptr, nullptr, &found->value["all"]};
      if (found->value.HasMember("words") && found->value.HasMember("at"))
        column = {&found->value["at"], &found->value["words"]};
    }
    const bool whole = column.values->IsArray() && column.values->Size() == rows_ &&
                       (column.words == nullptr || column.words->IsArray());
    if (whole) return column;
    fail(std::string(name) + " is not a column");
    return {};
  }

  template <class T>
  void take(const char* name, const Column& column, rj::SizeType at, T& member) {
    const rj::Value* value = column.all != nullptr ? column.all : &(*column.values)[at];
    if (column.words != nullptr) {
      if (!value->IsUint() || value->GetUint() >= column.words->Size())
        return fail(std::string(name) + " has no such word");
      value = &(*column.words)[value->GetUint()];
    }
    if (!take_value(*value, member)) fail(std::string(name) + " has a value of another kind");
  }

  template <class T>
  bool take_value(const rj::Value& value, T& member) {
    if constexpr (kIsOptional<T>) {
      if (value.IsNull()) {
        member.reset();
        return true;
      }
      if (!member) member.emplace();
      return take_value(value, *member);
    } else if constexpr (std::is_same_v<T, Timestamp>) {
      if (!value.IsInt64()) return false;
      member = Timestamp(std::chrono::milliseconds(value.GetInt64()));
      return true;
    } else if constexpr (std::is_integral_v<T>) {
      if (!value.IsInt64()) return false;
      member = static_cast<T>(value.GetInt64());
      return true;
    } else {
      input_.get(member, value);
      return !input_.fault();
    }
  }

  JsonInput input_;
  std::vector<Column> columns_;
  std::size_t rows_ = 0;
  std::optional<std::string> fault_;
};

}  // namespace geminate::codec
