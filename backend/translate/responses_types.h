#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backend/translate/conversation.h"
#include "backend/translate/request_fields.h"
#include "backend/translate/responses.h"
#include "backend/translate/responses_answer.h"

// The parts of reading a request to OpenAI's /v1/responses
// (https://platform.openai.com/docs/api-reference/responses/create).
namespace geminate::translate {

/// A request. Holds views: the JSON must outlive it.
struct ResponsesRequest {
  explicit ResponsesRequest(const ResponseLookup& lookup) : kept(lookup) {}

  const ResponseLookup& kept;
  Conversation conversation;
  /// Fields that are read once all others are there.
  const Json* input = nullptr;
  std::string_view instructions;
  std::string_view previous;
  std::string_view effort;
  std::string_view cache_key;
  /// The tool that asks for pictures; empty: none does.
  std::string draws_at;
  /// Set where tool_choice names what may be used.
  std::optional<HostedTools> allowed_hosted;
  bool wants_summary = false;
  bool is_pro = false;
  bool stream = false;
  bool has_stream_options = false;
  bool store = true;
  ResponsesAnswerOptions answer;
  /// The items of the whole conversation, as JSON texts with commas between them.
  std::string items;
  /// Items out of the store, which the conversation's views point into.
  std::deque<JsonDocument> documents;
};

/// What marks a reasoning item's encrypted_content as ours: a thought signature follows.
constexpr std::string_view kOurReasoning = "geminate.";

/// BadRequest or UnsupportedField, naming the field as OpenAI does ("input[0].content[1].type").
Status read_responses_request(const Json& root, ResponsesRequest& request);

// Parts of it.
Status read_responses_input(ResponsesRequest& request);
Status read_responses_tools(const char* field, const Json& tools, ResponsesRequest& request);
Status read_responses_tool_choice(const char* field, const Json& choice, ResponsesRequest& request);
/// Once everything is read.
Status settle_responses_tools(ResponsesRequest& request);
Status read_responses_text(const char* field, const Json& text, ResponsesRequest& request);
/// What an output item carries for a tool: a string, or a list of content parts.
Status read_responses_output(const std::string& path, const Json& output, ResponsesRequest& request,
                             Part& result);
/// A content part of a message or of a tool's output. `of_model`: the assistant's.
Result<Part> read_responses_content(const std::string& path, const Json& part, bool of_model,
                                    ResponsesRequest& request);

/// Fields of the request as the answer repeats them: names and JSON texts.
std::vector<std::pair<std::string, std::string>> responses_echo(const Json& root);

}  // namespace geminate::translate
