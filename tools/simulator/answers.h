#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tools/simulator/behaviour.h"
#include "tools/simulator/models.h"
#include "tools/simulator/reply.h"

namespace geminate::simulator {

/// What the simulator understood of a generateContent request.
struct Prompt {
  /// The last text of the user: the answer repeats it, so that an answer tells whose it is.
  std::string last_text;
  std::int64_t tokens = 0;
  std::int64_t image_tokens = 0;
  std::optional<std::int64_t> max_tokens;
  std::int64_t candidates = 1;
  bool include_thoughts = false;
  bool wants_json = false;
  std::vector<std::string> stops;
};

/// The refusal that Google would send for a malformed body is in `refusal`, else `prompt` counts.
struct ReadPrompt {
  Prompt prompt;
  std::optional<Reply> refusal;
};

/// Pure: the same request gets the same answer.
ReadPrompt read_prompt(std::string_view body);

/// About four characters a token, as a rule of thumb.
std::int64_t tokens_of(std::string_view text);

Reply generate_reply(const Model& model, const Prompt& prompt, const Behaviour& behaviour);
/// `sse`: events; else Google's JSON array that arrives element by element.
Reply stream_reply(const Model& model, const Prompt& prompt, const Behaviour& behaviour, bool sse);
Reply count_tokens_reply(std::string_view body);
Reply embed_reply(std::string_view body, bool batch);

/// The answer's text: "Simulated answer to: …", or JSON when that was asked for.
std::string answer_text(const Prompt& prompt);

}  // namespace geminate::simulator
