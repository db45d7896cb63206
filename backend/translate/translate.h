#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/result.h"

namespace geminate::translate {

/// What a request of another dialect becomes. No clock, no log, no I/O in this folder.
struct GeminiCall {
  /// Without "models/".
  std::string model;
  /// Of the model: "generateContent", "streamGenerateContent" …
  std::string_view method = "generateContent";
  std::string body;
  bool stream = false;
  /// A guess of the tokens it will cost, for the reservation.
  std::int64_t estimated_tokens = 0;
  /// The client's own name for conversations that begin alike (prompt_cache_key); empty: none.
  std::string affinity_key;
};

/// Tokens as Gemini counts them (`usageMetadata`).
struct Usage {
  std::int64_t prompt = 0;
  std::int64_t cached = 0;
  std::int64_t candidates = 0;
  std::int64_t thoughts = 0;
  std::int64_t tool_prompt = 0;
  std::int64_t total = 0;
  /// Parts of prompt and candidates.
  std::int64_t prompt_audio = 0;
  std::int64_t candidates_audio = 0;
};

/// What a tool call's thought signature is remembered by.
struct CallSignature {
  std::string call_id;
  /// Base64.
  std::string signature;
};

/// Facts of an answer that the translation itself cannot know.
struct AnswerContext {
  /// Unique and hard to guess; the dialect puts its own prefix before it ("chatcmpl-…").
  std::string id;
  std::int64_t created_unix = 0;
  /// As the client named it.
  std::string model;
};

/// Turns Gemini's answer to one attempt into a dialect's: either `whole` once, or `feed` for each event and
/// then `finish`. What it fails with is UpstreamFailed or RateLimited: the answer is no JSON, or carries an
/// error object (its message then).
class AnswerTranslator {
 public:
  virtual ~AnswerTranslator() = default;
  AnswerTranslator(const AnswerTranslator&) = delete;
  AnswerTranslator& operator=(const AnswerTranslator&) = delete;

  virtual Result<std::string> whole(std::string_view gemini_body) = 0;
  /// Takes the data of one upstream event (a JSON object), returns the bytes to send: none or several events.
  virtual Result<std::string> feed(std::string_view event_data) = 0;
  /// What closes the stream.
  virtual std::string finish() = 0;
  /// What tells the client inside a stream that it failed.
  [[nodiscard]] virtual std::string error_event(const Error& error) const = 0;
  /// What keeps a silent stream alive and means nothing.
  [[nodiscard]] virtual std::string_view keep_alive() const { return ": keep-alive\n\n"; }

  [[nodiscard]] const std::optional<Usage>& usage() const { return usage_; }
  /// Those of the tool calls that were sent, and of texts (text_signatures.h makes their ids).
  [[nodiscard]] const std::vector<CallSignature>& signatures() const { return signatures_; }

 protected:
  AnswerTranslator() = default;
  std::optional<Usage> usage_;
  std::vector<CallSignature> signatures_;
};

/// A request of another dialect, ready to be sent, and what brings its answer back: made anew for each
/// attempt.
struct Translation {
  GeminiCall call;
  std::function<std::unique_ptr<AnswerTranslator>(AnswerContext context)> make_answer;
};

/// Knows signatures by the id of their tool call, for clients that did not send them back; empty for others.
using SignatureOf = std::function<std::string(std::string_view call_id)>;

/// An OpenAI chat-completions body as a generateContent call. BadRequest or UnsupportedField, naming the
/// field, for what is malformed or isn't translated; nothing is silently dropped.
Result<Translation> translate_chat(std::string_view openai_body, const SignatureOf& signature_of);

/// A body of Anthropic's /v1/messages as a generateContent call, and one of /v1/messages/count_tokens as a
/// countTokens call; errors as above.
Result<Translation> translate_messages(std::string_view anthropic_body, const SignatureOf& signature_of);
Result<GeminiCall> translate_count_tokens(std::string_view anthropic_body, const SignatureOf& signature_of);
/// Gemini's answer to countTokens as Anthropic's to count_tokens; UpstreamFailed where it is none.
Result<std::string> token_count_to_anthropic(std::string_view gemini_body);

/// Gemini's GET /v1beta/models as OpenAI's model list, and one model of it.
Result<std::string> models_to_openai(std::string_view gemini_models, std::int64_t created_unix);
Result<std::string> model_to_openai(std::string_view gemini_model, std::int64_t created_unix);

/// Each dialect's error body for an Error of ours.
std::string openai_error_body(const Error& error);
std::string gemini_error_body(const Error& error);
std::string anthropic_error_body(const Error& error);
/// As Anthropic answers with it: the request's id is in the body as well.
std::string anthropic_error_answer(const Error& error, std::string_view request_id);
std::string management_error_body(const Error& error);

/// The usage in a `usageMetadata` object's JSON text.
std::optional<Usage> read_usage(std::string_view usage_metadata_json);

}  // namespace geminate::translate
