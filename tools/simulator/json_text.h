#pragma once

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>
#include <string_view>

namespace geminate::simulator {

using Json = rapidjson::Value;
using JsonDocument = rapidjson::Document;
using JsonAllocator = rapidjson::Document::AllocatorType;

inline rapidjson::SizeType json_size(std::size_t size) { return static_cast<rapidjson::SizeType>(size); }

inline Json json_string(std::string_view text, JsonAllocator& allocator) {
  return Json(text.data(), json_size(text.size()), allocator);
}

inline std::string_view text_of(const Json& value) { return {value.GetString(), value.GetStringLength()}; }

/// The member, or nullptr; also when `object` is no object.
inline const Json* member(const Json& object, const char* name) {
  if (!object.IsObject()) return nullptr;
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

inline std::string to_text(const Json& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

/// JSON's literal for a text, with its quotation marks.
inline std::string quoted(std::string_view text) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.String(text.data(), json_size(text.size()));
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace geminate::simulator
