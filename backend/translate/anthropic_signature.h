#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shared/core/result.h"

namespace geminate::translate {

/// What the `signature` of a thinking block says. Anthropic's clients carry it without looking inside, so it
/// is where Gemini's thoughtSignature travels: marked as ours, since a conversation may hold signatures of
/// real Claude models as well, which Gemini must never get.
struct ThinkingSignature {
  enum class Belongs : std::uint8_t {
    /// Not ours: nothing to send.
    Foreign,
    /// Ours, without a signature of Gemini's.
    ToNothing,
    /// To the thought itself.
    ToThought,
    /// To the part that follows: a text or a tool's call.
    ToNext
  };
  Belongs belongs = Belongs::Foreign;
  /// Base64.
  std::string_view signature;
};

std::string thinking_signature_text(const ThinkingSignature& signature);
/// BadRequest at `path` for one of ours that has been damaged.
Result<ThinkingSignature> read_thinking_signature(const std::string& path, std::string_view text);

}  // namespace geminate::translate
