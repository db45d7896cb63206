#include "frontend-wasm/app/key_bulk.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "frontend-wasm/app/form_values.h"

namespace geminate::ui {
namespace {

using Value = std::optional<std::string>;

Value limit_value(const std::optional<std::int64_t>& limit) {
  return limit ? Value(std::to_string(*limit)) : std::nullopt;
}

Value tags_value(const std::vector<std::string>& tags) {
  std::string text;
  for (const std::string& tag : tags) text += (text.empty() ? "" : ",") + tag;
  return text.empty() ? std::nullopt : Value(std::move(text));
}

bool has_tag(const std::vector<std::string>& tags, const std::string& tag) {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

/// The server's action, and of one key the value that it has and the one that it is to have.
struct Transition {
  BulkAction action{};
  Value before, after;
};

class Planner {
 public:
  Planner(KeyEdit edit, std::string_view typed) : edit_(edit), tags_(parse_tags(typed)) {
    if (const auto text = parse_text(typed)) text_ = *text;
    if (edit == KeyEdit::SetTokensPerDay || edit == KeyEdit::SetRequestsPerMinute) {
      const auto limit = parse_limit(typed);
      if (!limit) problem_ = {TextId::FieldWholeNumber, {}};
      if (limit) text_ = limit_value(*limit);
    }
    const bool edits_tags = edit == KeyEdit::AddTags || edit == KeyEdit::RemoveTags;
    if (edits_tags && tags_.empty()) problem_ = {TextId::FieldRequired, {}};
  }

  const std::optional<Message>& problem() const { return problem_; }

  Transition of(const UpstreamKeyView& key) const {
    switch (edit_) {
      case KeyEdit::SetProject:
        return {BulkAction::SetProject, key.project, text_};
      case KeyEdit::SetTokensPerDay:
        return {BulkAction::SetTokensPerDay, limit_value(key.max_tokens_per_day), text_};
      case KeyEdit::SetRequestsPerMinute:
        return {BulkAction::SetRequestsPerMinute, limit_value(key.rate_limit_per_minute), text_};
      case KeyEdit::AddTags:
      case KeyEdit::RemoveTags:
        return {BulkAction::SetTags, tags_value(key.tags), tags_value(tags_after(key.tags))};
      case KeyEdit::Enable:
      case KeyEdit::Disable:
        return {edit_ == KeyEdit::Enable ? BulkAction::Enable : BulkAction::Disable, name(key.is_active),
                name(edit_ == KeyEdit::Enable)};
      case KeyEdit::Check:
        return {BulkAction::Check, {}, "checked"};
      case KeyEdit::Delete:
        break;
    }
    return {BulkAction::Delete, {}, "deleted"};
  }

 private:
  static Value name(bool active) { return active ? "on" : "off"; }
  std::vector<std::string> tags_after(std::vector<std::string> tags) const {
    if (edit_ == KeyEdit::RemoveTags) {
      std::erase_if(tags, [this](const std::string& tag) { return has_tag(tags_, tag); });
      return tags;
    }
    for (const std::string& tag : tags_) {
      if (!has_tag(tags, tag)) tags.push_back(tag);
    }
    return tags;
  }

  KeyEdit edit_;
  std::vector<std::string> tags_;
  Value text_;
  std::optional<Message> problem_;
};

bool sends_value(BulkAction action) {
  return action == BulkAction::SetProject || action == BulkAction::SetTags ||
         action == BulkAction::SetTokensPerDay || action == BulkAction::SetRequestsPerMinute;
}

/// What takes a request back for keys that had this value.
std::optional<KeyBulk> undo_of(BulkAction action, const Value& before, std::vector<KeyId> ids) {
  switch (action) {
    case BulkAction::Enable:
      return KeyBulk{std::move(ids), BulkAction::Disable, {}};
    case BulkAction::Disable:
      return KeyBulk{std::move(ids), BulkAction::Enable, {}};
    case BulkAction::Check:
    case BulkAction::Delete:
      return std::nullopt;
    default:
      return KeyBulk{std::move(ids), action, before};
  }
}

struct Change {
  KeyId id;
  Value before;
};

BulkStep step_of(BulkAction action, const Value& after, const Change* first, std::size_t count) {
  BulkStep step;
  step.send.action = action;
  if (sends_value(action)) step.send.value = after;
  std::map<Value, std::vector<KeyId>> by_value;
  for (const Change* change = first; change != first + count; ++change) {
    step.send.ids.push_back(change->id);
    by_value[change->before].push_back(change->id);
  }
  for (auto& [before, ids] : by_value) {
    if (auto undo = undo_of(action, before, std::move(ids))) step.undo.push_back(*std::move(undo));
  }
  return step;
}

}  // namespace

bool takes_value(KeyEdit edit) {
  return edit >= KeyEdit::SetProject && edit <= KeyEdit::SetRequestsPerMinute;
}

BulkPlan plan_bulk(const std::vector<const UpstreamKeyView*>& keys, KeyEdit edit, std::string_view value) {
  BulkPlan plan;
  plan.edit = edit;
  const Planner planner(edit, value);
  plan.problem = planner.problem();
  if (plan.problem) return plan;
  // Keys that end up with the same value go together; mostly that is all of them.
  std::map<Value, std::vector<Change>> by_target;
  BulkAction action{};
  for (const UpstreamKeyView* key : keys) {
    Transition transition = planner.of(*key);
    action = transition.action;
    if (transition.before == transition.after) {
      ++plan.unchanged;
      continue;
    }
    ++plan.changing;
    by_target[std::move(transition.after)].push_back({key->id, std::move(transition.before)});
  }
  for (const auto& [after, changes] : by_target) {
    for (std::size_t at = 0; at < changes.size(); at += kKeysAStep)
      plan.steps.push_back(step_of(action, after, &changes[at], std::min(kKeysAStep, changes.size() - at)));
  }
  return plan;
}

BulkRun run_of(KeyEdit edit, std::vector<BulkStep> steps) {
  BulkRun run;
  run.edit = edit;
  run.steps = std::move(steps);
  for (const BulkStep& step : run.steps) run.total += step.send.ids.size();
  return run;
}

}  // namespace geminate::ui
