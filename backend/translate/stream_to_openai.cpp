#include "backend/translate/gemini_answer.h"
#include "backend/translate/translate.h"

namespace geminate::translate {
namespace {

/// One event: `put_choices(writer)` writes its choices, `put_rest(writer)` what follows them.
template <class PutChoices, class PutRest>
void append_event(std::string& out, const AnswerContext& context, PutChoices put_choices, PutRest put_rest) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_opening(writer, "chat.completion.chunk", context);
  writer.Key("choices");
  writer.StartArray();
  put_choices(writer);
  writer.EndArray();
  put_rest(writer);
  writer.EndObject();
  out.append("data: ").append(buffer.GetString(), buffer.GetSize()).append("\n\n");
}

/// One event with one choice, whose delta `put_delta(writer)` fills.
template <class PutDelta>
void append_chunk(std::string& out, const AnswerContext& context, std::size_t index, std::string_view finish,
                  PutDelta put_delta) {
  const auto put_choice = [&](JsonWriter& writer) {
    writer.StartObject();
    writer.Key("index");
    writer.Uint64(index);
    writer.Key("delta");
    writer.StartObject();
    put_delta(writer);
    writer.EndObject();
    writer.Key("logprobs");
    writer.Null();
    writer.Key("finish_reason");
    if (finish.empty()) {
      writer.Null();
    } else {
      put_text(writer, finish);
    }
    writer.EndObject();
  };
  append_event(out, context, put_choice, [&context](JsonWriter& writer) {
    if (!context.include_usage) return;
    writer.Key("usage");
    writer.Null();
  });
}

void append_role(std::string& out, const AnswerContext& context, std::size_t index) {
  append_chunk(out, context, index, {}, [](JsonWriter& writer) {
    put_text(writer, "role", "assistant");
    put_text(writer, "content", "");
    writer.Key("refusal");
    writer.Null();
  });
}

void append_text(std::string& out, const AnswerContext& context, std::size_t index, const char* name,
                 std::string_view text) {
  append_chunk(out, context, index, {}, [&](JsonWriter& writer) { put_text(writer, name, text); });
}

void append_finish(std::string& out, const AnswerContext& context, std::size_t index,
                   std::string_view finish) {
  append_chunk(out, context, index, finish, [](JsonWriter&) {});
}

void append_tool_call(std::string& out, const AnswerContext& context, std::size_t index, std::int32_t number,
                      const ToolCall& call) {
  append_chunk(out, context, index, {}, [&](JsonWriter& writer) {
    writer.Key("tool_calls");
    writer.StartArray();
    writer.StartObject();
    writer.Key("index");
    writer.Int(number);
    put_tool_call(writer, call, context, index, static_cast<std::size_t>(number));
    writer.EndObject();
    writer.EndArray();
  });
}

void append_usage(std::string& out, const AnswerContext& context, const Usage& usage) {
  append_event(
      out, context, [](JsonWriter&) {},
      [&usage](JsonWriter& writer) {
        writer.Key("usage");
        put_usage(writer, usage);
      });
}

}  // namespace

Result<std::string> StreamToOpenai::feed(std::string_view event_data) {
  JsonDocument root;
  GEMINATE_TRY(const GeminiAnswer answer, read_gemini_answer(event_data, "Gemini's event", root));
  if (answer.usage) usage_ = answer.usage;
  std::string out;
  for (const Candidate& candidate : answer.candidates) {
    CandidateState& state = open(candidate.index, out);
    if (state.finished) continue;
    if (!candidate.text.empty()) append_text(out, context_, candidate.index, "content", candidate.text);
    state.has_content = state.has_content || !candidate.text.empty();
    for (const ToolCall& call : candidate.tool_calls) {
      append_tool_call(out, context_, candidate.index, state.tool_calls++, call);
    }
    if (candidate.finish_reason.empty()) continue;
    const std::string_view finish = finish_reason_of(candidate.finish_reason, state.tool_calls > 0);
    if (finish == "content_filter" && !state.has_content) {
      append_text(out, context_, candidate.index, "refusal",
                  refusal_text("The answer", candidate.finish_reason, candidate.finish_message));
    }
    append_finish(out, context_, candidate.index, finish);
    state.finished = true;
  }
  if (answer.candidates.empty() && !answer.block_reason.empty())
    refuse(answer.block_reason, answer.block_message, out);
  return out;
}

StreamToOpenai::CandidateState& StreamToOpenai::open(std::size_t index, std::string& out) {
  if (candidates_.size() <= index) candidates_.resize(index + 1);
  CandidateState& state = candidates_[index];
  if (!state.role_sent) append_role(out, context_, index);
  state.role_sent = true;
  return state;
}

void StreamToOpenai::refuse(std::string_view reason, std::string_view message, std::string& out) {
  CandidateState& state = open(0, out);
  if (state.finished) return;
  append_text(out, context_, 0, "refusal", refusal_text("The prompt", reason, message));
  append_finish(out, context_, 0, "content_filter");
  state.finished = true;
}

std::string StreamToOpenai::finish() {
  std::string out;
  if (candidates_.empty()) open(0, out);
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    CandidateState& state = candidates_[i];
    if (state.finished || !state.role_sent) continue;
    append_finish(out, context_, i, finish_reason_of({}, state.tool_calls > 0));
    state.finished = true;
  }
  if (context_.include_usage) append_usage(out, context_, usage_.value_or(Usage{}));
  return out + "data: [DONE]\n\n";
}

}  // namespace geminate::translate
