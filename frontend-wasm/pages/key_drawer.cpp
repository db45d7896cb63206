#include <algorithm>
#include <cmath>

#include "frontend-wasm/pages/accounts.h"
#include "frontend-wasm/pages/drawer_frame.h"
#include "frontend-wasm/pages/key_parts.h"
#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/text/server_words.h"
#include "frontend-wasm/widgets/fields.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

/// What the drawer's parts need again and again.
struct Drawer {
  const AppState& state;
  const UpstreamKeyView& key;
  KeyForm& form;
  const Emit& emit;
  float width;  // of the content

  Phrasebook say() const { return state.phrasebook(); }
  Text error(const char* field) const {
    const auto found = state.keys.field_errors.find(field);
    return found == state.keys.field_errors.end() ? Text() : say()(found->second);
  }
  Text time(const std::optional<Timestamp>& time) const {
    return time ? exact_time(*time, state.zone_minutes) : say()(TextId::None);
  }
};

void draw_head(const Drawer& drawer, ImVec2 min, float width) {
  const float middle = min.y + kDrawerHead / 2;
  const StateLook look = look_of(drawer.state, drawer.key);
  const ImVec2 pill_extent = pill_size(look.label);
  ImGui::SetCursorScreenPos({min.x + kDrawerPadding, middle - pill_extent.y / 2});
  pill(look.tone, look.label);
  const float side = button_height({});
  float x = min.x + kDrawerPadding + pill_extent.x + space::kGap;
  x += paint_text({x, middle - type::kBody / 2}, key_mark(drawer.key), {.face = Face::Mono}) + 10;
  const float room = min.x + width - side - 16 - x;
  if (drawer.key.description && room > 20) {
    paint_text({x, middle - type::kBody / 2}, Text::verbatim(*drawer.key.description),
               {.colour = theme().secondary}, room);
  }
  end_drawer_head(drawer.say(), min, width, drawer.emit);
}

/// The server's reason in full, and when it is over.
void draw_why(const Drawer& drawer) {
  if (!drawer.key.state_reason || drawer.key.state_reason->empty()) return;
  const StateLook look = look_of(drawer.state, drawer.key);
  const ToneColours& colours = theme().tone(look.tone);
  const Text title = drawer.say()(TextId::WhyState);
  const Text reason = server_words(drawer.say(), *drawer.key.state_reason);
  const float wrap = drawer.width - 2 * space::kCardX;
  const ImVec2 extent = measure(reason, {.size = type::kDense}, wrap);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  paint_box(min, {min.x + drawer.width, min.y + extent.y + 2 * space::kCardY + 20}, colours.wash);
  ImGui::SetCursorScreenPos({min.x + space::kCardX, min.y + space::kCardY - 2});
  text(title, {.size = type::kDense, .face = Face::Semibold, .colour = colours.text});
  ImGui::SetCursorScreenPos({min.x + space::kCardX, min.y + space::kCardY + 18});
  paragraph(reason, {.size = type::kDense, .colour = colours.text}, wrap);
  ImGui::SetCursorScreenPos({min.x, min.y + extent.y + 2 * space::kCardY + 20});
  gap(space::kSection);
}

void draw_cooldowns(const Drawer& drawer) {
  if (drawer.key.cooldowns.empty()) return;
  const Phrasebook say = drawer.say();
  heading(say(TextId::Cooldowns), 3);
  gap(space::kTightGap);
  for (const CooldownView& cooldown : drawer.key.cooldowns) {
    const Text model = cooldown.model.empty() ? say(TextId::AllModels) : Text::verbatim(cooldown.model);
    const Text until = until_time(say, cooldown.until, drawer.state.wall_now, drawer.state.zone_minutes);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float until_width = measure(until, {.size = type::kDense}).x;
    text(model, {.size = type::kDense}, drawer.width - until_width - space::kGap);
    ImGui::SetCursorScreenPos({at.x + drawer.width - until_width, at.y});
    text(until, {.size = type::kDense, .colour = theme().warning.text});
    ImGui::SetCursorScreenPos({at.x, at.y + 19});
    const std::string project = cooldown.project.empty() ? "" : cooldown.project + " · ";
    const std::string reason = server_words(say, cooldown.reason).str();
    const std::string quota = cooldown.quota.empty() ? reason : cooldown.quota + " · " + reason;
    paragraph(Text::verbatim(project + quota), {.size = type::kLabel, .colour = theme().secondary},
              drawer.width);
    gap(space::kTightGap);
    if (counts_down(cooldown.until, drawer.state.wall_now)) surface().change_in(1);
  }
  gap(space::kTightGap);
}

struct Fact {
  Text name;
  Text value;
};

std::vector<Fact> facts_of(const Drawer& drawer) {
  const Phrasebook say = drawer.say();
  const UpstreamKeyView& key = drawer.key;
  const Text kind = Text::verbatim(key.proxy_key_type);
  std::vector<Fact> facts = {
      {say(TextId::TokensUsedToday), usage_of(say, key).exact},
      {say(TextId::FieldLastUsedAt), key.last_used_at ? drawer.time(key.last_used_at) : say(TextId::Never)},
      {say(TextId::FieldOrigin), say(drawer.state.origin_text(key.origin))},
      {say(TextId::FieldCreatedAt), drawer.time(key.created_at)},
      {say(TextId::FieldFingerprint), Text::verbatim(key.fingerprint)},
      {say(TextId::FieldKind), kind},
      {say(TextId::FieldId), Text::verbatim(std::to_string(key.id))},
      {say(TextId::FieldRevision), Text::verbatim(std::to_string(key.revision))}};
  if (key.state_until) facts.push_back({say(TextId::StateUntil), drawer.time(key.state_until)});
  return facts;
}

void draw_facts(const Drawer& drawer) {
  heading(drawer.say()(TextId::StateAndUse), 3);
  gap(space::kTightGap);
  const float column = std::floor((drawer.width - space::kGap) / 2);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::vector<Fact> facts = facts_of(drawer);
  constexpr float kStep = 42;
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

/// Two fields side by side, as high as the taller one.
class Pair {
 public:
  explicit Pair(const Drawer& drawer)
      : drawer_(drawer),
        at_(ImGui::GetCursorScreenPos()),
        column_(std::floor((drawer.width - space::kGap) / 2)) {}
  ~Pair() {
    ImGui::SetCursorScreenPos({at_.x, bottom_});
    gap(space::kGap);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  void field(TextId label, std::string& value, const char* api_name, FieldStyle style = {},
             const Text& note = {}) {
    ImGui::SetCursorScreenPos({at_.x + (column_ + space::kGap) * static_cast<float>(count_++), at_.y});
    style.width = column_;
    style.disabled = drawer_.state.keys.saving;
    if (form_field(drawer_.say()(label), value, style, drawer_.error(api_name), note).submitted) {
      drawer_.emit(SaveKey{drawer_.key.id});
    }
    bottom_ = std::max(bottom_, ImGui::GetItemRectMax().y);
  }

 private:
  const Drawer& drawer_;
  ImVec2 at_;
  float column_;
  float bottom_ = 0;
  int count_ = 0;
};

void draw_form(const Drawer& drawer) {
  const Phrasebook say = drawer.say();
  KeyForm& form = drawer.form;
  const Text none = say(TextId::LimitPlaceholder);
  heading(say(TextId::SettingsHeading), 3);
  gap(space::kTightGap);
  if (checkbox(say(TextId::FieldActive), form.is_active)) form.is_active = !form.is_active;
  gap(space::kGap);
  {
    Pair row(drawer);
    row.field(TextId::FieldDescription, form.description, "description");
    row.field(TextId::FieldProject, form.project, "project");
  }
  {
    Pair row(drawer);
    row.field(TextId::FieldTags, form.tags, "tags", {.hint = say(TextId::FieldTagsHint)});
    row.field(TextId::FieldUser, form.user_id, "user_id");
  }
  {
    Pair row(drawer);
    row.field(TextId::FieldTokensPerDay, form.max_tokens_per_day, "max_tokens_per_day", {.hint = none});
    row.field(TextId::FieldPerMinute, form.rate_limit_per_minute, "rate_limit_per_minute", {.hint = none});
  }
  {
    Pair row(drawer);
    row.field(TextId::FieldExpiresAt, form.expires_at, "expires_at",
              {.hint = say(TextId::FieldExpiresAtHint)});
    row.field(TextId::FieldContextWindow, form.context_window, "context_window", {.hint = none});
  }
  {
    Pair row(drawer);
    row.field(TextId::FieldWeight, form.weight, "weight");
    row.field(TextId::FieldPriority, form.priority, "priority");
  }
  if (checkbox(say(TextId::FieldContextManagement), form.enable_context_management)) {
    form.enable_context_management = !form.enable_context_management;
  }
  gap(space::kSection);
}

void draw_foot(const Drawer& drawer, ImVec2 min, float width) {
  const Phrasebook say = drawer.say();
  const bool saving = drawer.state.keys.saving;
  const ButtonStyle danger{.kind = ButtonKind::Danger, .disabled = saving};
  const ButtonStyle main{.kind = ButtonKind::Primary, .disabled = saving};
  const Text save = say(saving ? TextId::Saving : TextId::Save);
  ImGui::GetWindowDrawList()->AddLine(min, {min.x + width, min.y}, theme().line);
  const float y = min.y + (kDrawerFoot - button_height({})) / 2;
  ImGui::SetCursorScreenPos({min.x + kDrawerPadding, y});
  if (button(say(TextId::DeleteEllipsis), danger)) drawer.emit(AskDeleteKeys{{drawer.key.id}});
  const bool checking = drawer.state.keys.story.checking();
  ImGui::SameLine(0, space::kTightGap);
  if (button(say(checking ? TextId::Checking : TextId::CheckNow), {.disabled = checking}))
    drawer.emit(CheckOpenKey{});
  if (drawer.state.session.can_reveal_keys) {
    ImGui::SameLine(0, space::kTightGap);
    if (button(say(TextId::RevealKey))) drawer.emit(OpenAccountStep{AccountStep::Reveal, drawer.key.id});
  }
  const float taken = ImGui::GetItemRectMax().x + space::kTightGap;
  const float cancel = button_width(say(TextId::Cancel)) + space::kTightGap;
  const float right = min.x + width - kDrawerPadding - button_width(save, main);
  // On a phone the head's cross has to do.
  if (right - cancel >= taken) {
    ImGui::SetCursorScreenPos({right - cancel, y});
    if (button(say(TextId::Cancel))) drawer.emit(CloseOverlay{});
  }
  ImGui::SetCursorScreenPos({right, y});
  if (button(save, main)) drawer.emit(SaveKey{drawer.key.id});
}

void draw_content(const Drawer& drawer) {
  const Text note = temporary_note(drawer.state, TextId::MemoryNoteChange);
  if (const Text whole = drawer.error(""); !whole.empty()) {
    banner(Tone::Bad, Icon::Warning, whole);
    gap(space::kGap);
  }
  draw_check_result(drawer.state, drawer.width);
  draw_why(drawer);
  draw_cooldowns(drawer);
  draw_form(drawer);
  if (!note.empty()) {
    paragraph(note, {.size = type::kDense, .colour = theme().warning.text}, drawer.width);
    gap(space::kSection);
  }
  draw_key_usage(drawer.state, drawer.width, drawer.emit);
  draw_key_quotas(drawer.state, drawer.width);
  draw_key_history(drawer.state, drawer.width, drawer.emit);
  draw_facts(drawer);
}

}  // namespace

void draw_key_drawer(const AppState& state, Drafts& drafts, const Emit& emit) {
  const UpstreamKeyView* key = state.keys.find(state.keys.open_row);
  if (key == nullptr) return;
  Dialog dialog("key", spoken_name(*key), Dialog::Form::RightEdge, space::kDrawer);
  const ImVec2 min = ImGui::GetWindowPos();
  const ImVec2 size = ImGui::GetWindowSize();
  Drawer drawer{state, *key, drafts.key, emit, size.x - 2 * kDrawerPadding};
  draw_head(drawer, min, size.x);
  {
    const DrawerContent content(min, size, kDrawerFoot);
    drawer.width = content.width();
    draw_content(drawer);
  }
  draw_foot(drawer, {min.x, min.y + size.y - kDrawerFoot}, size.x);
  if (dialog.dismissed()) emit(CloseOverlay{});
  // Within the drawer's scope: the confirmation lies above it.
  draw_delete_keys(state, emit);
  draw_account_step(state, drafts, emit);
}

}  // namespace geminate::ui
