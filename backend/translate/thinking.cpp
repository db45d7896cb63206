#include "backend/translate/thinking.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace geminate::translate {
namespace {

/// The number after "gemini-"; 0 for other names, among them "gemini-pro-latest".
int generation_of(std::string_view model) {
  constexpr std::string_view kFamily = "gemini-";
  if (model.substr(0, kFamily.size()) != kFamily) return 0;
  model.remove_prefix(kFamily.size());
  int number = 0;
  for (const char c : model) {
    if (c < '0' || c > '9' || number > 99) break;
    number = number * 10 + (c - '0');
  }
  return number;
}

bool has_word(std::string_view model, std::string_view word) {
  return model.find(word) != std::string_view::npos;
}

bool takes_level(std::string_view model) {
  // The names without a number lead to the newest models.
  return generation_of(model) >= 3 || model == "gemini-pro-latest" || model == "gemini-flash-latest" ||
         model == "gemini-flash-lite-latest";
}

/// The Pro models know fewer levels than the others.
std::string_view level_of(std::string_view model, std::string_view level) {
  const bool is_pro = has_word(model, "-pro");
  if (level == "minimal" && is_pro) return "low";
  // Of the Pro models the first of Gemini 3 has two levels alone.
  if (level == "medium" && has_word(model, "gemini-3-pro")) return "high";
  return level;
}

struct Effort {
  std::string_view name;
  std::string_view level;
  std::int64_t budget;
};

constexpr std::int64_t kMostBudget = 24'576;
constexpr std::array<Effort, 6> kEfforts{{{"none", "minimal", 0},
                                          {"minimal", "minimal", 1024},
                                          {"low", "low", 1024},
                                          {"medium", "medium", 8192},
                                          {"high", "high", kMostBudget},
                                          {"xhigh", "high", kMostBudget}}};

/// 2.5 Pro always thinks.
constexpr std::int64_t kLeastOfPro = 128;

}  // namespace

bool demands_signatures(std::string_view model) { return takes_level(model); }

std::optional<Thinking> thinking_of_effort(std::string_view model, std::string_view effort) {
  const auto* known = std::find_if(kEfforts.begin(), kEfforts.end(),
                                   [effort](const Effort& one) { return one.name == effort; });
  if (known == kEfforts.end()) return std::nullopt;
  if (effort == "none") return least_thinking(model);
  Thinking thinking;
  if (takes_level(model)) {
    thinking.level = level_of(model, known->level);
  } else {
    thinking.budget = known->budget;
  }
  thinking.include_thoughts = true;
  return thinking;
}

Thinking least_thinking(std::string_view model) {
  Thinking thinking;
  if (takes_level(model)) {
    thinking.level = level_of(model, "minimal");
  } else {
    thinking.budget = has_word(model, "-pro") ? kLeastOfPro : 0;
  }
  return thinking;
}

Thinking thinking_of_budget(std::string_view model, std::int64_t budget) {
  Thinking thinking;
  if (takes_level(model)) {
    const std::string_view level = budget <= 1024 ? "low" : budget <= 8192 ? "medium" : "high";
    thinking.level = level_of(model, level);
  } else {
    thinking.budget = std::min(budget, kMostBudget);
  }
  thinking.include_thoughts = true;
  return thinking;
}

}  // namespace geminate::translate
