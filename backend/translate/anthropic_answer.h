#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "backend/translate/anthropic_blocks.h"
#include "backend/translate/gemini_answer.h"
#include "backend/translate/translate.h"

namespace geminate::translate {

/// Messages: a `message`, or the events from message_start to message_stop
/// (https://docs.anthropic.com/en/docs/build-with-claude/streaming).
class MessagesAnswer final : public AnswerTranslator {
 public:
  MessagesAnswer(AnswerContext context, MessagesAnswerOptions options)
      : context_(std::move(context)), blocks_(options, context_.id) {}

  Result<std::string> whole(std::string_view gemini_body) override;
  Result<std::string> feed(std::string_view event_data) override;
  std::string finish() override;
  [[nodiscard]] std::string error_event(const Error& error) const override;
  [[nodiscard]] std::string_view keep_alive() const override;

 private:
  /// Gemini may be asked for one candidate alone; takes it, or the refusal that stands in its place.
  void take(const GeminiAnswer& answer, BlockSteps& out);
  void take_candidate(const Candidate& candidate, BlockSteps& out);
  void refuse(std::string why, BlockSteps& out);
  /// Ends the last block; nothing is added afterwards.
  void close(BlockSteps& out);
  void keep_signatures();
  [[nodiscard]] std::string_view stop_reason() const;
  /// `stop_reason` and what stands beside it.
  void put_ending(JsonWriter& writer) const;
  /// The members of a message before its content.
  void put_opening(JsonWriter& writer) const;
  /// `usage`, with everything that a whole answer's has.
  void put_full_usage(JsonWriter& writer) const;
  /// The counts that a stream's end repeats.
  void put_counts(JsonWriter& writer) const;
  void append_start(std::string& out) const;
  void append_steps(std::string& out, const BlockSteps& steps) const;

  AnswerContext context_;
  BlockSequence blocks_;
  bool started_ = false;
  bool ended_ = false;
  Ending ending_ = Ending::Stop;
  /// Why there is no answer, or not all of it.
  std::string refusal_;
  std::size_t searches_ = 0;
};

// What a whole answer and a stream have in common; each writes members into an object that is open.
void put_citation(JsonWriter& writer, const BlockStep& step);
/// Of a tool_use: the model itself, not a program of its.
void put_caller(JsonWriter& writer);
void put_code_result(JsonWriter& writer, const BlockStep& step);

}  // namespace geminate::translate
