#include "backend/translate/gemini_answer.h"
#include "backend/translate/translate.h"

namespace geminate::translate {
namespace {

std::int64_t count(const Json& object, const char* name) {
  const Json* value = member(object, name);
  return value != nullptr && value->IsInt64() && value->GetInt64() > 0 ? value->GetInt64() : 0;
}

}  // namespace

Usage usage_of(const Json& metadata) {
  Usage usage;
  usage.prompt = count(metadata, "promptTokenCount");
  usage.cached = count(metadata, "cachedContentTokenCount");
  usage.candidates = count(metadata, "candidatesTokenCount");
  usage.thoughts = count(metadata, "thoughtsTokenCount");
  usage.tool_prompt = count(metadata, "toolUsePromptTokenCount");
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
