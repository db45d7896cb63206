#include "backend/translate/openai_answer.h"

#include <algorithm>

#include "backend/crypto/encoding.h"

namespace geminate::translate {
namespace {

constexpr std::uint32_t kSamplesPerSecond = 24'000;

void put_chance(JsonWriter& writer, const TokenChance& chance) {
  put_text(writer, "token", chance.token);
  writer.Key("logprob");
  writer.Double(chance.logprob);
  writer.Key("bytes");
  writer.StartArray();
  for (const char c : chance.token) writer.Uint(static_cast<unsigned char>(c));
  writer.EndArray();
}

void put_count(JsonWriter& writer, const char* name, std::int64_t count) {
  writer.Key(name);
  writer.Int64(count);
}

void append_number(std::string& out, std::uint32_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i) & 0xff);
}

/// RIFF's head for one channel of 16 bits.
std::string wav_of(const std::string& samples) {
  const auto length = static_cast<std::uint32_t>(samples.size());
  std::string wav = "RIFF";
  append_number(wav, length + 36, 4);
  wav += "WAVEfmt ";
  append_number(wav, 16, 4);
  append_number(wav, 1, 2);
  append_number(wav, 1, 2);
  append_number(wav, kSamplesPerSecond, 4);
  append_number(wav, kSamplesPerSecond * 2, 4);
  append_number(wav, 2, 2);
  append_number(wav, 16, 2);
  wav += "data";
  append_number(wav, length, 4);
  return wav + samples;
}

/// One annotation a passage; where Gemini counts bytes, OpenAI counts characters.
void put_annotation(JsonWriter& writer, const Citation& citation, std::string_view text) {
  writer.StartObject();
  put_text(writer, "type", "url_citation");
  writer.Key("url_citation");
  writer.StartObject();
  put_count(writer, "start_index",
            static_cast<std::int64_t>(characters_in(text, citation.begin.value_or(0))));
  put_count(writer, "end_index",
            static_cast<std::int64_t>(characters_in(text, citation.end.value_or(text.size()))));
  put_text(writer, "url", citation.uri);
  put_text(writer, "title", citation.title);
  writer.EndObject();
  writer.EndObject();
}

}  // namespace

std::string_view finish_reason_of(Ending ending) {
  switch (ending) {
    case Ending::Length:
      return "length";
    case Ending::Filtered:
      return "content_filter";
    case Ending::ToolCalls:
      return "tool_calls";
    case Ending::Stop:
      break;
  }
  return "stop";
}

void put_usage(JsonWriter& writer, const Usage& usage) {
  writer.StartObject();
  put_count(writer, "prompt_tokens", usage.prompt + usage.tool_prompt);
  put_count(writer, "completion_tokens", usage.candidates + usage.thoughts);
  put_count(writer, "total_tokens", usage.total);
  writer.Key("prompt_tokens_details");
  writer.StartObject();
  put_count(writer, "cached_tokens", usage.cached);
  put_count(writer, "audio_tokens", usage.prompt_audio);
  writer.EndObject();
  writer.Key("completion_tokens_details");
  writer.StartObject();
  put_count(writer, "reasoning_tokens", usage.thoughts);
  put_count(writer, "audio_tokens", usage.candidates_audio);
  put_count(writer, "accepted_prediction_tokens", 0);
  put_count(writer, "rejected_prediction_tokens", 0);
  writer.EndObject();
  writer.EndObject();
}

void put_annotations(JsonWriter& writer, const std::vector<Citation>& citations, std::string_view text) {
  writer.StartArray();
  for (const Citation& citation : citations) put_annotation(writer, citation, text);
  writer.EndArray();
}

void put_token_chances(JsonWriter& writer, const std::vector<TokenChances>& chances) {
  writer.StartArray();
  for (const TokenChances& token : chances) {
    writer.StartObject();
    put_chance(writer, token.chosen);
    writer.Key("top_logprobs");
    writer.StartArray();
    for (const TokenChance& other : token.top) {
      writer.StartObject();
      put_chance(writer, other);
      writer.EndObject();
    }
    writer.EndArray();
    writer.EndObject();
  }
  writer.EndArray();
}

void put_logprobs(JsonWriter& writer, const std::vector<TokenChances>& logprobs) {
  writer.StartObject();
  writer.Key("content");
  put_token_chances(writer, logprobs);
  writer.Key("refusal");
  writer.Null();
  writer.EndObject();
}

void put_extra_content(JsonWriter& writer, std::string_view signature) {
  writer.Key("extra_content");
  writer.StartObject();
  writer.Key("google");
  writer.StartObject();
  put_text(writer, "thought_signature", signature);
  writer.EndObject();
  writer.EndObject();
}

std::string text_of_piece(const Piece& piece) {
  switch (piece.kind) {
    case Piece::Kind::Text:
      return std::string(piece.text);
    case Piece::Kind::Media:
      return piece.mime_type.starts_with("image/") ? image_as_text(piece) : std::string();
    case Piece::Kind::Code:
    case Piece::Kind::CodeResult:
      return code_as_text(piece);
    default:
      return {};
  }
}

void put_audio(JsonWriter& writer, const std::string& id, std::int64_t expires_at, std::string_view format,
               const std::string& base64, std::string_view transcript) {
  writer.Key("audio");
  writer.StartObject();
  put_text(writer, "id", id);
  if (format == "wav") {
    const auto samples = crypto::base64_decode(base64);
    put_text(writer, "data", crypto::base64_encode(wav_of(samples.value_or(std::string()))));
  } else {
    put_text(writer, "data", base64);
  }
  put_count(writer, "expires_at", expires_at);
  put_text(writer, "transcript", transcript);
  writer.EndObject();
}

std::string ChatAnswer::call_id(const Piece& call, std::size_t candidate, std::size_t number) const {
  if (!call.id.empty()) return std::string(call.id);
  return "call_" + context_.id + "_" + std::to_string(candidate) + "_" + std::to_string(number);
}

void ChatAnswer::put_opening(JsonWriter& writer, const char* object) const {
  put_text(writer, "id", "chatcmpl-" + context_.id);
  put_text(writer, "object", object);
  put_count(writer, "created", context_.created_unix);
  put_text(writer, "model", context_.model);
}

void ChatAnswer::put_tool_call(JsonWriter& writer, const Piece& call, std::size_t candidate,
                               std::size_t number) {
  const std::string id = call_id(call, candidate, number);
  put_text(writer, "id", id);
  put_text(writer, "type", "function");
  writer.Key("function");
  writer.StartObject();
  put_text(writer, "name", call.name);
  put_text(writer, "arguments", call.arguments);
  writer.EndObject();
  if (call.signature.empty()) return;
  put_extra_content(writer, call.signature);
  signatures_.push_back({id, std::string(call.signature)});
}

std::string ChatAnswer::error_event(const Error& error) const {
  return "data: " + openai_error_body(error) + "\n\n";
}

}  // namespace geminate::translate
