#include "backend/translate/gemini_answer.h"
#include "backend/translate/translate.h"

namespace geminate::translate {
namespace {

/// One chunk event: everything around the choice, and the choice's delta through `put_delta(writer)`.
template <class PutDelta>
void append_chunk(std::string& out, const AnswerContext& context, std::size_t index, std::string_view finish,
                  PutDelta put_delta) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_text(writer, "id", context.id);
  put_text(writer, "object", "chat.completion.chunk");
  writer.Key("created");
  writer.Int64(context.created_unix);
  put_text(writer, "model", context.model);
  writer.Key("choices");
  writer.StartArray();
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
  writer.EndArray();
  if (context.include_usage) {
    writer.Key("usage");
    writer.Null();
  }
  writer.EndObject();
  out.append("data: ").append(buffer.GetString(), buffer.GetSize()).append("\n\n");
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
    const std::string made_up =
        "call_" + context.id + "_" + std::to_string(index) + "_" + std::to_string(number);
    put_text(writer, "id", call.id.empty() ? made_up : call.id);
    put_text(writer, "type", "function");
    writer.Key("function");
    writer.StartObject();
    put_text(writer, "name", call.name);
    put_text(writer, "arguments", call.arguments);
    writer.EndObject();
    writer.EndObject();
    writer.EndArray();
  });
}

void append_usage(std::string& out, const AnswerContext& context, const Usage& usage) {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_text(writer, "id", context.id);
  put_text(writer, "object", "chat.completion.chunk");
  writer.Key("created");
  writer.Int64(context.created_unix);
  put_text(writer, "model", context.model);
  writer.Key("choices");
  writer.StartArray();
  writer.EndArray();
  writer.Key("usage");
  put_usage(writer, usage);
  writer.EndObject();
  out.append("data: ").append(buffer.GetString(), buffer.GetSize()).append("\n\n");
}

}  // namespace

Result<std::string> StreamToOpenai::feed(std::string_view event_data) {
  JsonDocument root;
  Status parsed = parse_object(event_data, "Gemini's event", root);
  if (!parsed.ok()) return Error{ErrorCode::UpstreamFailed, parsed.error().message, {}, {}, {}};
  GEMINATE_TRY(const GeminiAnswer answer, read_gemini_answer(root));
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
