#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/translate/json_reading.h"

namespace geminate::translate {

/// Text, or an image given inside the request. Views into the parsed request.
struct ChatPart {
  std::string_view text;
  /// Empty for text.
  std::string_view image_type;
  /// Checked base64.
  std::string_view image_base64;
  [[nodiscard]] bool is_image() const { return !image_type.empty(); }
};

/// Neighbouring messages of one role are one turn: Gemini wants the roles to alternate.
struct ChatTurn {
  bool of_model = false;
  std::vector<ChatPart> parts;
};

/// A chat-completions request as far as it is translated. Holds views: the JSON must outlive it.
struct ChatRequest {
  std::string model;
  std::vector<std::string_view> system;
  std::vector<ChatTurn> turns;
  std::vector<std::string_view> stops;
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<double> presence_penalty;
  std::optional<double> frequency_penalty;
  std::optional<std::int64_t> max_tokens;
  std::optional<std::int64_t> max_completion_tokens;
  std::optional<std::int64_t> seed;
  std::int64_t n = 1;
  bool json_answer = false;
  /// response_format's schema, and what it says the answer is for.
  const Json* schema = nullptr;
  std::string_view schema_description;
  /// image_url.detail where it is more than "auto": "low" or "high".
  std::string_view image_detail;
  bool stream = false;
  bool include_usage = false;
};

/// BadRequest or UnsupportedField, naming the field as OpenAI does ("messages[0].content[1].type").
Result<ChatRequest> read_chat_request(const Json& root);

/// Part of read_chat_request: the field `messages`.
Status read_messages(const Json& messages, ChatRequest& request);

}  // namespace geminate::translate
