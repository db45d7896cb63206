#include "backend/translate/openai_answer.h"

namespace geminate::translate {

template <class PutChoices, class PutRest>
void ChatAnswer::append_event(std::string& out, PutChoices put_choices, PutRest put_rest) const {
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_opening(writer, "chat.completion.chunk");
  writer.Key("choices");
  writer.StartArray();
  put_choices(writer);
  writer.EndArray();
  put_rest(writer);
  writer.EndObject();
  out.append("data: ").append(buffer.GetString(), buffer.GetSize()).append("\n\n");
}

template <class PutDelta>
void ChatAnswer::append_chunk(std::string& out, std::size_t index, std::string_view finish,
                              PutDelta put_delta, const std::vector<TokenChances>* logprobs) const {
  const auto put_choice = [&](JsonWriter& writer) {
    writer.StartObject();
    writer.Key("index");
    writer.Uint64(index);
    writer.Key("delta");
    writer.StartObject();
    put_delta(writer);
    writer.EndObject();
    writer.Key("logprobs");
    if (logprobs == nullptr || logprobs->empty()) {
      writer.Null();
    } else {
      put_logprobs(writer, *logprobs);
    }
    writer.Key("finish_reason");
    if (finish.empty()) {
      writer.Null();
    } else {
      put_text(writer, finish);
    }
    writer.EndObject();
  };
  append_event(out, put_choice, [this](JsonWriter& writer) {
    if (!options_.include_usage) return;
    writer.Key("usage");
    writer.Null();
  });
}

Result<std::string> ChatAnswer::feed(std::string_view event_data) {
  JsonDocument root;
  GEMINATE_TRY(const GeminiAnswer answer, read_gemini_answer(event_data, "Gemini's event", root));
  if (answer.usage) usage_ = answer.usage;
  std::string out;
  for (const Candidate& candidate : answer.candidates) feed_candidate(candidate, out);
  if (answer.candidates.empty() && !answer.block_reason.empty())
    refuse(answer.block_reason, answer.block_message, out);
  return out;
}

void ChatAnswer::feed_candidate(const Candidate& candidate, std::string& out) {
  CandidateState& state = open(candidate.index, out);
  if (state.finished) return;
  for (const Piece& piece : candidate.pieces) feed_piece(piece, candidate.index, state, out);
  if (!candidate.logprobs.empty())
    append_chunk(
        out, candidate.index, {}, [](JsonWriter&) {}, &candidate.logprobs);
  if (!candidate.citations.empty()) {
    append_chunk(out, candidate.index, {}, [&](JsonWriter& writer) {
      writer.Key("annotations");
      put_annotations(writer, candidate.citations, state.text);
    });
  }
  if (!candidate.finish_reason.empty()) end_candidate(candidate, state, out);
}

void ChatAnswer::feed_piece(const Piece& piece, std::size_t index, CandidateState& state, std::string& out) {
  if (piece.kind == Piece::Kind::ToolCall) {
    if (options_.one_call_only && state.tool_calls > 0) return;
    append_chunk(out, index, {}, [&](JsonWriter& writer) {
      writer.Key("tool_calls");
      writer.StartArray();
      writer.StartObject();
      writer.Key("index");
      writer.Uint64(state.tool_calls);
      put_tool_call(writer, piece, index, state.tool_calls);
      writer.EndObject();
      writer.EndArray();
    });
    ++state.tool_calls;
    return;
  }
  const std::string text = text_of_piece(piece);
  const bool is_thought = piece.kind == Piece::Kind::Thought && !piece.text.empty();
  const bool is_sound = !options_.audio_format.empty() && piece.mime_type.starts_with("audio/");
  if (text.empty() && !is_thought && !is_sound && piece.signature.empty()) return;
  state.text += text;
  append_chunk(out, index, {}, [&](JsonWriter& writer) {
    if (!text.empty()) put_text(writer, "content", text);
    if (is_thought) put_text(writer, "reasoning_content", piece.text);
    if (is_sound)
      put_audio(writer, "audio_" + context_.id, context_.created_unix, options_.audio_format,
                std::string(piece.data), {});
    if (!piece.signature.empty()) put_extra_content(writer, piece.signature);
  });
}

void ChatAnswer::end_candidate(const Candidate& candidate, CandidateState& state, std::string& out) {
  const Ending ending = ending_of(candidate.finish_reason, state.tool_calls > 0);
  if (ending == Ending::Filtered && state.text.empty()) {
    append_chunk(out, candidate.index, {}, [&](JsonWriter& writer) {
      put_text(writer, "refusal",
               refusal_text("The answer", candidate.finish_reason, candidate.finish_message));
    });
  }
  append_chunk(out, candidate.index, finish_reason_of(ending), [](JsonWriter&) {});
  state.finished = true;
}

ChatAnswer::CandidateState& ChatAnswer::open(std::size_t index, std::string& out) {
  if (candidates_.size() <= index) candidates_.resize(index + 1);
  CandidateState& state = candidates_[index];
  if (!state.role_sent) {
    append_chunk(out, index, {}, [](JsonWriter& writer) {
      put_text(writer, "role", "assistant");
      put_text(writer, "content", "");
      writer.Key("refusal");
      writer.Null();
    });
  }
  state.role_sent = true;
  return state;
}

void ChatAnswer::refuse(std::string_view reason, std::string_view message, std::string& out) {
  CandidateState& state = open(0, out);
  if (state.finished) return;
  append_chunk(out, 0, {}, [&](JsonWriter& writer) {
    put_text(writer, "refusal", refusal_text("The prompt", reason, message));
  });
  append_chunk(out, 0, "content_filter", [](JsonWriter&) {});
  state.finished = true;
}

std::string ChatAnswer::finish() {
  std::string out;
  if (candidates_.empty()) open(0, out);
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    CandidateState& state = candidates_[i];
    if (state.finished || !state.role_sent) continue;
    append_chunk(out, i, finish_reason_of(ending_of({}, state.tool_calls > 0)), [](JsonWriter&) {});
    state.finished = true;
  }
  if (options_.include_usage) {
    append_event(
        out, [](JsonWriter&) {},
        [this](JsonWriter& writer) {
          writer.Key("usage");
          put_usage(writer, usage_.value_or(Usage{}));
        });
  }
  return out + "data: [DONE]\n\n";
}

}  // namespace geminate::translate
