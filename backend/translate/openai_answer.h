#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backend/translate/gemini_answer.h"
#include "backend/translate/translate.h"

namespace geminate::translate {

/// What the request said about its answer.
struct ChatAnswerOptions {
  bool include_usage = false;
  bool one_call_only = false;
  /// "pcm16" or "wav"; empty: nothing is spoken.
  std::string audio_format;
};

/// Chat completions: a chat.completion, or chat.completion.chunk events.
class ChatAnswer final : public AnswerTranslator {
 public:
  ChatAnswer(AnswerContext context, ChatAnswerOptions options)
      : context_(std::move(context)), options_(std::move(options)) {}

  Result<std::string> whole(std::string_view gemini_body) override;
  Result<std::string> feed(std::string_view event_data) override;
  std::string finish() override;
  [[nodiscard]] std::string error_event(const Error& error) const override;

 private:
  struct CandidateState {
    bool role_sent = false;
    bool finished = false;
    std::size_t tool_calls = 0;
    /// What has been sent, for the places of citations.
    std::string text;
  };
  /// What is put into the message of one candidate, whole.
  struct Message;

  /// The candidate's state; its role goes out first.
  CandidateState& open(std::size_t index, std::string& out);
  void feed_candidate(const Candidate& candidate, std::string& out);
  void feed_piece(const Piece& piece, std::size_t index, CandidateState& state, std::string& out);
  void end_candidate(const Candidate& candidate, CandidateState& state, std::string& out);
  void refuse(std::string_view reason, std::string_view message, std::string& out);
  Message message_of(const Candidate& candidate);
  void put_choice(JsonWriter& writer, const Candidate& candidate, std::string_view blocked);
  void put_choices(JsonWriter& writer, const GeminiAnswer& answer);
  /// The members of a call, whose `number` counts from 0; the id is made up where Gemini gave none.
  void put_tool_call(JsonWriter& writer, const Piece& call, std::size_t candidate, std::size_t number);
  /// The members of a chat completion or of one of its chunks (`object` says which) before its choices.
  void put_opening(JsonWriter& writer, const char* object) const;
  [[nodiscard]] std::string call_id(const Piece& call, std::size_t candidate, std::size_t number) const;
  /// One event: `put_choices(writer)` writes its choices, `put_rest(writer)` what follows them.
  template <class PutChoices, class PutRest>
  void append_event(std::string& out, PutChoices put_choices, PutRest put_rest) const;
  /// One event with one choice, whose delta `put_delta(writer)` fills.
  template <class PutDelta>
  void append_chunk(std::string& out, std::size_t index, std::string_view finish, PutDelta put_delta,
                    const std::vector<TokenChances>* logprobs = nullptr) const;

  AnswerContext context_;
  ChatAnswerOptions options_;
  std::vector<CandidateState> candidates_;
};

// Pieces that a whole answer and a chunk have in common; each writes one value.
std::string_view finish_reason_of(Ending ending);
void put_usage(JsonWriter& writer, const Usage& usage);
void put_annotations(JsonWriter& writer, const std::vector<Citation>& citations, std::string_view text);
void put_logprobs(JsonWriter& writer, const std::vector<TokenChances>& logprobs);
/// The list inside.
void put_token_chances(JsonWriter& writer, const std::vector<TokenChances>& chances);
/// {"google":{"thought_signature":…}}, as Google's own compatible route has it.
void put_extra_content(JsonWriter& writer, std::string_view signature);
/// What a piece adds to the message's text: text, and Markdown for pictures and programs.
std::string text_of_piece(const Piece& piece);
/// A message's `audio` object; `pieces` are Gemini's (24,000 samples a second, 16 bits, one channel).
void put_audio(JsonWriter& writer, const std::string& id, std::int64_t expires_at, std::string_view format,
               const std::string& base64, std::string_view transcript);

}  // namespace geminate::translate
