#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "backend/translate/token_cost.h"

namespace geminate::translate {

/// One element of a Gemini request's "contents".
struct OutlineTurn {
  /// Where its object stands in the body.
  std::size_t begin = 0;
  std::size_t end = 0;
  TokenCost cost;
};

/// What a generateContent body holds, as far as it matters for leaving out its oldest turns.
struct PromptOutline {
  std::vector<OutlineTurn> turns;
  /// The system instruction and the tools.
  TokenCost rest;
  /// Turns with which the conversation may begin instead of its first one, by rising place: turns of the
  /// user's own, none later than the user's last one, none between a function's call and its answer.
  std::vector<std::uint32_t> starts;
  /// Google counts that as well, and nobody here knows how long it is.
  bool names_cached_content = false;
};

/// Reads a body in proto's JSON, in lowerCamelCase and in snake_case alike; nothing for what is no JSON,
/// nested too deeply, or not shaped as a generateContent request. Pure. One pass; memory as the number of
/// turns and function calls, and the longest text.
///
/// The wire's shape: ai.google.dev/api/generate-content (GenerateContentRequest, Content, Part,
/// FunctionResponse). Gemini wants a conversation to begin with the user, and each functionCall to be
/// followed by its functionResponse.
std::optional<PromptOutline> read_outline(std::string_view body);

}  // namespace geminate::translate
