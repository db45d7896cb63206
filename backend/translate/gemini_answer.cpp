#include "backend/translate/gemini_answer.h"

#include <algorithm>
#include <array>

namespace geminate::translate {
namespace {

constexpr std::size_t kMostCandidates = 8;

constexpr std::array<std::string_view, 11> kFilterReasons = {
    "SAFETY",       "RECITATION",         "LANGUAGE",
    "BLOCKLIST",    "PROHIBITED_CONTENT", "SPII",
    "IMAGE_SAFETY", "IMAGE_RECITATION",   "IMAGE_PROHIBITED_CONTENT",
    "MODEL_ARMOR",  "IMAGE_OTHER"};

std::string image_as_text(const Json& data) {
  return "![image](data:" + std::string(text_member(data, "mimeType")) + ";base64," +
         std::string(text_member(data, "data")) + ")";
}

// A chat's answer is text: code that Gemini ran, and images it drew, become Markdown.
void read_part(const Json& part, Candidate& candidate) {
  if (!part.IsObject()) return;
  const Json* thought = member(part, "thought");
  if (thought != nullptr && thought->IsTrue()) return;
  candidate.text += text_member(part, "text");
  if (const Json* data = member(part, "inlineData"); data != nullptr) candidate.text += image_as_text(*data);
  if (const Json* code = member(part, "executableCode"); code != nullptr) {
    candidate.text += "\n```python\n" + std::string(text_member(*code, "code")) + "\n```\n";
  }
  if (const Json* result = member(part, "codeExecutionResult"); result != nullptr) {
    candidate.text += "\n```\n" + std::string(text_member(*result, "output")) + "\n```\n";
  }
  if (const Json* call = member(part, "functionCall"); call != nullptr) {
    const Json* arguments = member(*call, "args");
    candidate.tool_calls.push_back({std::string(text_member(*call, "id")), text_member(*call, "name"),
                                    arguments == nullptr ? "{}" : to_text(*arguments)});
  }
}

Candidate read_candidate(const Json& object, std::size_t position) {
  Candidate candidate;
  candidate.index = position;
  if (const Json* index = member(object, "index"); index != nullptr && index->IsUint()) {
    candidate.index = std::min<std::size_t>(index->GetUint(), kMostCandidates - 1);
  }
  candidate.finish_reason = text_member(object, "finishReason");
  candidate.finish_message = text_member(object, "finishMessage");
  const Json* content = member(object, "content");
  const Json* parts = content == nullptr ? nullptr : member(*content, "parts");
  if (parts == nullptr || !parts->IsArray()) return candidate;
  for (const Json& part : parts->GetArray()) read_part(part, candidate);
  return candidate;
}

Error upstream_error(const Json& error) {
  constexpr int kTooManyRequests = 429;
  const Json* code = member(error, "code");
  const bool limited = code != nullptr && code->IsInt() && code->GetInt() == kTooManyRequests;
  std::string message(text_member(error, "message"));
  if (message.empty()) message = "Gemini answered with an error";
  return {limited ? ErrorCode::RateLimited : ErrorCode::UpstreamFailed, std::move(message), {}, {}, {}};
}

}  // namespace

Result<GeminiAnswer> read_gemini_answer(std::string_view text, const char* what, JsonDocument& root) {
  Status parsed = parse_object(text, what, root);
  if (!parsed.ok()) return Error{ErrorCode::UpstreamFailed, parsed.error().message, {}, {}, {}};
  if (const Json* error = member(root, "error"); error != nullptr) return upstream_error(*error);
  GeminiAnswer answer;
  if (const Json* candidates = member(root, "candidates"); candidates != nullptr && candidates->IsArray()) {
    const std::size_t count = std::min<std::size_t>(candidates->Size(), kMostCandidates);
    for (std::size_t i = 0; i < count; ++i) {
      answer.candidates.push_back(read_candidate((*candidates)[static_cast<rapidjson::SizeType>(i)], i));
    }
  }
  if (const Json* feedback = member(root, "promptFeedback"); feedback != nullptr) {
    answer.block_reason = text_member(*feedback, "blockReason");
    answer.block_message = text_member(*feedback, "blockReasonMessage");
  }
  if (const Json* usage = member(root, "usageMetadata"); usage != nullptr) answer.usage = usage_of(*usage);
  return answer;
}

std::string_view finish_reason_of(std::string_view gemini_reason, bool called_tools) {
  if (gemini_reason == "MAX_TOKENS") return "length";
  const bool filtered =
      std::find(kFilterReasons.begin(), kFilterReasons.end(), gemini_reason) != kFilterReasons.end();
  if (filtered) return "content_filter";
  return called_tools ? "tool_calls" : "stop";
}

std::string refusal_text(const char* what, std::string_view reason, std::string_view message) {
  std::string text = std::string(what) + " was blocked by Gemini (" + std::string(reason) + ")";
  return message.empty() ? text + "." : text + ": " + std::string(message);
}

void put_opening(JsonWriter& writer, const char* object, const AnswerContext& context) {
  put_text(writer, "id", context.id);
  put_text(writer, "object", object);
  writer.Key("created");
  writer.Int64(context.created_unix);
  put_text(writer, "model", context.model);
}

void put_tool_call(JsonWriter& writer, const ToolCall& call, const AnswerContext& context,
                   std::size_t candidate, std::size_t number) {
  const std::string made_up =
      "call_" + context.id + "_" + std::to_string(candidate) + "_" + std::to_string(number);
  put_text(writer, "id", call.id.empty() ? made_up : call.id);
  put_text(writer, "type", "function");
  writer.Key("function");
  writer.StartObject();
  put_text(writer, "name", call.name);
  put_text(writer, "arguments", call.arguments);
  writer.EndObject();
}

void put_usage(JsonWriter& writer, const Usage& usage) {
  const std::int64_t prompt = usage.prompt + usage.tool_prompt;
  const std::int64_t completion = usage.candidates + usage.thoughts;
  writer.StartObject();
  writer.Key("prompt_tokens");
  writer.Int64(prompt);
  writer.Key("completion_tokens");
  writer.Int64(completion);
  writer.Key("total_tokens");
  writer.Int64(usage.total);
  writer.Key("prompt_tokens_details");
  writer.StartObject();
  writer.Key("cached_tokens");
  writer.Int64(usage.cached);
  writer.EndObject();
  writer.Key("completion_tokens_details");
  writer.StartObject();
  writer.Key("reasoning_tokens");
  writer.Int64(usage.thoughts);
  writer.EndObject();
  writer.EndObject();
}

}  // namespace geminate::translate
