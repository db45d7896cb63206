#include "shared/codec/json_archive.h"

namespace geminate::codec {

JsonInput::JsonInput(std::string_view json) : cereal::InputArchive<JsonInput>(this) {
  // Iterative: a body of a million open brackets must not exhaust the stack.
  constexpr unsigned kFlags =
      rj::kParseIterativeFlag | rj::kParseValidateEncodingFlag | rj::kParseFullPrecisionFlag;
  document_.Parse<kFlags>(json.data(), json.size());
  if (document_.HasParseError()) {
    fail("is not valid JSON (at byte " + std::to_string(document_.GetErrorOffset()) + ")");
  }
}

void JsonInput::get_time(Timestamp& value, const rj::Value& json) {
  const auto time =
      json.IsString() ? parse_rfc3339({json.GetString(), json.GetStringLength()}) : std::nullopt;
  if (!time) return fail("must be an RFC 3339 time, such as 2027-01-31T08:00:00Z");
  value = *time;
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
