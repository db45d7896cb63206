#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "backend/translate/json_reading.h"

// How requests of every dialect are read: one list of fields each, which the documentation is made of as
// well.
namespace geminate::translate {

/// A field of a request, what reads it, and what becomes of it, for docs/FIELDS.md.
template <class Request>
struct RequestField {
  std::string_view name;
  Status (*read)(const char* field, const Json& value, Request& request);
  std::string_view becomes;
};

struct FieldRow {
  std::string_view name;
  std::string_view becomes;
};

template <class Request, std::size_t N>
std::vector<FieldRow> rows_of(const RequestField<Request> (&fields)[N]) {
  std::vector<FieldRow> rows;
  for (const auto& field : fields) rows.push_back({field.name, field.becomes});
  return rows;
}

/// Reads every member of `object` that is not null by `fields`; UnsupportedField for others. `prefix` stands
/// before their names in errors ("" or "text.").
template <class Request, std::size_t N>
Status read_fields(const RequestField<Request> (&fields)[N], const Json& object, const std::string& prefix,
                   Request& request) {
  for (const auto& [name, value] : object.GetObject()) {
    if (value.IsNull()) continue;
    const std::string path = prefix + std::string(text_of(name));
    const RequestField<Request>* found = nullptr;
    for (const auto& field : fields) {
      if (field.name == text_of(name)) found = &field;
    }
    if (found == nullptr) return unsupported_field(path);
    GEMINATE_CHECK_OK(found->read(path.c_str(), value, request));
  }
  return Status::success();
}

// Each is a BadRequest that names the field where the value is another.
Result<double> read_number(const std::string& field, const Json& value);
Result<std::int64_t> read_integer(const std::string& field, const Json& value, std::int64_t least,
                                  std::int64_t most);
Result<bool> read_bool(const std::string& field, const Json& value);
/// A text that is not empty, or a list of `most` such.
Status read_stops(const std::string& field, const Json& value, std::size_t most,
                  std::vector<std::string_view>& stops);
/// A model's name without "models/"; nothing that could lead elsewhere in a URL.
Result<std::string> read_model_name(const std::string& field, const Json& value);

/// The text member; BadRequest where there is none.
Result<std::string_view> need_text(const std::string& path, const Json& object, const char* name);
/// UnsupportedField for a member that is neither null nor known.
Status check_members(const std::string& path, const Json& object,
                     std::initializer_list<std::string_view> known);

/// Null, false, 0, or something empty.
bool says_nothing(const Json& value);
/// Success for one of the words, else UnsupportedField.
Status accept_words(const std::string& field, const Json& value,
                    std::initializer_list<std::string_view> words);

}  // namespace geminate::translate
