#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backend/translate/conversation.h"
#include "backend/translate/translate.h"

namespace geminate::translate {

/// A chat-completions request. Holds views: the JSON must outlive it.
struct ChatRequest {
  Conversation conversation;
  std::optional<std::int64_t> max_tokens;
  std::optional<std::int64_t> max_completion_tokens;
  bool stream = false;
  bool include_usage = false;
  /// parallel_tool_calls is false: of several calls the answer keeps the first.
  bool one_call_only = false;
  /// "pcm16" or "wav" where the answer is to be spoken.
  std::string_view audio_format;
  std::string_view reasoning_effort;
  std::string_view cache_key;
};

/// BadRequest or UnsupportedField, naming the field as OpenAI does ("messages[0].content[1].type").
Result<ChatRequest> read_chat_request(const Json& root);

/// Parts of read_chat_request: the fields `messages`, `tools`, `tool_choice`, `response_format`, and Google's
/// own fields (`extra_body.google`).
Status read_messages(const Json& messages, Conversation& conversation, GenerationConfig& config);
Status read_tools(const char* field, const Json& tools, ChatRequest& request);
Status read_tool_choice(const char* field, const Json& choice, ChatRequest& request);
Status read_response_format(const char* field, const Json& format, ChatRequest& request);
Status read_google_fields(const std::string& path, const Json& fields, ChatRequest& request);

/// Of two wishes about the pictures' detail the higher counts: Gemini has one for a request.
Status read_image_detail(const std::string& path, const Json& value, GenerationConfig& config);
/// `extra_content.google.thought_signature`, where Google's own compatible route carries signatures; empty if
/// it isn't there.
Result<std::string_view> read_signature(const std::string& path, const Json& holder);
/// A tool's result as Gemini's `response`: a JSON object as it is, anything else below "output".
std::string result_object(std::string_view text, const char* name = "output");
/// The text of an object that a call's arguments are; BadRequest if it is none. An empty one means {}.
Result<std::string> arguments_object(const std::string& path, std::string_view text);
/// BadRequest for what cannot be a function's name.
Status check_function_name(const std::string& path, std::string_view name);
/// Once everything is read: a choice that names what isn't declared is a BadRequest at `field`, and one that
/// Gemini has no word for becomes fewer declarations.
Status settle_tool_choice(const std::string& field, Conversation& conversation);

}  // namespace geminate::translate
