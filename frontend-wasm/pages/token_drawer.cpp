#include <cmath>

#include "frontend-wasm/pages/dialog_parts.h"
#include "frontend-wasm/pages/drawer_frame.h"
#include "frontend-wasm/pages/token_parts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/blocks.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

struct Drawer {
  const AppState& state;
  /// The row behind the form; null while a token is being made.
  const ClientTokenView* token;
  TokenForm& form;
  const Emit& emit;
  float width = 0;  // of the content

  Phrasebook say() const { return state.phrasebook(); }
  void submit() const {
    if (token == nullptr) return emit(SubmitNewToken{});
    emit(SaveToken{token->id});
  }
};

void draw_head(const Drawer& drawer, ImVec2 min, float width) {
  const Phrasebook say = drawer.say();
  const float middle = min.y + kDrawerHead / 2;
  const float side = button_height({});
  float x = min.x + kDrawerPadding;
  const float end = min.x + width - side - 16;
  if (drawer.token == nullptr) {
    paint_text({x, middle - type::kHeading / 2}, say(TextId::MakeTokenTitle),
               {.size = type::kHeading, .face = Face::Semibold}, end - x);
  } else {
    const TokenLook look = look_of(drawer.state, *drawer.token);
    const ImVec2 extent = pill_size(say(look.name));
    ImGui::SetCursorScreenPos({x, middle - extent.y / 2});
    pill(look.tone, say(look.name));
    x += extent.x + space::kGap;
    x += paint_text({x, middle - type::kBody / 2}, token_mark(*drawer.token), {.face = Face::Mono}) + 10;
    if (drawer.token->description && end - x > 20)
      paint_text({x, middle - type::kBody / 2}, Text::verbatim(*drawer.token->description),
                 {.colour = theme().secondary}, end - x);
  }
  end_drawer_head(say, min, width, drawer.emit);
}

/// What it has used, and whether its former secret is still let in.
void draw_use(const Drawer& drawer) {
  const Phrasebook say = drawer.say();
  const ClientTokenView& token = *drawer.token;
  heading(say(TextId::UseHeading), 3);
  gap(space::kTightGap);
  draw_measure(requests_today(say, token), drawer.width);
  draw_measure(tokens_today(say, token), drawer.width);
  draw_measure(tokens_total(say, token), drawer.width);
  draw_measure(budget(say, token), drawer.width);
  const auto& until = token.previous_valid_until;
  if (until && *until > drawer.state.wall_now) {
    gap(space::kHair);
    const Text when = until_time(say, *until, drawer.state.wall_now, drawer.state.zone_minutes);
    banner(Tone::Warning, Icon::Clock, say(TextId::FormerSecretUntil, {when.str()}));
    if (counts_down(*until, drawer.state.wall_now)) surface().change_in(1);
  }
  gap(space::kHair);
  if (link(say(TextId::RequestsOfToken))) drawer.emit(ShowRequests{"token:#" + std::to_string(token.id)});
  gap(space::kSection);
}

struct Fact {
  Text name;
  Text value;
};

std::vector<Fact> facts_of(const Drawer& drawer) {
  const Phrasebook say = drawer.say();
  const ClientTokenView& token = *drawer.token;
  const auto time = [&](const std::optional<Timestamp>& at) {
    return at ? exact_time(*at, drawer.state.zone_minutes) : say(TextId::Never);
  };
  return {{say(TextId::FieldOrigin), say(drawer.state.origin_text(token.origin))},
          {say(TextId::FieldLastUsedAt), time(token.last_used_at)},
          {say(TextId::FieldCreatedAt), time(token.created_at)},
          {say(TextId::FieldRevision), Text::verbatim(std::to_string(token.revision))},
          {say(TextId::FieldId), Text::verbatim(std::to_string(token.id))}};
}

void draw_facts(const Drawer& drawer) {
  constexpr float kStep = 42;
  gap(space::kHair);
  heading(drawer.say()(TextId::StoryFacts), 3);
  gap(space::kTightGap);
  const float column = std::floor((drawer.width - space::kGap) / 2);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::vector<Fact> facts = facts_of(drawer);
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const ImVec2 here{at.x + (column + space::kGap) * static_cast<float>(i % 2),
                      at.y + kStep * static_cast<float>(i / 2)};
    ImGui::SetCursorScreenPos(here);
    text(facts[i].name, {.size = type::kLabel, .colour = theme().secondary}, column);
    ImGui::SetCursorScreenPos({here.x, here.y + 17});
    text(facts[i].value, {.size = type::kDense}, column);
  }
  ImGui::SetCursorScreenPos({at.x, at.y + kStep * static_cast<float>((facts.size() + 1) / 2)});
  gap(space::kTightGap);
}

/// Above the settings: they are too many for what stands below them to be in sight.
void draw_origin_note(const Drawer& drawer) {
  if (is_ours(*drawer.token)) return;
  paragraph(drawer.say()(TextId::TokenFromEnvironment),
            {.size = type::kDense, .colour = theme().warning.text}, drawer.width);
  gap(space::kTightGap);
}

/// What must be known of how long an edit lasts.
void draw_notes(const Drawer& drawer) {
  draw_temporary_note(drawer.state, TextId::MemoryNoteChange, drawer.width);
  gap(space::kGap);
}

void draw_content(const Drawer& drawer) {
  if (const Text whole = token_error(drawer.state, ""); !whole.empty() && !drawer.state.tokens.rotating) {
    banner(Tone::Bad, Icon::Warning, whole);
    gap(space::kGap);
  }
  if (drawer.token != nullptr) {
    draw_use(drawer);
    heading(drawer.say()(TextId::SettingsHeading), 3);
    gap(space::kTightGap);
    draw_origin_note(drawer);
  }
  if (draw_token_form(drawer.state, drawer.form, drawer.width)) drawer.submit();
  draw_notes(drawer);
  if (drawer.token != nullptr) draw_facts(drawer);
}

void draw_foot(const Drawer& drawer, ImVec2 min, float width) {
  const Phrasebook say = drawer.say();
  const bool saving = drawer.state.tokens.saving;
  const ButtonStyle main{.kind = ButtonKind::Primary, .disabled = saving};
  const TextId command = drawer.token == nullptr ? TextId::MakeToken : TextId::Save;
  const Text save = say(saving ? TextId::Saving : command);
  ImGui::GetWindowDrawList()->AddLine(min, {min.x + width, min.y}, theme().line);
  const float y = min.y + (kDrawerFoot - button_height({})) / 2;
  float left = min.x + kDrawerPadding;
  if (drawer.token != nullptr && is_ours(*drawer.token)) {
    ImGui::SetCursorScreenPos({min.x + kDrawerPadding, y});
    const ButtonStyle danger{.kind = ButtonKind::Danger, .disabled = saving};
    if (button(say(TextId::DeleteEllipsis), danger)) drawer.emit(AskDeleteToken{drawer.token->id});
    ImGui::SameLine(0, space::kTightGap);
    if (button(say(TextId::RotateEllipsis), {.disabled = saving}))
      drawer.emit(AskRotateToken{drawer.token->id});
    left = ImGui::GetItemRectMax().x + space::kTightGap;
  }
  const float right = min.x + width - kDrawerPadding - button_width(save, main);
  const float cancel = right - space::kTightGap - button_width(say(TextId::Cancel));
  // A phone has no room for it; the cross above does the same.
  if (cancel >= left) {
    ImGui::SetCursorScreenPos({cancel, y});
    if (button(say(TextId::Cancel))) drawer.emit(CloseOverlay{});
  }
  ImGui::SetCursorScreenPos({right, y});
  if (button(save, main)) drawer.submit();
}

}  // namespace

void draw_token_drawer(const AppState& state, Drafts& drafts, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const bool made = state.tokens.overlay == TokenOverlay::Edit;
  const ClientTokenView* token = made ? state.tokens.find(state.tokens.open_row) : nullptr;
  if (made && token == nullptr) return;
  const Text title = made ? say(TextId::EditTokenTitle, {spoken_name(state.tokens.opened_row).str()})
                          : say(TextId::MakeTokenTitle);
  Dialog dialog(made ? "edit" : "make", title, Dialog::Form::RightEdge, space::kDrawer);
  const ImVec2 min = ImGui::GetWindowPos();
  const ImVec2 size = ImGui::GetWindowSize();
  Drawer drawer{state, token, drafts.token, emit};
  draw_head(drawer, min, size.x);
  {
    const DrawerContent content(min, size, kDrawerFoot);
    drawer.width = content.width();
    draw_content(drawer);
  }
  draw_foot(drawer, {min.x, min.y + size.y - kDrawerFoot}, size.x);
  if (dialog.dismissed()) emit(CloseOverlay{});
  // Within the drawer's scope: the questions lie above it.
  draw_token_questions(state, emit);
}

}  // namespace geminate::ui
