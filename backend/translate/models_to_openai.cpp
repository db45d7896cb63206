#include "backend/translate/json_reading.h"
#include "backend/translate/translate.h"

namespace geminate::translate {
namespace {

Error not_a_model_list(const std::string& why) { return {ErrorCode::UpstreamFailed, why, {}, {}, {}}; }

void put_model(JsonWriter& writer, const Json& model, std::int64_t created_unix) {
  constexpr std::string_view kPrefix = "models/";
  std::string_view id = text_member(model, "name");
  if (id.substr(0, kPrefix.size()) == kPrefix) id.remove_prefix(kPrefix.size());
  writer.StartObject();
  put_text(writer, "id", id);
  put_text(writer, "object", "model");
  writer.Key("created");
  writer.Int64(created_unix);
  put_text(writer, "owned_by", "google");
  writer.EndObject();
}

Status parse_answer(std::string_view json, JsonDocument& root) {
  Status parsed = parse_object(json, "Gemini's answer", root);
  if (!parsed.ok()) return not_a_model_list(parsed.error().message);
  return Status::success();
}

}  // namespace

Result<std::string> models_to_openai(std::string_view gemini_models, std::int64_t created_unix) {
  JsonDocument root;
  GEMINATE_CHECK_OK(parse_answer(gemini_models, root));
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_text(writer, "object", "list");
  writer.Key("data");
  writer.StartArray();
  if (const Json* models = member(root, "models"); models != nullptr && models->IsArray()) {
    for (const Json& model : models->GetArray()) put_model(writer, model, created_unix);
  }
  writer.EndArray();
  writer.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize());
}

Result<std::string> model_to_openai(std::string_view gemini_model, std::int64_t created_unix) {
  JsonDocument root;
  GEMINATE_CHECK_OK(parse_answer(gemini_model, root));
  if (text_member(root, "name").empty()) return not_a_model_list("Gemini's answer describes no model");
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  put_model(writer, root, created_unix);
  return std::string(buffer.GetString(), buffer.GetSize());
}

}  // namespace geminate::translate
