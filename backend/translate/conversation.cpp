#include "backend/translate/conversation.h"

#include <algorithm>

#include "backend/translate/thinking.h"

namespace geminate::translate {
namespace {

/// "skip_thought_signature_validator", as bytes are written in JSON.
constexpr std::string_view kSkipValidation = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";

std::vector<std::string_view> ids_of(const Turn& turn, Part::Kind kind) {
  std::vector<std::string_view> ids;
  for (const Part& part : turn.parts) {
    if (part.kind == kind) ids.push_back(part.id);
  }
  return ids;
}

bool holds(const std::vector<std::string_view>& ids, std::string_view id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// The results first, in the order of their calls; the rest follows as it was.
void put_in_order(Turn& turn, const std::vector<std::string_view>& calls) {
  const auto place = [&calls](const Part& part) {
    if (part.kind != Part::Kind::ToolResult) return calls.size();
    return static_cast<std::size_t>(std::find(calls.begin(), calls.end(), part.id) - calls.begin());
  };
  std::stable_sort(turn.parts.begin(), turn.parts.end(),
                   [&place](const Part& left, const Part& right) { return place(left) < place(right); });
}

Status check_results(const Turn* before, const Turn& turn, std::string_view word) {
  const auto calls = before != nullptr && before->of_model ? ids_of(*before, Part::Kind::ToolCall)
                                                           : std::vector<std::string_view>();
  const auto results = ids_of(turn, Part::Kind::ToolResult);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::string quoted = "\"" + std::string(results[i]) + "\"";
    if (!holds(calls, results[i])) {
      return bad_field(turn.path,
                       "answers the tool call " + quoted + ", which the message before did not make");
    }
    if (std::find(results.begin(), results.begin() + static_cast<std::ptrdiff_t>(i), results[i]) !=
        results.begin() + static_cast<std::ptrdiff_t>(i)) {
      return bad_field(turn.path, "answers the tool call " + quoted + " twice");
    }
  }
  for (const std::string_view call : calls) {
    if (holds(results, call)) continue;
    return bad_field(before->path, "makes the tool call \"" + std::string(call) +
                                       "\", and what follows has no result with that " + std::string(word));
  }
  return Status::success();
}

}  // namespace

void Conversation::add(bool of_model, Part part, std::string_view path) {
  if (turns.empty() || turns.back().of_model != of_model) turns.push_back({of_model, {}, std::string(path)});
  if (part.kind == Part::Kind::ToolCall) calls.insert_or_assign(std::string(part.id), part.name);
  turns.back().parts.push_back(std::move(part));
}

Status pair_tool_results(Conversation& conversation, std::string_view call_word) {
  std::vector<Turn>& turns = conversation.turns;
  for (std::size_t i = 0; i < turns.size(); ++i) {
    if (turns[i].of_model) continue;
    const Turn* before = i == 0 ? nullptr : &turns[i - 1];
    GEMINATE_CHECK_OK(check_results(before, turns[i], call_word));
    if (before != nullptr) put_in_order(turns[i], ids_of(*before, Part::Kind::ToolCall));
  }
  if (turns.empty() || !turns.back().of_model) return Status::success();
  return check_results(&turns.back(), Turn{}, call_word);
}

void complete_signatures(Conversation& conversation, const SignatureOf& signature_of) {
  const bool demands = demands_signatures(conversation.model);
  for (Turn& turn : conversation.turns) {
    bool is_first = true;
    for (Part& part : turn.parts) {
      if (part.kind != Part::Kind::ToolCall) continue;
      if (part.signature.empty() && signature_of) {
        if (auto known = signature_of(part.id); !known.empty())
          part.signature = conversation.keep(std::move(known));
      }
      if (part.signature.empty() && is_first && demands) part.signature = kSkipValidation;
      is_first = false;
    }
  }
}

}  // namespace geminate::translate
