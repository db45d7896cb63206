#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backend/translate/prompt_outline.h"

namespace geminate::translate {

/// How much of a conversation goes on.
struct WindowCut {
  /// So many turns are left out, from the first on.
  std::uint32_t dropped = 0;
  /// Estimates of the whole prompt in tokens, as it came and as it goes on.
  std::int64_t before = 0;
  std::int64_t after = 0;
  /// Whether what goes on fits; if it doesn't, there is nothing more that may be left out.
  bool fits = true;
};

/// Leaves out as few of the oldest turns as are needed to keep the prompt within `window` tokens; where that
/// cannot be done, all that may go (PromptOutline::starts). Pure.
WindowCut cut_to_window(const PromptOutline& conversation, std::int64_t window, const TokenRatios& ratios);

/// The body that the conversation was read from without its first turns; every other byte as it was.
std::string without_oldest(std::string_view body, const PromptOutline& conversation, std::uint32_t dropped);

/// False when the prompt fits for certain, whatever is learnt of its model (up to `most_ratio`): a look at
/// the body's length, and a search for media in what is shorter.
bool may_exceed(std::string_view body, std::int64_t window, std::int64_t most_ratio);

}  // namespace geminate::translate
