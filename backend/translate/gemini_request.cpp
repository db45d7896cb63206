// A conversation as the body of generateContent (https://ai.google.dev/api/generate-content).
#include <algorithm>

#include "backend/translate/conversation.h"

namespace geminate::translate {
namespace {

// What Gemini counts for an image, and what an answer costs when the client sets no limit.
constexpr std::int64_t kTokensOfMedia = 258;
constexpr std::int64_t kUsualAnswer = 1024;
// What Gemini's models write at most. They refuse limits beyond it, which clients of larger models send; a
// limit that is never reached is the same to them.
constexpr std::int64_t kMostWritten = 65'536;
// A limit is often set far above what is used; reserving all of it would starve the key.
constexpr std::int64_t kMostReserved = 8192;

/// Gemini names its files by their address.
constexpr const char* kFilesAt = "https://generativelanguage.googleapis.com/v1beta/";

/// Base64 and ready JSON are copied as they are, which matters for megabytes.
void put_raw(JsonWriter& writer, const char* name, std::string_view json, rapidjson::Type type) {
  writer.Key(name);
  writer.RawValue(json.data(), json.size(), type);
}

void put_base64(JsonWriter& writer, const char* name, std::string_view base64) {
  std::string quoted;
  quoted.reserve(base64.size() + 2);
  quoted.append(1, '"').append(base64).append(1, '"');
  put_raw(writer, name, quoted, rapidjson::kStringType);
}

void put_optional(JsonWriter& writer, const char* name, std::string_view text) {
  if (!text.empty()) put_text(writer, name, text);
}

void put_media(JsonWriter& writer, const Part& part) {
  const bool is_file = part.kind == Part::Kind::File;
  writer.Key(is_file ? "fileData" : "inlineData");
  writer.StartObject();
  put_optional(writer, "mimeType", part.mime_type);
  if (is_file) {
    const std::string base = part.data.starts_with("files/") ? kFilesAt : "";
    put_text(writer, "fileUri", base + std::string(part.data));
  } else {
    put_base64(writer, "data", part.data);
  }
  writer.EndObject();
}

void put_call(JsonWriter& writer, const Part& part) {
  writer.Key("functionCall");
  writer.StartObject();
  put_optional(writer, "id", part.id);
  put_text(writer, "name", part.name);
  put_raw(writer, "args", part.json, rapidjson::kObjectType);
  writer.EndObject();
}

void put_result(JsonWriter& writer, const Part& part) {
  writer.Key("functionResponse");
  writer.StartObject();
  put_optional(writer, "id", part.id);
  put_text(writer, "name", part.name);
  put_raw(writer, "response", part.json, rapidjson::kObjectType);
  if (!part.media.empty()) {
    writer.Key("parts");
    writer.StartArray();
    for (const Part& media : part.media) {
      writer.StartObject();
      put_media(writer, media);
      writer.EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject();
}

void put_code(JsonWriter& writer, const Part& part) {
  const bool is_code = part.kind == Part::Kind::Code;
  writer.Key(is_code ? "executableCode" : "codeExecutionResult");
  writer.StartObject();
  put_text(writer, is_code ? "language" : "outcome", is_code ? "PYTHON" : "OUTCOME_OK");
  put_text(writer, is_code ? "code" : "output", part.text);
  writer.EndObject();
}

void put_part(JsonWriter& writer, const Part& part) {
  using Kind = Part::Kind;
  writer.StartObject();
  switch (part.kind) {
    case Kind::Text:
    case Kind::Thought:
      put_text(writer, "text", part.text);
      break;
    case Kind::Inline:
    case Kind::File:
      put_media(writer, part);
      break;
    case Kind::ToolCall:
      put_call(writer, part);
      break;
    case Kind::ToolResult:
      put_result(writer, part);
      break;
    case Kind::Code:
    case Kind::CodeResult:
      put_code(writer, part);
      break;
  }
  if (part.kind == Kind::Thought) {
    writer.Key("thought");
    writer.Bool(true);
  }
  if (!part.signature.empty()) put_base64(writer, "thoughtSignature", part.signature);
  writer.EndObject();
}

void put_system(JsonWriter& writer, const Conversation& conversation) {
  if (conversation.system.empty()) return;
  writer.Key("systemInstruction");
  writer.StartObject();
  writer.Key("parts");
  writer.StartArray();
  for (const std::string_view text : conversation.system) put_part(writer, Part::of_text(text));
  writer.EndArray();
  writer.EndObject();
}

void put_turn(JsonWriter& writer, bool of_model, const std::vector<Part>& parts) {
  writer.StartObject();
  put_text(writer, "role", of_model ? "model" : "user");
  writer.Key("parts");
  writer.StartArray();
  for (const Part& part : parts) put_part(writer, part);
  writer.EndArray();
  writer.EndObject();
}

/// Clients that keep a part of a conversation alone may begin with a call; Gemini wants a turn of the user's
/// before it.
bool begins_with_call(const Conversation& conversation) {
  if (conversation.turns.empty() || !conversation.turns.front().of_model) return false;
  const std::vector<Part>& parts = conversation.turns.front().parts;
  return std::any_of(parts.begin(), parts.end(),
                     [](const Part& part) { return part.kind == Part::Kind::ToolCall; });
}

void put_contents(JsonWriter& writer, const Conversation& conversation) {
  writer.Key("contents");
  writer.StartArray();
  if (begins_with_call(conversation)) put_turn(writer, false, {Part::of_text("(The conversation goes on.)")});
  for (const Turn& turn : conversation.turns) put_turn(writer, turn.of_model, turn.parts);
  writer.EndArray();
}

void put_hosted(JsonWriter& writer, bool wanted, const char* name) {
  if (!wanted) return;
  writer.StartObject();
  writer.Key(name);
  writer.StartObject();
  writer.EndObject();
  writer.EndObject();
}

void put_declarations(JsonWriter& writer, const std::vector<ToolDeclaration>& tools) {
  writer.StartObject();
  writer.Key("functionDeclarations");
  writer.StartArray();
  for (const ToolDeclaration& tool : tools) {
    writer.StartObject();
    put_text(writer, "name", tool.name);
    put_optional(writer, "description", tool.description);
    if (!tool.parameters.empty())
      put_raw(writer, "parametersJsonSchema", tool.parameters, rapidjson::kObjectType);
    writer.EndObject();
  }
  writer.EndArray();
  writer.EndObject();
}

void put_tools(JsonWriter& writer, const Conversation& conversation) {
  if (conversation.tools.empty() && !conversation.hosted.any()) return;
  writer.Key("tools");
  writer.StartArray();
  if (!conversation.tools.empty()) put_declarations(writer, conversation.tools);
  put_hosted(writer, conversation.hosted.web_search, "googleSearch");
  put_hosted(writer, conversation.hosted.code_execution, "codeExecution");
  put_hosted(writer, conversation.hosted.url_context, "urlContext");
  writer.EndArray();
}

const char* name_of(ToolChoice::Mode mode) {
  switch (mode) {
    case ToolChoice::Mode::None:
      return "NONE";
    case ToolChoice::Mode::Any:
      return "ANY";
    default:
      return "AUTO";
  }
}

/// Which of the declared functions may be called says nothing about tools that Google runs itself.
void put_choice(JsonWriter& writer, const Conversation& conversation) {
  const bool both = !conversation.tools.empty() && conversation.hosted.any();
  const bool chosen = !conversation.tools.empty() && conversation.choice.mode != ToolChoice::Mode::Unset;
  if (!both && !chosen) return;
  writer.Key("toolConfig");
  writer.StartObject();
  if (chosen) {
    writer.Key("functionCallingConfig");
    writer.StartObject();
    put_text(writer, "mode", name_of(conversation.choice.mode));
    if (!conversation.choice.allowed.empty()) {
      writer.Key("allowedFunctionNames");
      writer.StartArray();
      for (const std::string_view name : conversation.choice.allowed) put_text(writer, name);
      writer.EndArray();
    }
    writer.EndObject();
  }
  if (both) {
    // Without it Gemini refuses its own tools beside declared functions.
    writer.Key("includeServerSideToolInvocations");
    writer.Bool(true);
  }
  writer.EndObject();
}

void put_number(JsonWriter& writer, const char* name, const std::optional<double>& number) {
  if (!number) return;
  writer.Key(name);
  writer.Double(*number);
}

void put_integer(JsonWriter& writer, const char* name, const std::optional<std::int64_t>& number) {
  if (!number) return;
  writer.Key(name);
  writer.Int64(*number);
}

void put_texts(JsonWriter& writer, const char* name, const std::vector<std::string_view>& texts) {
  if (texts.empty()) return;
  writer.Key(name);
  writer.StartArray();
  for (const std::string_view text : texts) put_text(writer, text);
  writer.EndArray();
}

/// The names of Gemini's enums; clients of other dialects write theirs small.
std::string upper_case(std::string_view word) {
  std::string upper(word);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return upper;
}

void put_thinking(JsonWriter& writer, const Thinking& thinking) {
  if (!thinking.says_something()) return;
  writer.Key("thinkingConfig");
  writer.StartObject();
  put_integer(writer, "thinkingBudget", thinking.budget);
  put_optional(writer, "thinkingLevel", upper_case(thinking.level));
  if (thinking.include_thoughts) {
    writer.Key("includeThoughts");
    writer.Bool(*thinking.include_thoughts);
  }
  writer.EndObject();
}

void put_voice(JsonWriter& writer, std::string_view voice) {
  if (voice.empty()) return;
  writer.Key("speechConfig");
  writer.StartObject();
  writer.Key("voiceConfig");
  writer.StartObject();
  writer.Key("prebuiltVoiceConfig");
  writer.StartObject();
  put_text(writer, "voiceName", voice);
  writer.EndObject();
  writer.EndObject();
  writer.EndObject();
}

/// The members of generationConfig, of which there may be none.
void put_config(JsonWriter& writer, const GenerationConfig& config) {
  put_number(writer, "temperature", config.temperature);
  put_number(writer, "topP", config.top_p);
  put_integer(writer, "topK", config.top_k);
  put_number(writer, "presencePenalty", config.presence_penalty);
  put_number(writer, "frequencyPenalty", config.frequency_penalty);
  if (config.max_tokens) put_integer(writer, "maxOutputTokens", std::min(*config.max_tokens, kMostWritten));
  put_integer(writer, "seed", config.seed);
  if (config.candidates > 1) put_integer(writer, "candidateCount", config.candidates);
  put_texts(writer, "stopSequences", config.stops);
  if (config.json_answer) put_text(writer, "responseMimeType", "application/json");
  if (!config.schema.empty()) put_raw(writer, "responseJsonSchema", config.schema, rapidjson::kObjectType);
  if (config.logprobs) {
    writer.Key("responseLogprobs");
    writer.Bool(true);
  }
  put_integer(writer, "logprobs", config.top_logprobs);
  put_texts(writer, "responseModalities", config.modalities);
  put_voice(writer, config.voice);
  put_thinking(writer, config.thinking);
  if (!config.image_detail.empty()) {
    put_text(writer, "mediaResolution",
             config.image_detail == "low" ? "MEDIA_RESOLUTION_LOW" : "MEDIA_RESOLUTION_HIGH");
  }
}

std::string config_text(const GenerationConfig& config) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_config(writer, config);
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace

std::string gemini_request(const Conversation& conversation) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_system(writer, conversation);
  put_contents(writer, conversation);
  put_tools(writer, conversation);
  put_choice(writer, conversation);
  if (const std::string config = config_text(conversation.config); config != "{}") {
    put_raw(writer, "generationConfig", config, rapidjson::kObjectType);
  }
  if (!conversation.safety_settings.empty())
    put_raw(writer, "safetySettings", conversation.safety_settings, rapidjson::kArrayType);
  if (!conversation.cached_content.empty()) put_text(writer, "cachedContent", conversation.cached_content);
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

std::int64_t estimated_tokens(const Conversation& conversation) {
  std::size_t bytes = conversation.config.schema.size();
  std::int64_t tokens = 0;
  for (const std::string_view text : conversation.system) bytes += text.size();
  for (const ToolDeclaration& tool : conversation.tools)
    bytes += tool.name.size() + tool.description.size() + tool.parameters.size();
  for (const Turn& turn : conversation.turns) {
    for (const Part& part : turn.parts) {
      bytes += part.text.size() + part.json.size() + part.name.size();
      tokens += kTokensOfMedia * ((part.is_media() ? 1 : 0) + static_cast<std::int64_t>(part.media.size()));
    }
  }
  const std::int64_t answer = std::min(conversation.config.max_tokens.value_or(kUsualAnswer), kMostReserved);
  return tokens + static_cast<std::int64_t>(bytes / 4) + 1 + answer * conversation.config.candidates;
}

GeminiCall call_of(const Conversation& conversation, bool stream) {
  GeminiCall call;
  call.model = conversation.model;
  call.method = stream ? "streamGenerateContent" : "generateContent";
  call.body = gemini_request(conversation);
  call.stream = stream;
  call.estimated_tokens = estimated_tokens(conversation);
  return call;
}

GeminiCall count_call_of(const Conversation& conversation) {
  GeminiCall call;
  call.model = conversation.model;
  call.method = "countTokens";
  // Only with the whole request the system's words and the tools are counted as well.
  call.body = R"({"generateContentRequest":{"model":"models/)" + call.model + "\"," +
              gemini_request(conversation).substr(1) + "}";
  return call;
}

}  // namespace geminate::translate
