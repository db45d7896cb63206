#include <algorithm>
#include <cmath>

#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/pages/token_parts.h"
#include "frontend-wasm/widgets/controls.h"
#include "frontend-wasm/widgets/fields.h"

namespace geminate::ui {
namespace {

/// Fields side by side, two a line where there is room; each line as high as its tallest one.
class Fields {
 public:
  Fields(const AppState& state, float width)
      : state_(state),
        columns_(width < 420 ? 1 : 2),
        column_(std::floor((width - space::kGap * static_cast<float>(columns_ - 1)) /
                           static_cast<float>(columns_))),
        at_(ImGui::GetCursorScreenPos()) {}
  ~Fields() { end_line(); }
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;

  void field(TextId label, std::string& value, const char* api_name, TextId hint = TextId::LimitPlaceholder,
             TextId note = TextId::None) {
    const Phrasebook say = state_.phrasebook();
    FieldStyle style{.hint = say(hint), .width = column_, .disabled = state_.tokens.saving};
    begin();
    const Text below = note == TextId::None ? Text() : say(note);
    submitted_ =
        form_field(say(label), value, style, token_error(state_, api_name), below).submitted || submitted_;
    taken();
  }
  /// What stands in the next place instead of a field.
  template <class Draw>
  void other(Draw draw) {
    begin();
    ImGui::BeginGroup();
    draw(column_);
    ImGui::EndGroup();
    taken();
  }
  bool submitted() const { return submitted_ && !state_.tokens.saving; }

 private:
  void begin() {
    if (in_line_ == columns_) end_line();
    ImGui::SetCursorScreenPos({at_.x + (column_ + space::kGap) * static_cast<float>(in_line_), at_.y});
  }
  void taken() {
    bottom_ = std::max(bottom_, ImGui::GetItemRectMax().y);
    ++in_line_;
  }
  void end_line() {
    if (in_line_ == 0) return;
    ImGui::SetCursorScreenPos({at_.x, bottom_});
    gap(space::kGap);
    at_ = ImGui::GetCursorScreenPos();
    in_line_ = 0;
  }

  const AppState& state_;
  int columns_;
  float column_;
  ImVec2 at_;
  float bottom_ = 0;
  int in_line_ = 0;
  bool submitted_ = false;
};

void draw_period(const AppState& state, TokenForm& form) {
  const Phrasebook say = state.phrasebook();
  const std::pair<BudgetPeriod, TextId> periods[] = {{BudgetPeriod::Day, TextId::PeriodOfDay},
                                                     {BudgetPeriod::Month, TextId::PeriodOfMonth},
                                                     {BudgetPeriod::Life, TextId::PeriodOfLife}};
  text(say(TextId::FieldCostPeriod), {.size = type::kLabel, .colour = theme().secondary});
  gap(space::kHair + 6);
  ImGui::PushID("period");
  for (const auto& [period, name] : periods) {
    if (period != BudgetPeriod::Day) ImGui::SameLine(0, 6);
    if (chip(say(name), Text(), form.cost_period == period) && !state.tokens.saving)
      form.cost_period = period;
  }
  ImGui::PopID();
}

/// Three ways: the upstream key's, or one of the token's own.
void draw_context_choice(const AppState& state, TokenForm& form) {
  const Phrasebook say = state.phrasebook();
  const std::pair<std::optional<bool>, TextId> choices[] = {
      {std::nullopt, TextId::ContextByKey}, {true, TextId::ContextOn}, {false, TextId::ContextOff}};
  text(say(TextId::FieldContextManagement), {.size = type::kLabel, .colour = theme().secondary});
  gap(space::kHair + 6);
  ImGui::PushID("context");
  for (const auto& [choice, name] : choices) {
    if (choice) ImGui::SameLine(0, 6);
    if (chip(say(name), Text(), form.enable_context_management == choice) && !state.tokens.saving)
      form.enable_context_management = choice;
  }
  ImGui::PopID();
}

void draw_section(const Phrasebook& say, TextId title) {
  gap(space::kHair);
  heading(say(title), 3);
  gap(space::kTightGap);
}

}  // namespace

Text token_error(const AppState& state, const char* field) {
  const auto found = state.tokens.field_errors.find(field);
  return found == state.tokens.field_errors.end() ? Text() : state.phrasebook()(found->second);
}

bool draw_token_form(const AppState& state, TokenForm& form, float width) {
  const Phrasebook say = state.phrasebook();
  bool submitted = false;
  if (checkbox(say(TextId::FieldActive), form.is_active)) form.is_active = !form.is_active;
  gap(space::kGap);
  {
    Fields fields(state, width);
    fields.field(TextId::FieldDescription, form.description, "description", TextId::TokenDescriptionHint);
    fields.field(TextId::FieldExpiresAt, form.expires_at, "expires_at", TextId::FieldExpiresAtHint);
    submitted = fields.submitted();
  }
  draw_section(say, TextId::LimitsHeading);
  {
    Fields fields(state, width);
    fields.field(TextId::FieldPerMinute, form.rate_limit_per_minute, "rate_limit_per_minute");
    fields.field(TextId::FieldTokensPerMinute, form.tokens_per_minute, "tokens_per_minute");
    fields.field(TextId::FieldRequestsPerDay, form.requests_per_day, "requests_per_day");
    fields.field(TextId::FieldTokensPerDay, form.max_tokens_per_day, "max_tokens_per_day");
    fields.field(TextId::FieldMaxCost, form.max_cost_usd, "max_cost_usd");
    fields.other([&](float) { draw_period(state, form); });
    fields.field(TextId::FieldTokensTotal, form.max_tokens_total, "max_tokens_total");
    submitted = fields.submitted() || submitted;
  }
  draw_section(say, TextId::ScopeHeading);
  {
    Fields fields(state, width);
    fields.field(TextId::FieldModels, form.models, "models", TextId::AllModels, TextId::FieldModelsNote);
    fields.field(TextId::FieldAllowedIps, form.allowed_ips, "allowed_ips", TextId::Anywhere,
                 TextId::FieldAllowedIpsNote);
    fields.other([&](float) { draw_context_choice(state, form); });
    fields.field(TextId::FieldContextWindow, form.context_window, "context_window",
                 TextId::ContextWindowOfKey, TextId::FieldContextWindowNote);
    submitted = fields.submitted() || submitted;
  }
  return submitted;
}

}  // namespace geminate::ui
