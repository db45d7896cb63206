#include "shared/codec/json_archive.h"

#include <cstring>
#include <utility>

#ifndef GEMINATE_JSON_FROM_A_BROWSER
#include "shared/codec/exact_json.h"
#endif

namespace geminate::codec {

namespace {

// Iterative: a body of a million open brackets must not exhaust the stack.
rj::ParseResult parse(std::string_view json, rj::Document& document) {
#ifdef GEMINATE_JSON_FROM_A_BROWSER  // CMakeLists.txt
  return document.Parse<rj::kParseIterativeFlag>(json.data(), json.size());
#else
  return parse_exactly<rj::kParseIterativeFlag | rj::kParseValidateEncodingFlag>(json, document);
#endif
}

}  // namespace

JsonInput::JsonInput(std::string_view json) : cereal::InputArchive<JsonInput>(this) {
  const rj::ParseResult result = parse(json, document_);
  if (result.IsError()) fail("is not valid JSON (at byte " + std::to_string(result.Offset()) + ")");
}

std::optional<Error> JsonInput::read_document(std::string_view json, void* value, ReadValue read) {
  JsonInput input(json);
  if (!input.fault_) read(input, value, input.root());
  if (!input.fault_) return std::nullopt;
  const auto& [field, message] = *input.fault_;
  const std::string subject = field.empty() ? "the body" : field;
  return Error{ErrorCode::BadRequest, subject + " " + message, {}, field, {}};
}

bool JsonInput::is_there(const rj::Value& json) {
  if (json.IsNull()) fail("must not be null");
  return !json.IsNull();
}

void JsonInput::get_field(const char* name, void* value, ReadValue read, bool required) {
  if (fault_) return;
  const std::size_t length = path_.size();
  if (length != 0) path_ += '.';
  path_ += name;
  if (const rj::Value* member = find(name)) {
    read(*this, value, *member);
  } else if (required) {
    fail("is required");
  }
  path_.resize(length);
}

void JsonInput::get_bool(bool& value, const rj::Value& json) {
  if (!json.IsBool()) return fail("must be true or false");
  value = json.GetBool();
}

std::int64_t JsonInput::get_signed(const rj::Value& json, std::int64_t lowest, std::int64_t highest) {
  if (json.IsInt64() && json.GetInt64() >= lowest && json.GetInt64() <= highest) return json.GetInt64();
  fail("must be a whole number in range");
  return 0;
}

std::uint64_t JsonInput::get_unsigned(const rj::Value& json, std::uint64_t highest) {
  if (json.IsUint64() && json.GetUint64() <= highest) return json.GetUint64();
  fail("must be a whole number in range, not negative");
  return 0;
}

double JsonInput::get_real(const rj::Value& json) {
  if (json.IsNumber()) return json.GetDouble();
  fail("must be a number");
  return 0;
}

std::string_view JsonInput::text_of(const rj::Value& json) {
  if (!json.IsString()) return {};
  return {json.GetString(), json.GetStringLength()};
}

void JsonInput::get_text(std::string& value, const rj::Value& json) {
  if (!json.IsString()) return fail("must be a string");
  value = text_of(json);
}

void JsonInput::get_time(Timestamp& value, const rj::Value& json) {
  const auto time = parse_rfc3339(text_of(json));
  if (!time) return fail("must be an RFC 3339 time, such as 2027-01-31T08:00:00Z");
  value = *time;
}

void JsonInput::get_elements(void* elements, void* (*make)(void* elements, std::size_t count),
                             std::size_t stride, ReadValue read, const rj::Value& json) {
  if (!json.IsArray()) return fail("must be an array");
  auto* element = static_cast<char*>(make(elements, json.Size()));
  const std::size_t length = path_.size();
  for (rj::SizeType i = 0; i < json.Size() && !fault_; ++i, element += stride) {
    path_ += '[' + std::to_string(i) + ']';
    read(*this, element, json[i]);
    path_.resize(length);
  }
}

void JsonInput::get_object(void* value, ReadValue read, const rj::Value& json) {
  if (!json.IsObject()) return fail("must be an object");
  const rj::Value* outer = std::exchange(object_, &json);
  const rj::SizeType outer_next = std::exchange(next_member_, 0);
  read(*this, value, json);
  object_ = outer;
  next_member_ = outer_next;
}

const rj::Value* JsonInput::find(const char* name) {
  const std::size_t length = std::strlen(name);
  const rj::SizeType count = object_->MemberCount();
  for (rj::SizeType step = 0; step < count; ++step) {
    const rj::SizeType index = (next_member_ + step) % count;
    const auto& member = *(object_->MemberBegin() + index);
    if (member.name.GetStringLength() == length && std::memcmp(member.name.GetString(), name, length) == 0) {
      next_member_ = index + 1;
      return &member.value;
    }
  }
  return nullptr;
}

void JsonInput::fail(std::string message) {
  if (!fault_) fault_ = ReadFault{path_, std::move(message)};
}

}  // namespace geminate::codec
