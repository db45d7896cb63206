#include "backend/translate/gemini_answer.h"
#include "backend/translate/translate.h"

namespace geminate::translate {
namespace {

void put_tool_calls(JsonWriter& writer, const Candidate& candidate, const AnswerContext& context) {
  if (candidate.tool_calls.empty()) return;
  writer.Key("tool_calls");
  writer.StartArray();
  std::size_t number = 0;
  for (const ToolCall& call : candidate.tool_calls) {
    writer.StartObject();
    put_tool_call(writer, call, context, candidate.index, number++);
    writer.EndObject();
  }
  writer.EndArray();
}

void put_text_or_null(JsonWriter& writer, const char* name, std::string_view text, bool null) {
  writer.Key(name);
  if (null) {
    writer.Null();
  } else {
    put_text(writer, text);
  }
}

void put_choice(JsonWriter& writer, const Candidate& candidate, const std::string& refusal,
                std::string_view finish, const AnswerContext& context) {
  writer.StartObject();
  writer.Key("index");
  writer.Uint64(candidate.index);
  writer.Key("message");
  writer.StartObject();
  put_text(writer, "role", "assistant");
  const bool has_other = !refusal.empty() || !candidate.tool_calls.empty();
  put_text_or_null(writer, "content", candidate.text, candidate.text.empty() && has_other);
  put_text_or_null(writer, "refusal", refusal, refusal.empty());
  put_tool_calls(writer, candidate, context);
  writer.EndObject();
  writer.Key("logprobs");
  writer.Null();
  put_text(writer, "finish_reason", finish);
  writer.EndObject();
}

void put_choices(JsonWriter& writer, const GeminiAnswer& answer, const AnswerContext& context) {
  writer.Key("choices");
  writer.StartArray();
  for (const Candidate& candidate : answer.candidates) {
    const std::string_view finish = finish_reason_of(candidate.finish_reason, !candidate.tool_calls.empty());
    const bool refused = finish == "content_filter" && candidate.text.empty();
    const std::string refusal =
        refused ? refusal_text("The answer", candidate.finish_reason, candidate.finish_message)
                : std::string();
    put_choice(writer, candidate, refusal, finish, context);
  }
  if (answer.candidates.empty()) {
    const bool blocked = !answer.block_reason.empty();
    const std::string refusal =
        blocked ? refusal_text("The prompt", answer.block_reason, answer.block_message) : std::string();
    put_choice(writer, {}, refusal, blocked ? "content_filter" : "stop", context);
  }
  writer.EndArray();
}

}  // namespace

Result<OpenaiAnswer> to_openai(std::string_view gemini_body, const AnswerContext& context) {
  JsonDocument root;
  GEMINATE_TRY(const GeminiAnswer answer, read_gemini_answer(gemini_body, "Gemini's answer", root));
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_opening(writer, "chat.completion", context);
  put_choices(writer, answer, context);
  if (answer.usage) {
    writer.Key("usage");
    put_usage(writer, *answer.usage);
  }
  writer.EndObject();
  return OpenaiAnswer{{buffer.GetString(), buffer.GetSize()}, answer.usage};
}

}  // namespace geminate::translate
