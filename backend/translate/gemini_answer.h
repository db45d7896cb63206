#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/translate/json_reading.h"
#include "backend/translate/translate.h"

// How a piece of Gemini's answer reads; shared by all dialects, by the whole answer and the stream.
namespace geminate::translate {

/// A part of an answer, in its order. Views into the parsed JSON.
struct Piece {
  enum class Kind : std::uint8_t { Text, Thought, Media, Code, CodeResult, ToolCall };
  Kind kind = Kind::Text;
  /// Text, Thought; the program of Code; what CodeResult put out.
  std::string_view text;
  /// Media: its type and base64.
  std::string_view mime_type;
  std::string_view data;
  /// ToolCall. The id is Gemini's own and may be empty.
  std::string_view id;
  std::string_view name;
  /// ToolCall: a JSON object's text.
  std::string arguments;
  /// CodeResult: "OUTCOME_OK" and the like.
  std::string_view outcome;
  /// Gemini's thoughtSignature; it may stand in a piece that says nothing else.
  std::string_view signature;
};

/// Where a passage of the answer comes from.
struct Citation {
  std::string_view uri;
  std::string_view title;
  /// Bytes of the candidate's text so far; none are given where the whole answer is meant.
  std::optional<std::size_t> begin;
  std::optional<std::size_t> end;
  /// The passage itself, as Gemini repeats it.
  std::string_view text;
};

struct TokenChance {
  std::string_view token;
  double logprob = 0;
};

struct TokenChances {
  TokenChance chosen;
  std::vector<TokenChance> top;
};

/// One candidate of an answer or of a stream's event.
struct Candidate {
  std::size_t index = 0;
  std::vector<Piece> pieces;
  std::vector<Citation> citations;
  /// What Gemini looked for in the web.
  std::vector<std::string_view> searches;
  std::vector<TokenChances> logprobs;
  /// Gemini's finishReason; empty while the candidate goes on.
  std::string_view finish_reason;
  std::string_view finish_message;
  [[nodiscard]] bool calls_tools() const;
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
/// has to outlive the answer. What it does not know it passes over.
Result<GeminiAnswer> read_gemini_answer(std::string_view text, const char* what, JsonDocument& root);

/// What became of a candidate, whatever the dialect calls it.
enum class Ending : std::uint8_t { Stop, Length, Filtered, ToolCalls };
Ending ending_of(std::string_view gemini_reason, bool called_tools);
/// Why there is no answer, for people.
std::string refusal_text(const char* what, std::string_view reason, std::string_view message);
/// A picture in a text: Markdown with a data URI.
std::string image_as_text(const Piece& piece);
/// A program that Gemini ran, or what it put out, as Markdown.
std::string code_as_text(const Piece& piece);
/// Characters (code points) in the first `bytes` of a text in UTF-8.
std::size_t characters_in(std::string_view text, std::size_t bytes);

Usage usage_of(const Json& metadata);

}  // namespace geminate::translate
