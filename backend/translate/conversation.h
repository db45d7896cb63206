#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/translate/json_reading.h"
#include "backend/translate/translate.h"

// What a request of any dialect says, before it is written as Gemini's. Views into the parsed request or into
// `Conversation::kept`: both must outlive it.
namespace geminate::translate {

/// One piece of a turn.
struct Part {
  enum class Kind : std::uint8_t { Text, Thought, Inline, File, ToolCall, ToolResult, Code, CodeResult };
  Kind kind = Kind::Text;
  /// Text, Thought, Code, CodeResult.
  std::string_view text;
  /// Inline, File; a File may have none.
  std::string_view mime_type;
  /// Inline: checked base64. File: its URI.
  std::string_view data;
  /// ToolCall, ToolResult.
  std::string_view id;
  std::string_view name;
  /// ToolCall: the arguments; ToolResult: the result. A JSON object's text.
  std::string_view json;
  /// Gemini's thoughtSignature, base64.
  std::string_view signature;
  /// What a tool's result shows besides: Inline and File.
  std::vector<Part> media;

  static Part of_text(std::string_view text) {
    Part part;
    part.text = text;
    return part;
  }
  [[nodiscard]] bool is_media() const { return kind == Kind::Inline || kind == Kind::File; }
};

/// Neighbouring messages of one role are one turn: Gemini wants the roles to alternate.
struct Turn {
  bool of_model = false;
  std::vector<Part> parts;
  /// Where in the request it began, for errors ("messages[3]").
  std::string path;
};

struct ToolDeclaration {
  std::string_view name;
  std::string_view description;
  /// JSON Schema as Gemini takes it (schema_to_gemini); empty: no parameters.
  std::string parameters;
};

/// Gemini's own tools.
struct HostedTools {
  bool web_search = false;
  bool code_execution = false;
  bool url_context = false;
  [[nodiscard]] bool any() const { return web_search || code_execution || url_context; }
};

struct ToolChoice {
  /// Unset: the request says nothing.
  enum class Mode : std::uint8_t { Unset, None, Auto, Any };
  Mode mode = Mode::Unset;
  /// Empty: all that are declared.
  std::vector<std::string_view> allowed;
};

/// generationConfig.thinkingConfig. Budget in tokens; -1 lets the model decide.
struct Thinking {
  std::optional<std::int64_t> budget;
  std::string_view level;
  std::optional<bool> include_thoughts;
  [[nodiscard]] bool says_something() const { return budget || !level.empty() || include_thoughts; }
};

/// generationConfig; what is not set is not sent.
struct GenerationConfig {
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<std::int64_t> top_k;
  std::optional<double> presence_penalty;
  std::optional<double> frequency_penalty;
  std::optional<std::int64_t> max_tokens;
  std::optional<std::int64_t> seed;
  std::int64_t candidates = 1;
  std::vector<std::string_view> stops;
  bool json_answer = false;
  /// JSON Schema as Gemini takes it; empty: none.
  std::string schema;
  bool logprobs = false;
  std::optional<std::int64_t> top_logprobs;
  /// "TEXT", "IMAGE", "AUDIO".
  std::vector<std::string_view> modalities;
  std::string_view voice;
  Thinking thinking;
  /// "low" or "high"; empty: the model decides.
  std::string_view image_detail;
};

struct Conversation {
  /// Without "models/".
  std::string model;
  /// Texts only.
  std::vector<std::string_view> system;
  std::vector<Turn> turns;
  std::vector<ToolDeclaration> tools;
  HostedTools hosted;
  ToolChoice choice;
  GenerationConfig config;
  /// Values to be sent as they are; empty: none.
  std::string_view safety_settings;
  std::string_view cached_content;
  /// Names of the tools called so far, by the call's id.
  std::map<std::string, std::string_view, std::less<>> calls;
  /// Texts that the request itself does not hold.
  std::deque<std::string> kept;

  std::string_view keep(std::string text) { return kept.emplace_back(std::move(text)); }
  /// Adds to the last turn, or begins another where the role changes.
  void add(bool of_model, Part part, std::string_view path);
};

/// BadRequest where a call has no result or a result no call. Puts results in the order of their calls, as
/// Gemini pairs them by place. `call_word` names them to the client: "tool_call_id".
Status pair_tool_results(Conversation& conversation, std::string_view call_word);

/// Fills in the signatures that Gemini 3 demands of the first call of each step: from memory, else the
/// documented word that lets a step of another's making pass
/// (https://ai.google.dev/gemini-api/docs/thought-signatures).
void complete_signatures(Conversation& conversation, const SignatureOf& signature_of);

/// The body of generateContent.
std::string gemini_request(const Conversation& conversation);
/// A guess of the tokens that the request will cost, its answer included.
std::int64_t estimated_tokens(const Conversation& conversation);
/// Both, as a call of generateContent or streamGenerateContent.
GeminiCall call_of(const Conversation& conversation, bool stream);
/// The conversation as a call of countTokens.
GeminiCall count_call_of(const Conversation& conversation);

}  // namespace geminate::translate
