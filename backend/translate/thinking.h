#pragma once

#include <optional>
#include <string_view>

#include "backend/translate/conversation.h"

// What differs between Gemini's model families, as told by a model's name.
namespace geminate::translate {

/// Gemini 3 and later refuse a conversation whose tool calls came back without their thought signatures.
bool demands_signatures(std::string_view model);

/// OpenAI's reasoning_effort as Google's own compatible route reads it
/// (https://ai.google.dev/gemini-api/docs/openai#thinking): a level for Gemini 3, a budget before. Nothing
/// for a word that is no effort.
std::optional<Thinking> thinking_of_effort(std::string_view model, std::string_view effort);

/// Anthropic's thinking.budget_tokens: as it is for models that take a budget, else the level next to it.
Thinking thinking_of_budget(std::string_view model, std::int64_t budget);

/// As little thinking as the model allows.
Thinking least_thinking(std::string_view model);

}  // namespace geminate::translate
