#include "frontend-wasm/pages/key_parts.h"

#include "frontend-wasm/pages/page_frame.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/controls.h"
#include "frontend-wasm/widgets/overlays.h"

namespace geminate::ui {
namespace {

Tone tone_of(KeyState state) {
  switch (state) {
    case KeyState::Ready:
      return Tone::Good;
    case KeyState::Cooling:
    case KeyState::Spent:
    case KeyState::Suspect:
      return Tone::Warning;
    case KeyState::Dead:
      return Tone::Bad;
    case KeyState::Disabled:
    case KeyState::Expired:
      break;
  }
  return Tone::Neutral;
}

bool ends_by_itself(const UpstreamKeyView& key) {
  return key.state_until.has_value() && (key.state == KeyState::Cooling || key.state == KeyState::Spent);
}

}  // namespace

Text state_name(const Phrasebook& say, KeyState state) {
  switch (state) {
    case KeyState::Ready:
      return say(TextId::StateReady);
    case KeyState::Cooling:
      return say(TextId::StateCooling);
    case KeyState::Spent:
      return say(TextId::StateSpent);
    case KeyState::Suspect:
      return say(TextId::StateSuspect);
    case KeyState::Dead:
      return say(TextId::StateDead);
    case KeyState::Disabled:
      return say(TextId::StateDisabled);
    case KeyState::Expired:
      break;
  }
  return say(TextId::StateExpired);
}

StateLook look_of(const AppState& state, const UpstreamKeyView& key) {
  const Phrasebook say = state.phrasebook();
  const Text name = state_name(say, key.state);
  if (!ends_by_itself(key) || *key.state_until <= state.wall_now) return {tone_of(key.state), name};
  if (counts_down(*key.state_until, state.wall_now)) surface().change_in(1);
  const Text until = until_time(say, *key.state_until, state.wall_now, state.zone_minutes);
  return {tone_of(key.state), Text::verbatim(name.str() + " " + until.str())};
}

Text key_mark(const UpstreamKeyView& key) { return Text::verbatim("…" + key.key_preview); }

Text spoken_name(const UpstreamKeyView& key) {
  const std::string mark = "…" + key.key_preview;
  return Text::verbatim(key.description ? mark + " " + *key.description : mark);
}

Text last_used(const AppState& state, const UpstreamKeyView& key) {
  const Phrasebook say = state.phrasebook();
  if (!key.last_used_at) return say(TextId::Never);
  return relative_time(say, *key.last_used_at, state.wall_now, state.zone_minutes);
}

Usage usage_of(const Phrasebook& say, const UpstreamKeyView& key) {
  const std::int64_t used = key.current_tokens_used_today;
  const std::optional<std::int64_t>& limit = key.max_tokens_per_day;
  Usage usage;
  usage.brief = say(
      TextId::UsedOfLimit,
      {short_count(say, used).str(), limit ? short_count(say, *limit).str() : say(TextId::Unlimited).str()});
  usage.exact = say(TextId::UsedOfLimit, {exact_count(used).str(),
                                          limit ? exact_count(*limit).str() : say(TextId::Unlimited).str()});
  if (limit && *limit > 0)
    usage.share = static_cast<float>(static_cast<double>(used) / static_cast<double>(*limit));
  usage.fill = usage.share >= 0.8F ? theme().warning.fill : theme().accent.fill;
  return usage;
}

void draw_key_menu(const AppState& state, const UpstreamKeyView& key, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  ImGui::PushID("menu");
  const Text name = say(TextId::ActionsFor, {spoken_name(key).str()});
  if (icon_button(name, Icon::More, {.kind = ButtonKind::Quiet, .small = true})) open_menu("actions");
  if (Menu menu("actions", 5); menu) {
    // A phone's cards have no boxes to tick.
    if (is_narrow()) {
      const bool on = state.keys.selected.contains(key.id);
      if (menu.item(say(on ? TextId::UnselectKey : TextId::SelectKey), Icon::Check))
        emit(SelectKey{key.id, !on, false});
    }
    if (menu.item(say(TextId::CopyId), Icon::Copy)) emit(CopyText{std::to_string(key.id)});
    if (menu.item(say(TextId::Edit), Icon::Edit)) emit(OpenKey{key.id});
    const TextId toggle = key.is_active ? TextId::Disable : TextId::Enable;
    if (menu.item(say(toggle), Icon::Power)) emit(SetKeysActive{{key.id}, !key.is_active});
    menu.separator();
    if (menu.item(say(TextId::DeleteEllipsis), Icon::Trash, true)) emit(AskDeleteKeys{{key.id}});
  }
  ImGui::PopID();
}

Text temporary_note(const AppState& state, TextId which) {
  return state.memory_mode() ? state.phrasebook()(which) : Text();
}

}  // namespace geminate::ui
