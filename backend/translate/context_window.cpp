#include "backend/translate/context_window.h"

#include <algorithm>

namespace geminate::translate {

WindowCut cut_to_window(const PromptOutline& conversation, std::int64_t window, const TokenRatios& ratios) {
  TokenCost cost = conversation.rest;
  for (const OutlineTurn& turn : conversation.turns) cost += turn.cost;
  WindowCut cut;
  cut.before = cut.after = estimated_tokens(cost, ratios);
  for (const std::uint32_t start : conversation.starts) {
    if (cut.after <= window) break;
    while (cut.dropped < start) cost -= conversation.turns[cut.dropped++].cost;
    cut.after = estimated_tokens(cost, ratios);
  }
  cut.fits = cut.after <= window;
  return cut;
}

std::string without_oldest(std::string_view body, const PromptOutline& conversation, std::uint32_t dropped) {
  if (dropped == 0 || dropped >= conversation.turns.size()) return std::string(body);
  const std::size_t from = conversation.turns.front().begin;
  const std::size_t to = conversation.turns[dropped].begin;
  std::string left;
  left.reserve(body.size() - (to - from));
  return left.append(body.substr(0, from)).append(body.substr(to));
}

bool may_exceed(std::string_view body, std::int64_t window, std::int64_t most_ratio) {
  if (static_cast<std::int64_t>(body.size()) > window / (kMostTokensPerByte * most_ratio)) return true;
  // Media cost more than their bytes: inlineData, fileData and their other spellings.
  return body.find("Data\"") != std::string_view::npos || body.find("_data\"") != std::string_view::npos;
}

}  // namespace geminate::translate
