#include "backend/translate/json_reading.h"

#include <rapidjson/error/en.h>

#include <utility>

#include "shared/codec/exact_json.h"

namespace geminate::translate {
namespace {

constexpr int kDeepest = 128;

bool is_too_deep(std::string_view json) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text) {
      if (c == '\\') ++i;
      in_text = c != '"';
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kDeepest) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

Error malformed(const char* what, std::string_view why) {
  return {ErrorCode::Malformed, std::string(what) + " " + std::string(why), {}, {}, {}};
}

}  // namespace

Status parse_object(std::string_view json, const char* what, JsonDocument& document) {
  if (is_too_deep(json)) return malformed(what, "is nested too deeply");
  const auto result = codec::parse_exactly<rapidjson::kParseValidateEncodingFlag>(json, document);
  if (result.IsError()) {
    return malformed(what, std::string("is not valid JSON: ") + rapidjson::GetParseError_En(result.Code()) +
                               " (at byte " + std::to_string(result.Offset()) + ")");
  }
  if (!document.IsObject()) return malformed(what, "is not a JSON object");
  return Status::success();
}

Error bad_field(std::string field, std::string_view what) {
  std::string message = field + " " + std::string(what);
  return {ErrorCode::BadRequest, std::move(message), {}, std::move(field), {}};
}

Error unsupported_field(std::string field, std::string_view why) {
  std::string message = "\"" + field + "\" is not supported here";
  if (!why.empty()) message += ": " + std::string(why);
  return {ErrorCode::UnsupportedField, std::move(message), {}, std::move(field), {}};
}

}  // namespace geminate::translate
