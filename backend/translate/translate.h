#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/core/result.h"

namespace geminate::translate {

/// What a chat-completions request becomes. No clock, no log, no I/O in this folder.
struct GeminiCall {
  /// Without "models/".
  std::string model;
  std::string body;
  bool stream = false;
  /// stream_options.include_usage
  bool include_usage = false;
  /// A guess of the tokens it will cost, for the reservation.
  std::int64_t estimated_tokens = 0;
};

/// Tokens as Gemini counts them (`usageMetadata`).
struct Usage {
  std::int64_t prompt = 0;
  std::int64_t cached = 0;
  std::int64_t candidates = 0;
  std::int64_t thoughts = 0;
  std::int64_t tool_prompt = 0;
  std::int64_t total = 0;
};

/// Facts of an answer that the translation itself cannot know.
struct AnswerContext {
  /// "chatcmpl-…"
  std::string id;
  std::int64_t created_unix = 0;
  /// As the client named it.
  std::string model;
  bool include_usage = false;
};

/// An OpenAI chat-completions body as a generateContent call. BadRequest or UnsupportedField, naming the
/// field, for what is malformed or isn't translated; nothing is silently dropped.
Result<GeminiCall> to_gemini(std::string_view openai_body);

struct OpenaiAnswer {
  std::string body;
  std::optional<Usage> usage;
};

/// A whole generateContent answer as a chat.completion.
Result<OpenaiAnswer> to_openai(std::string_view gemini_body, const AnswerContext& context);

/// A stream of Gemini events as chat.completion.chunk events. `feed` takes the data of one upstream event (a
/// JSON object) and returns the bytes to send ("data: {…}\n\n", none or several).
class StreamToOpenai {
 public:
  explicit StreamToOpenai(AnswerContext context) : context_(std::move(context)) {}

  /// An error when the event isn't JSON or carries an error object (its message then, in `message`).
  Result<std::string> feed(std::string_view event_data);
  /// What closes the stream: missing finish chunks, the usage chunk if it was asked for, "data: [DONE]\n\n".
  std::string finish();
  [[nodiscard]] const std::optional<Usage>& usage() const { return usage_; }

 private:
  struct CandidateState {
    bool role_sent = false;
    bool finished = false;
    bool has_content = false;
    std::int32_t tool_calls = 0;
  };
  /// The candidate's state; its role goes out first.
  CandidateState& open(std::size_t index, std::string& out);
  void refuse(std::string_view reason, std::string_view message, std::string& out);

  AnswerContext context_;
  std::optional<Usage> usage_;
  std::vector<CandidateState> candidates_;
};

/// Gemini's GET /v1beta/models as OpenAI's model list, and one model of it.
Result<std::string> models_to_openai(std::string_view gemini_models, std::int64_t created_unix);
Result<std::string> model_to_openai(std::string_view gemini_model, std::int64_t created_unix);

/// Each dialect's error body for an Error of ours.
std::string openai_error_body(const Error& error);
std::string gemini_error_body(const Error& error);
std::string anthropic_error_body(const Error& error);
std::string management_error_body(const Error& error);

/// The usage in a `usageMetadata` object's JSON text.
std::optional<Usage> read_usage(std::string_view usage_metadata_json);

}  // namespace geminate::translate
