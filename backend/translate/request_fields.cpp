#include "backend/translate/request_fields.h"

#include <algorithm>

namespace geminate::translate {
namespace {

constexpr std::size_t kLongestModel = 128;

// The name becomes part of a URL: nothing that could change the path.
bool is_plain_name(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  };
  return !name.empty() && name.size() <= kLongestModel &&
         name.find_first_not_of('.') != std::string_view::npos &&
         std::all_of(name.begin(), name.end(), plain);
}

}  // namespace

Result<double> read_number(const std::string& field, const Json& value) {
  if (!value.IsNumber()) return bad_field(field, "must be a number");
  return value.GetDouble();
}

Result<std::int64_t> read_integer(const std::string& field, const Json& value, std::int64_t least,
                                  std::int64_t most) {
  if (!value.IsInt64()) return bad_field(field, "must be an integer");
  const std::int64_t number = value.GetInt64();
  if (number < least || number > most) {
    return bad_field(field, "must be from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return number;
}

Result<bool> read_bool(const std::string& field, const Json& value) {
  if (!value.IsBool()) return bad_field(field, "must be true or false");
  return value.GetBool();
}

Status read_stops(const std::string& field, const Json& value, std::size_t most,
                  std::vector<std::string_view>& stops) {
  const auto take = [&](const Json& stop) -> Status {
    if (!stop.IsString() || stop.GetStringLength() == 0) {
      return bad_field(field, "must be a text that is not empty, or a list of such texts");
    }
    stops.push_back(text_of(stop));
    return Status::success();
  };
  if (!value.IsArray()) return take(value);
  if (value.Size() > most) return bad_field(field, "can hold " + std::to_string(most) + " texts at most");
  for (const Json& stop : value.GetArray()) GEMINATE_CHECK_OK(take(stop));
  return Status::success();
}

Result<std::string> read_model_name(const std::string& field, const Json& value) {
  if (!value.IsString()) return bad_field(field, "must be a string");
  constexpr std::string_view kPrefix = "models/";
  std::string_view name = text_of(value);
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  if (!is_plain_name(name)) return bad_field(field, "is not the name of a model");
  return std::string(name);
}

Result<std::string_view> need_text(const std::string& path, const Json& object, const char* name) {
  const Json* value = member(object, name);
  if (value == nullptr || !value->IsString()) return bad_field(path + "." + name, "must be a string");
  return text_of(*value);
}

Status check_members(const std::string& path, const Json& object,
                     std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : object.GetObject()) {
    if (value.IsNull() || std::find(known.begin(), known.end(), text_of(key)) != known.end()) continue;
    return unsupported_field(path + "." + std::string(text_of(key)));
  }
  return Status::success();
}

bool says_nothing(const Json& value) {
  return value.IsNull() || value.IsFalse() || (value.IsInt() && value.GetInt() == 0) ||
         (value.IsObject() && value.ObjectEmpty()) || (value.IsArray() && value.Empty());
}

Status accept_words(const std::string& field, const Json& value,
                    std::initializer_list<std::string_view> words) {
  const bool known = value.IsString() && std::find(words.begin(), words.end(), text_of(value)) != words.end();
  return known ? Status::success() : Status(unsupported_field(field));
}

}  // namespace geminate::translate
