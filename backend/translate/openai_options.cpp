// Fields of a chat-completions request that have fields of their own.
#include "backend/translate/media.h"
#include "backend/translate/openai_types.h"
#include "backend/translate/request_fields.h"
#include "backend/translate/schema_to_gemini.h"

namespace geminate::translate {
namespace {

Status read_json_schema(const std::string& path, const Json& value, GenerationConfig& config) {
  if (!value.IsObject()) return bad_field(path, "must be an object");
  std::string_view description;
  const Json* schema = nullptr;
  for (const auto& [name, option] : value.GetObject()) {
    if (option.IsNull()) continue;
    const std::string_view known = text_of(name);
    if (known == "schema") {
      schema = &option;
    } else if (known == "description") {
      if (!option.IsString()) return bad_field(path + ".description", "must be a string");
      description = text_of(option);
    } else if (known != "name" && known != "strict") {
      // The name is a label only, and Gemini keeps to a schema strictly in any case.
      return unsupported_field(path + "." + name.GetString());
    }
  }
  if (schema == nullptr) return Status::success();
  JsonDocument whole;
  whole.CopyFrom(*schema, whole.GetAllocator());
  if (whole.IsObject() && !description.empty() && member(whole, "description") == nullptr) {
    Json text(description.data(), static_cast<rapidjson::SizeType>(description.size()), whole.GetAllocator());
    whole.AddMember("description", text, whole.GetAllocator());
  }
  GEMINATE_TRY(config.schema, schema_to_gemini(whole, path + ".schema"));
  if (config.schema == "{}") config.schema.clear();
  return Status::success();
}

/// A value that Gemini takes as it is.
Status keep_as_is(const Json& value, Conversation& conversation, std::string_view& out) {
  out = conversation.keep(to_text(value));
  return Status::success();
}

struct GoogleField {
  std::string_view name;
  Status (*read)(const std::string& path, const Json& value, Conversation& conversation);
};

Status read_thinking_config(const std::string& path, const Json& value, Conversation& conversation) {
  if (!value.IsObject()) return bad_field(path, "must be an object");
  Thinking& thinking = conversation.config.thinking;
  for (const auto& [key, option] : value.GetObject()) {
    const std::string_view name = text_of(key);
    const std::string here = path + "." + std::string(name);
    if (name == "thinking_budget" || name == "thinkingBudget") {
      GEMINATE_TRY(thinking.budget, read_integer(here, option, -1, 1'000'000));
    } else if (name == "include_thoughts" || name == "includeThoughts") {
      GEMINATE_TRY(thinking.include_thoughts, read_bool(here, option));
    } else if (name == "thinking_level" || name == "thinkingLevel") {
      if (!option.IsString()) return bad_field(here, "must be a string");
      thinking.level = text_of(option);
    } else {
      return unsupported_field(here);
    }
  }
  return Status::success();
}

Status read_safety_settings(const std::string& path, const Json& value, Conversation& conversation) {
  if (!value.IsArray()) return bad_field(path, "must be a list");
  return keep_as_is(value, conversation, conversation.safety_settings);
}

Status read_cached_content(const std::string& path, const Json& value, Conversation& conversation) {
  if (!value.IsString()) return bad_field(path, "must be a string");
  conversation.cached_content = text_of(value);
  return Status::success();
}

constexpr GoogleField kGoogleFields[] = {
    {"thinking_config", read_thinking_config}, {"thinkingConfig", read_thinking_config},
    {"safety_settings", read_safety_settings}, {"safetySettings", read_safety_settings},
    {"cached_content", read_cached_content},   {"cachedContent", read_cached_content},
};

}  // namespace

Status read_response_format(const char* field, const Json& value, ChatRequest& request) {
  const std::string_view type = text_member(value, "type");
  if (!value.IsObject()) return bad_field(field, "must be an object");
  for (const auto& [name, option] : value.GetObject()) {
    const std::string_view known = text_of(name);
    const bool wanted = known == "type" || (known == "json_schema" && type == "json_schema");
    if (!wanted && !option.IsNull()) return unsupported_field(std::string(field) + "." + name.GetString());
  }
  if (type == "text") return Status::success();
  if (type != "json_object" && type != "json_schema")
    return bad_field(std::string(field) + ".type", "must be \"text\", \"json_object\" or \"json_schema\"");
  request.conversation.config.json_answer = true;
  if (type == "json_object") return Status::success();
  const Json* schema = member(value, "json_schema");
  const std::string path = std::string(field) + ".json_schema";
  if (schema == nullptr) return bad_field(path, "is missing");
  return read_json_schema(path, *schema, request.conversation.config);
}

Status read_google_fields(const std::string& path, const Json& fields, Conversation& conversation) {
  if (!fields.IsObject()) return bad_field(path, "must be an object");
  for (const auto& [name, value] : fields.GetObject()) {
    if (value.IsNull()) continue;
    const std::string here = path + "." + name.GetString();
    const GoogleField* found = nullptr;
    for (const GoogleField& known : kGoogleFields) {
      if (known.name == text_of(name)) found = &known;
    }
    if (found == nullptr) return unsupported_field(here);
    GEMINATE_CHECK_OK(found->read(here, value, conversation));
  }
  return Status::success();
}

Status read_extra_fields(const std::string& path, const Json& extra, Conversation& conversation) {
  if (!extra.IsObject()) return bad_field(path, "must be an object");
  for (const auto& [name, value] : extra.GetObject()) {
    const std::string here = path + "." + std::string(text_of(name));
    if (text_of(name) != "google") return unsupported_field(here);
    GEMINATE_CHECK_OK(read_google_fields(here, value, conversation));
  }
  return Status::success();
}

Status read_image_detail(const std::string& path, const Json& value, GenerationConfig& config) {
  const std::string_view detail = value.IsString() ? text_of(value) : std::string_view();
  if (detail == "auto") return Status::success();
  if (detail != "low" && detail != "high" && detail != "original")
    return bad_field(path, "must be \"auto\", \"low\", \"high\" or \"original\"");
  if (detail != "low" || config.image_detail.empty()) config.image_detail = detail == "low" ? "low" : "high";
  return Status::success();
}

}  // namespace geminate::translate
