#include <algorithm>

#include "frontend-wasm/pages/dialog_parts.h"
#include "frontend-wasm/pages/token_parts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/blocks.h"
#include "frontend-wasm/widgets/fields.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

/// A row of chips of which one is on; it goes on in the next line where there is no room.
template <class Value, class Chosen>
void draw_choices(const Phrasebook& say, const std::vector<std::pair<Value, TextId>>& choices, Value on,
                  float width, Chosen chosen) {
  const float left = ImGui::GetCursorScreenPos().x;
  float taken = 0;
  for (const auto& [value, name] : choices) {
    const float wanted = measure(say(name), {.size = type::kDense}).x + 25;
    if (taken > 0 && taken + space::kTightGap + wanted <= width) {
      ImGui::SameLine(0, space::kTightGap);
      taken += space::kTightGap;
    } else if (taken > 0) {
      ImGui::SetCursorScreenPos({left, ImGui::GetCursorScreenPos().y - space::kHair});
      taken = 0;
    }
    if (chip(say(name), Text(), value == on)) chosen(value);
    taken += wanted;
  }
}

/// A command line as a shell takes it, broken where there is no more room; to be copied, not typed into.
void draw_command(const Phrasebook& say, const std::string& command, float width) {
  const TextStyle mono{.size = type::kLabel, .face = Face::Mono};
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const float wrap = width - 2 * space::kGap;
  std::vector<Text> lines;
  float height = 0;
  for (std::size_t at = 0; at <= command.size();) {
    const std::size_t end = std::min(command.find('\n', at), command.size());
    lines.push_back(Text::verbatim(command.substr(at, end - at)));
    height += measure(lines.back(), mono, wrap).y + space::kHair;
    at = end + 1;
  }
  const ImVec2 max{min.x + width, min.y + height + 2 * space::kGap - space::kHair};
  paint_box(min, max, theme().background, theme().line, radius::kControl);
  float y = min.y + space::kGap;
  for (const Text& line : lines) {
    paint_wrapped({min.x + space::kGap, y}, line, mono, wrap);
    y += measure(line, mono, wrap).y + space::kHair;
  }
  ImGui::Dummy({width, max.y - min.y});
  describe_text(say(TextId::ExampleCommand), min, max, Role::Textbox).value = command;
}

void draw_example(const AppState& state, float width, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const TokensPageState& page = state.tokens;
  const ClientTokenView* token = page.find(page.made_id);
  const std::vector<std::string> models = token != nullptr ? token->models : std::vector<std::string>{};
  const std::string command = curl_example(page.example, state.server_address, page.made_secret, models);
  gap(space::kHair);
  heading(say(TextId::HowToUse), 3);
  draw_choices<ClientExample>(say,
                              {{ClientExample::Gemini, TextId::ExampleGemini},
                               {ClientExample::Openai, TextId::ExampleOpenai},
                               {ClientExample::Anthropic, TextId::ExampleAnthropic}},
                              page.example, width,
                              [&](ClientExample each) { emit(ShowClientExample{each}); });
  draw_command(say, command, width);
  if (button(say(TextId::CopyExample), {.icon = Icon::Copy, .small = true})) emit(CopyText{command});
}

/// The former secret's end, where there was one.
void draw_grace(const AppState& state, float width) {
  const Phrasebook say = state.phrasebook();
  const ClientTokenView* token = state.tokens.find(state.tokens.made_id);
  if (!state.tokens.made_anew || token == nullptr) return;
  const Text words = token->previous_valid_until
                         ? say(TextId::FormerSecretUntil,
                               {exact_time(*token->previous_valid_until, state.zone_minutes).str()})
                         : say(TextId::FormerSecretGone);
  paragraph(words, {.size = type::kDense, .colour = theme().warning.text}, width);
}

void draw_rotate(const AppState& state, const Emit& emit) {
  const TokenRotationAsk& asked = *state.tokens.rotating;
  const ClientTokenView* token = state.tokens.find(asked.id);
  if (token == nullptr) return;
  const Phrasebook say = state.phrasebook();
  Dialog dialog("rotate", say(TextId::RotateTokenTitle, {spoken_name(*token).str()}), Dialog::Form::Middle,
                480);
  const float width = dialog.inner_width();
  if (const Text whole = token_error(state, ""); !whole.empty()) banner(Tone::Bad, Icon::Warning, whole);
  paragraph(say(TextId::RotateTokenBody), {.colour = theme().secondary}, width);
  text(say(TextId::RotateGrace), {.size = type::kLabel, .colour = theme().secondary}, width);
  constexpr std::int64_t kHour = 3600;
  draw_choices<std::int64_t>(say,
                             {{0, TextId::GraceNone},
                              {kHour, TextId::GraceHour},
                              {24 * kHour, TextId::GraceDay},
                              {7 * 24 * kHour, TextId::GraceWeek},
                              {30 * 24 * kHour, TextId::GraceMonth}},
                             asked.grace_seconds, width,
                             [&](std::int64_t seconds) { emit(SetRotationGrace{seconds}); });
  draw_temporary_note(state, TextId::MemoryNoteChange, width);
  const ButtonStyle main{.kind = asked.grace_seconds == 0 ? ButtonKind::Destroy : ButtonKind::Primary,
                         .disabled = asked.running};
  const Choice choice =
      draw_choice(say, say(asked.running ? TextId::Saving : TextId::RotateConfirm), main, width);
  if (choice == Choice::Command) emit(RotateToken{});
  if (choice == Choice::Cancel || dialog.dismissed()) emit(CloseOverlay{});
}

void draw_delete(const AppState& state, const Emit& emit) {
  const TokenId id = *state.tokens.asking_to_delete;
  const ClientTokenView* token = state.tokens.find(id);
  if (token == nullptr) return;
  const Phrasebook say = state.phrasebook();
  Dialog dialog("delete", say(TextId::DeleteTokenTitle, {spoken_name(*token).str()}), Dialog::Form::Middle,
                440);
  const float width = dialog.inner_width();
  paragraph(say(TextId::DeleteTokenBody), {.colour = theme().secondary}, width);
  if (token->requests_today > 0) {
    const Text busy = say(TextId::DeleteTokenInUse, {exact_count(token->requests_today).str()});
    paragraph(busy, {.colour = theme().bad.text}, width);
  }
  draw_temporary_note(state, TextId::MemoryNoteAction, width);
  const Choice choice =
      draw_choice(say, say(TextId::DeleteTokenConfirm), {.kind = ButtonKind::Destroy}, width);
  if (choice == Choice::Command) emit(DeleteToken{id});
  if (choice == Choice::Cancel || dialog.dismissed()) emit(CloseOverlay{});
}

}  // namespace

/// The secret, this once. It stays until its own button is pressed: a slip beside the dialog must not lose
/// it.
void draw_made_token(const AppState& state, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const TextId title = state.tokens.made_anew ? TextId::RotatedTokenTitle : TextId::MadeTokenTitle;
  Dialog dialog("made", say(title), Dialog::Form::Middle, 620);
  const float width = dialog.inner_width();
  paragraph(say(TextId::MadeTokenWarning), {.colour = theme().secondary}, width);
  // A copy: what is typed into it by accident changes nothing.
  std::string secret = state.tokens.made_secret;
  form_field(say(TextId::WholeToken), secret, {.width = width, .mono = true});
  draw_grace(state, width);
  draw_example(state, width, emit);
  draw_temporary_note(state, TextId::MemoryNoteChange, width);
  const ButtonStyle copy{.kind = ButtonKind::Primary, .icon = Icon::Copy};
  const float buttons =
      button_width(say(TextId::Close)) + button_width(say(TextId::CopyToken), copy) + space::kTightGap;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({at.x + width - buttons, at.y});
  if (button(say(TextId::Close))) emit(CloseOverlay{});
  ImGui::SameLine(0, space::kTightGap);
  if (button(say(TextId::CopyToken), copy)) emit(CopyText{state.tokens.made_secret});
}

void draw_token_questions(const AppState& state, const Emit& emit) {
  if (state.tokens.asking_to_delete) {
    draw_delete(state, emit);
  } else if (state.tokens.rotating) {
    draw_rotate(state, emit);
  }
}

}  // namespace geminate::ui
