#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/translate/json_reading.h"
#include "backend/translate/translate.h"

// How a piece of Gemini's answer reads; shared by the whole answer and the stream.
namespace geminate::translate {

struct ToolCall {
  std::string id;
  std::string_view name;
  /// A JSON object's text.
  std::string arguments;
};

/// One candidate of an answer or of a stream's event. Views into the parsed JSON.
struct Candidate {
  std::size_t index = 0;
  /// All that the reader should see; thoughts are not part of it.
  std::string text;
  std::vector<ToolCall> tool_calls;
  /// Gemini's finishReason; empty while the candidate goes on.
  std::string_view finish_reason;
  std::string_view finish_message;
};

/// A whole answer, or one event of a stream.
struct GeminiAnswer {
  std::vector<Candidate> candidates;
  std::optional<Usage> usage;
  /// promptFeedback.blockReason: the prompt was refused.
  std::string_view block_reason;
  std::string_view block_message;
};

/// UpstreamFailed (or RateLimited) with upstream's own message when the text carries an error object;
/// UpstreamFailed when it is no JSON, and then `what` begins the message. `root` takes the parsed text and
/// has to outlive the answer.
Result<GeminiAnswer> read_gemini_answer(std::string_view text, const char* what, JsonDocument& root);

/// OpenAI's finish_reason for Gemini's.
std::string_view finish_reason_of(std::string_view gemini_reason, bool called_tools);
/// Why there is no answer, for people.
std::string refusal_text(const char* what, std::string_view reason, std::string_view message);

/// The members of a chat completion or of one of its chunks (`object` says which) before its choices.
void put_opening(JsonWriter& writer, const char* object, const AnswerContext& context);
/// The members of one of the candidate's calls, whose `number` counts from 0; the id is made up where Gemini
/// gave none.
void put_tool_call(JsonWriter& writer, const ToolCall& call, const AnswerContext& context,
                   std::size_t candidate, std::size_t number);

Usage usage_of(const Json& metadata);
/// The value of "usage".
void put_usage(JsonWriter& writer, const Usage& usage);

}  // namespace geminate::translate
