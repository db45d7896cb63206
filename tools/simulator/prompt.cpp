#include <algorithm>
#include <array>

#include "tools/simulator/answers.h"
#include "tools/simulator/google_errors.h"
#include "tools/simulator/json_text.h"

namespace geminate::simulator {
namespace {

// What an image costs at Google, whatever its size.
constexpr std::int64_t kTokensOfImage = 258;

constexpr std::array<std::string_view, 9> kKnownFields = {
    "model",          "contents",         "systemInstruction", "tools",      "toolConfig",
    "safetySettings", "generationConfig", "cachedContent",     "serviceTier"};

void count_part(const Json& part, Prompt& prompt) {
  if (const Json* text = member(part, "text"); text != nullptr && text->IsString()) {
    prompt.tokens += tokens_of(text_of(*text));
  }
  if (member(part, "inlineData") != nullptr || member(part, "fileData") != nullptr) {
    prompt.image_tokens += kTokensOfImage;
    prompt.tokens += kTokensOfImage;
  }
}

void read_content(const Json& content, Prompt& prompt) {
  const Json* role = member(content, "role");
  const bool of_user = role == nullptr || !role->IsString() || text_of(*role) != "model";
  const Json* parts = member(content, "parts");
  if (parts == nullptr) return;
  std::string text;
  const auto take = [&](const Json& part) {
    count_part(part, prompt);
    if (const Json* piece = member(part, "text"); piece != nullptr && piece->IsString())
      text += text_of(*piece);
  };
  if (parts->IsArray()) {
    for (const Json& part : parts->GetArray()) take(part);
  } else {
    take(*parts);
  }
  if (of_user && !text.empty()) prompt.last_text = std::move(text);
}

void read_config(const Json& config, Prompt& prompt) {
  if (const Json* most = member(config, "maxOutputTokens"); most != nullptr && most->IsInt64()) {
    prompt.max_tokens = most->GetInt64();
  }
  if (const Json* count = member(config, "candidateCount"); count != nullptr && count->IsInt64()) {
    prompt.candidates = std::clamp<std::int64_t>(count->GetInt64(), 1, 8);
  }
  if (const Json* type = member(config, "responseMimeType"); type != nullptr && type->IsString()) {
    prompt.wants_json = text_of(*type) == "application/json";
  }
  if (const Json* stops = member(config, "stopSequences"); stops != nullptr && stops->IsArray()) {
    for (const Json& stop : stops->GetArray()) {
      if (stop.IsString() && stop.GetStringLength() > 0) prompt.stops.emplace_back(text_of(stop));
    }
  }
  if (const Json* thinking = member(config, "thinkingConfig"); thinking != nullptr) {
    const Json* include = member(*thinking, "includeThoughts");
    prompt.include_thoughts = include != nullptr && include->IsBool() && include->GetBool();
  }
}

std::string camel_case(std::string_view name) {
  std::string camel;
  bool raise = false;
  for (const char c : name) {
    if (c == '_') {
      raise = true;
      continue;
    }
    camel += raise && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    raise = false;
  }
  return camel;
}

std::optional<Reply> refuse_unknown_fields(const Json& root) {
  for (const auto& [name, value] : root.GetObject()) {
    const std::string known = camel_case(text_of(name));
    if (std::find(kKnownFields.begin(), kKnownFields.end(), known) != kKnownFields.end()) continue;
    return bad_request_reply("Invalid JSON payload received. Unknown name " + quoted(text_of(name)) +
                             ": Cannot find field.");
  }
  return std::nullopt;
}

const Json* either(const Json& object, const char* camel, const char* snake) {
  const Json* found = member(object, camel);
  return found != nullptr ? found : member(object, snake);
}

}  // namespace

std::int64_t tokens_of(std::string_view text) { return static_cast<std::int64_t>((text.size() + 3) / 4); }

ReadPrompt read_prompt(std::string_view body) {
  ReadPrompt result;
  JsonDocument root;
  root.Parse<rapidjson::kParseFullPrecisionFlag>(body.data(), body.size());
  if (root.HasParseError() || !root.IsObject()) {
    result.refusal = bad_request_reply("Invalid JSON payload received. Unexpected token.");
    return result;
  }
  result.refusal = refuse_unknown_fields(root);
  if (result.refusal) return result;
  const Json* contents = member(root, "contents");
  const bool empty = contents == nullptr || (contents->IsArray() && contents->Empty());
  if (empty) {
    result.refusal =
        bad_request_reply("* GenerateContentRequest.contents: contents is not specified\n", "contents");
    return result;
  }
  Prompt& prompt = result.prompt;
  if (const Json* system = either(root, "systemInstruction", "system_instruction"); system != nullptr) {
    Prompt aside;
    read_content(*system, aside);
    prompt.tokens += aside.tokens;
  }
  if (contents->IsArray()) {
    for (const Json& content : contents->GetArray()) read_content(content, prompt);
  } else {
    read_content(*contents, prompt);
  }
  if (const Json* config = either(root, "generationConfig", "generation_config"); config != nullptr) {
    read_config(*config, prompt);
  }
  return result;
}

}  // namespace geminate::simulator
