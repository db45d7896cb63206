#include <rapidjson/document.h>

#include "backend/translate/openai_types.h"
#include "backend/translate/translate.h"

namespace geminate::translate {
namespace {

// What Gemini counts for an image, and what an answer costs when the client sets no limit.
constexpr std::int64_t kTokensOfImage = 258;
constexpr std::int64_t kUsualAnswer = 1024;
// A limit is often set far above what is used; reserving all of it would starve the key.
constexpr std::int64_t kMostReserved = 8192;

void put_part(JsonWriter& writer, const ChatPart& part) {
  writer.StartObject();
  if (!part.is_image()) {
    put_text(writer, "text", part.text);
  } else {
    writer.Key("inlineData");
    writer.StartObject();
    put_text(writer, "mimeType", part.image_type);
    writer.Key("data");
    // Base64 needs no escaping: copied as it is, which matters for megabytes.
    std::string quoted;
    quoted.reserve(part.image_base64.size() + 2);
    quoted.append(1, '"').append(part.image_base64).append(1, '"');
    writer.RawValue(quoted.data(), quoted.size(), rapidjson::kStringType);
    writer.EndObject();
  }
  writer.EndObject();
}

void put_system(JsonWriter& writer, const ChatRequest& request) {
  if (request.system.empty()) return;
  writer.Key("systemInstruction");
  writer.StartObject();
  writer.Key("parts");
  writer.StartArray();
  for (const std::string_view text : request.system) put_part(writer, {text, {}, {}});
  writer.EndArray();
  writer.EndObject();
}

void put_contents(JsonWriter& writer, const ChatRequest& request) {
  writer.Key("contents");
  writer.StartArray();
  for (const ChatTurn& turn : request.turns) {
    writer.StartObject();
    put_text(writer, "role", turn.of_model ? "model" : "user");
    writer.Key("parts");
    writer.StartArray();
    for (const ChatPart& part : turn.parts) put_part(writer, part);
    writer.EndArray();
    writer.EndObject();
  }
  writer.EndArray();
}

std::optional<std::int64_t> token_limit(const ChatRequest& request) {
  return request.max_completion_tokens ? request.max_completion_tokens : request.max_tokens;
}

void put_schema(JsonWriter& writer, const ChatRequest& request) {
  if (request.schema == nullptr) return;
  writer.Key("responseJsonSchema");
  writer.StartObject();
  if (!request.schema_description.empty() && member(*request.schema, "description") == nullptr) {
    put_text(writer, "description", request.schema_description);
  }
  for (const auto& [name, value] : request.schema->GetObject()) {
    writer.Key(name.GetString(), name.GetStringLength());
    value.Accept(writer);
  }
  writer.EndObject();
}

template <class T>
void put_number(JsonWriter& writer, const char* name, const std::optional<T>& number) {
  if (!number) return;
  writer.Key(name);
  if constexpr (std::is_same_v<T, double>) {
    writer.Double(*number);
  } else {
    writer.Int64(*number);
  }
}

void put_config(JsonWriter& writer, const ChatRequest& request) {
  writer.Key("generationConfig");
  writer.StartObject();
  put_number(writer, "temperature", request.temperature);
  put_number(writer, "topP", request.top_p);
  put_number(writer, "presencePenalty", request.presence_penalty);
  put_number(writer, "frequencyPenalty", request.frequency_penalty);
  put_number(writer, "maxOutputTokens", token_limit(request));
  put_number(writer, "seed", request.seed);
  if (request.n > 1) put_number(writer, "candidateCount", std::optional(request.n));
  if (!request.stops.empty()) {
    writer.Key("stopSequences");
    writer.StartArray();
    for (const std::string_view stop : request.stops) put_text(writer, stop);
    writer.EndArray();
  }
  if (request.json_answer) put_text(writer, "responseMimeType", "application/json");
  put_schema(writer, request);
  if (!request.image_detail.empty()) {
    put_text(writer, "mediaResolution",
             request.image_detail == "low" ? "MEDIA_RESOLUTION_LOW" : "MEDIA_RESOLUTION_HIGH");
  }
  writer.EndObject();
}

bool has_config(const ChatRequest& request) {
  return request.temperature || request.top_p || request.presence_penalty || request.frequency_penalty ||
         token_limit(request) || request.seed || request.n > 1 || !request.stops.empty() ||
         request.json_answer || !request.image_detail.empty();
}

std::int64_t estimate(const ChatRequest& request) {
  std::int64_t bytes = 0;
  std::int64_t tokens = 0;
  for (const std::string_view text : request.system) bytes += static_cast<std::int64_t>(text.size());
  for (const ChatTurn& turn : request.turns) {
    for (const ChatPart& part : turn.parts) {
      bytes += static_cast<std::int64_t>(part.text.size());
      if (part.is_image()) tokens += kTokensOfImage;
    }
  }
  const std::int64_t answer = std::min(token_limit(request).value_or(kUsualAnswer), kMostReserved);
  return tokens + bytes / 4 + 1 + answer * request.n;
}

}  // namespace

Result<GeminiCall> to_gemini(std::string_view openai_body) {
  JsonDocument root;
  GEMINATE_CHECK_OK(parse_object(openai_body, "the body", root));
  GEMINATE_TRY(const ChatRequest request, read_chat_request(root));
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_system(writer, request);
  put_contents(writer, request);
  if (has_config(request)) put_config(writer, request);
  writer.EndObject();
  return GeminiCall{request.model,
                    {buffer.GetString(), buffer.GetSize()},
                    request.stream,
                    request.include_usage,
                    estimate(request)};
}

}  // namespace geminate::translate
