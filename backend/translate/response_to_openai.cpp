#include "backend/translate/openai_answer.h"

namespace geminate::translate {
namespace {

void put_text_or_null(JsonWriter& writer, const char* name, std::string_view text, bool null) {
  writer.Key(name);
  if (null) {
    writer.Null();
  } else {
    put_text(writer, text);
  }
}

}  // namespace

struct ChatAnswer::Message {
  std::string text;
  std::string reasoning;
  /// Of the text.
  std::string_view signature;
  std::string audio;
  std::vector<const Piece*> calls;
};

ChatAnswer::Message ChatAnswer::message_of(const Candidate& candidate) {
  Message message;
  for (const Piece& piece : candidate.pieces) {
    if (piece.kind == Piece::Kind::ToolCall) {
      if (message.calls.empty() || !options_.one_call_only) message.calls.push_back(&piece);
      continue;
    }
    if (piece.kind == Piece::Kind::Thought) message.reasoning += piece.text;
    if (piece.kind == Piece::Kind::Media && piece.mime_type.starts_with("audio/"))
      message.audio += piece.data;
    message.text += text_of_piece(piece);
    if (!piece.signature.empty()) message.signature = piece.signature;
  }
  return message;
}

void ChatAnswer::put_choice(JsonWriter& writer, const Candidate& candidate, std::string_view blocked) {
  const Message message = message_of(candidate);
  Ending ending = ending_of(candidate.finish_reason, !message.calls.empty());
  std::string refusal(blocked);
  if (!blocked.empty()) ending = Ending::Filtered;
  if (blocked.empty() && ending == Ending::Filtered && message.text.empty())
    refusal = refusal_text("The answer", candidate.finish_reason, candidate.finish_message);
  writer.StartObject();
  writer.Key("index");
  writer.Uint64(candidate.index);
  writer.Key("message");
  writer.StartObject();
  put_text(writer, "role", "assistant");
  const bool has_other = !refusal.empty() || !message.calls.empty() || !message.audio.empty();
  put_text_or_null(writer, "content", message.text, message.text.empty() && has_other);
  put_text_or_null(writer, "refusal", refusal, refusal.empty());
  if (!message.reasoning.empty()) put_text(writer, "reasoning_content", message.reasoning);
  if (!message.audio.empty() && !options_.audio_format.empty()) {
    constexpr std::int64_t kDay = 24 * 3600;
    put_audio(writer, "audio_" + context_.id, context_.created_unix + kDay, options_.audio_format,
              message.audio, message.text);
  }
  writer.Key("annotations");
  put_annotations(writer, candidate.citations, message.text);
  if (!message.calls.empty()) {
    writer.Key("tool_calls");
    writer.StartArray();
    for (std::size_t i = 0; i < message.calls.size(); ++i) {
      writer.StartObject();
      put_tool_call(writer, *message.calls[i], candidate.index, i);
      writer.EndObject();
    }
    writer.EndArray();
  }
  if (!message.signature.empty()) put_extra_content(writer, message.signature);
  writer.EndObject();
  writer.Key("logprobs");
  if (candidate.logprobs.empty()) {
    writer.Null();
  } else {
    put_logprobs(writer, candidate.logprobs);
  }
  put_text(writer, "finish_reason", finish_reason_of(ending));
  writer.EndObject();
}

void ChatAnswer::put_choices(JsonWriter& writer, const GeminiAnswer& answer) {
  writer.Key("choices");
  writer.StartArray();
  for (const Candidate& candidate : answer.candidates) put_choice(writer, candidate, {});
  if (answer.candidates.empty()) {
    const bool blocked = !answer.block_reason.empty();
    put_choice(
        writer, {},
        blocked ? refusal_text("The prompt", answer.block_reason, answer.block_message) : std::string());
  }
  writer.EndArray();
}

Result<std::string> ChatAnswer::whole(std::string_view gemini_body) {
  JsonDocument root;
  GEMINATE_TRY(const GeminiAnswer answer, read_gemini_answer(gemini_body, "Gemini's answer", root));
  usage_ = answer.usage;
  rapidjson::StringBuffer buffer;
  JsonWriter writer(buffer);
  writer.StartObject();
  put_opening(writer, "chat.completion");
  put_choices(writer, answer);
  if (answer.usage) {
    writer.Key("usage");
    put_usage(writer, *answer.usage);
  }
  writer.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize());
}

}  // namespace geminate::translate
