#pragma once

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <optional>
#include <string>
#include <string_view>

#include "shared/core/result.h"

namespace geminate::translate {

using Json = rapidjson::Value;
using JsonDocument = rapidjson::Document;
using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

/// Strict JSON whose top is an object, nested no deeper than a sane client nests (the documents are walked by
/// recursion); Malformed otherwise. `what` begins the message: "the body".
Status parse_object(std::string_view json, const char* what, JsonDocument& document);

inline std::string_view text_of(const Json& value) { return {value.GetString(), value.GetStringLength()}; }

/// The member that is there and not null: null counts as absent everywhere.
inline const Json* member(const Json& object, const char* name) {
  if (!object.IsObject()) return nullptr;
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() || found->value.IsNull() ? nullptr : &found->value;
}

/// The text member, or empty.
inline std::string_view text_member(const Json& object, const char* name) {
  const Json* value = member(object, name);
  return value != nullptr && value->IsString() ? text_of(*value) : std::string_view();
}

inline void put_text(JsonWriter& writer, std::string_view text) {
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

inline void put_text(JsonWriter& writer, const char* name, std::string_view text) {
  writer.Key(name);
  put_text(writer, text);
}

inline std::string to_text(const Json& value) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

/// The request is malformed at `field`: `field` + " " + `what`.
Error bad_field(std::string field, std::string_view what);
/// `field` is fine, but not translated.
Error unsupported_field(std::string field, std::string_view why = {});

}  // namespace geminate::translate
