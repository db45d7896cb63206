#include "backend/translate/gemini_answer.h"
#include "backend/translate/translate.h"

namespace geminate::translate {
namespace {

std::int64_t count(const Json& object, const char* name) {
  const Json* value = member(object, name);
  return value != nullptr && value->IsInt64() && value->GetInt64() > 0 ? value->GetInt64() : 0;
}

/// Tokens of the modality in a list of {"modality","tokenCount"}.
std::int64_t count_of_modality(const Json& object, const char* name, std::string_view modality) {
  const Json* details = member(object, name);
  if (details == nullptr || !details->IsArray()) return 0;
  std::int64_t tokens = 0;
  for (const Json& detail : details->GetArray()) {
    if (text_member(detail, "modality") == modality) tokens += count(detail, "tokenCount");
  }
  return tokens;
}

}  // namespace

Usage usage_of(const Json& metadata) {
  Usage usage;
  usage.prompt = count(metadata, "promptTokenCount");
  usage.cached = count(metadata, "cachedContentTokenCount");
  usage.candidates = count(metadata, "candidatesTokenCount");
  usage.thoughts = count(metadata, "thoughtsTokenCount");
  usage.tool_prompt = count(metadata, "toolUsePromptTokenCount");
  usage.prompt_audio = count_of_modality(metadata, "promptTokensDetails", "AUDIO");
  usage.candidates_audio = count_of_modality(metadata, "candidatesTokensDetails", "AUDIO");
  usage.total = count(metadata, "totalTokenCount");
  if (usage.total == 0) usage.total = usage.prompt + usage.candidates + usage.thoughts + usage.tool_prompt;
  return usage;
}

std::optional<Usage> read_usage(std::string_view usage_metadata_json) {
  JsonDocument metadata;
  if (!parse_object(usage_metadata_json, "usageMetadata", metadata).ok()) return std::nullopt;
  return usage_of(metadata);
}

}  // namespace geminate::translate
