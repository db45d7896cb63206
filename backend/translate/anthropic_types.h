#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "backend/translate/conversation.h"
#include "backend/translate/request_fields.h"

// Requests of Anthropic's Messages API (https://docs.anthropic.com/en/api/messages). Paths in errors are
// written as Anthropic writes them: "messages.0.content.1.type".
namespace geminate::translate {

/// A request of /v1/messages or /v1/messages/count_tokens. Holds views: the JSON must outlive it.
struct MessagesRequest {
  enum class ThinkingMode : std::uint8_t { Unset, Disabled, Enabled, Adaptive };

  Conversation conversation;
  bool stream = false;
  /// tool_choice.disable_parallel_tool_use: of several calls the answer keeps the first.
  bool one_call_only = false;
  ThinkingMode thinking = ThinkingMode::Unset;
  std::int64_t thinking_budget = 0;
  /// thinking.display is "omitted".
  bool hides_thoughts = false;
  /// As Gemini's effort words have it; empty: none is named.
  std::string_view effort;
  /// The names of the tools that Google runs.
  std::vector<std::string_view> hosted_names;
  /// Declared tools that the conversation has taken away again.
  std::vector<std::string_view> removed_tools;

  [[nodiscard]] bool thinks() const {
    return thinking == ThinkingMode::Enabled || thinking == ThinkingMode::Adaptive;
  }
  /// Whether the answer has thinking blocks.
  [[nodiscard]] bool shows_thoughts() const { return thinks() && !hides_thoughts; }
};

/// BadRequest or UnsupportedField, naming the field. `needs_limit`: max_tokens must be there.
Result<MessagesRequest> read_messages_request(const Json& root, bool needs_limit);

// Parts of read_messages_request: the fields `messages`, `system`, `tools` and `tool_choice`.
Status read_anthropic_messages(const Json& messages, MessagesRequest& request);
Status read_anthropic_system(const char* field, const Json& system, MessagesRequest& request);
Status read_anthropic_tools(const char* field, const Json& tools, MessagesRequest& request);
Status read_anthropic_tool_choice(const char* field, const Json& choice, MessagesRequest& request);

/// A content block's place, and whether its conversation may be added to.
struct Block {
  const Json& json;
  std::string path;
  Conversation& conversation;

  [[nodiscard]] std::string at(const char* name) const { return path + "." + name; }
};

/// What a block adds to what is said: none or several parts.
using Parts = std::vector<Part>;
Result<Parts> read_text_block(const Block& block);
Result<Parts> read_image_block(const Block& block);
Result<Parts> read_document_block(const Block& block);
Result<Parts> read_search_result_block(const Block& block);
Result<Parts> read_container_upload_block(const Block& block);

/// Tools that Anthropic (or its MCP connector) ran earlier in the conversation: told in words, or as Gemini's
/// own code parts where it was Gemini that ran the program.
Result<Parts> read_server_call(const Block& block);
Result<Parts> read_server_result(const Block& block);

}  // namespace geminate::translate
