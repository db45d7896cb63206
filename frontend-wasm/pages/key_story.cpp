#include <algorithm>

#include "frontend-wasm/pages/key_glance.h"
#include "frontend-wasm/pages/key_parts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/text/server_words.h"
#include "frontend-wasm/widgets/blocks.h"
#include "frontend-wasm/widgets/controls.h"

namespace geminate::ui {
namespace {

TextStyle quiet() { return {.size = type::kLabel, .colour = theme().secondary}; }

struct VerdictLook {
  Tone tone;
  TextId name;
};
VerdictLook look_of(CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::Valid:
      return {Tone::Good, TextId::CheckValid};
    case CheckVerdict::Dead:
      return {Tone::Bad, TextId::CheckDead};
    case CheckVerdict::Suspect:
      return {Tone::Warning, TextId::CheckSuspect};
    case CheckVerdict::Limited:
      return {Tone::Warning, TextId::CheckLimited};
    case CheckVerdict::Unknown:
      break;
  }
  return {Tone::Neutral, TextId::CheckUnknown};
}

/// One counter against its limit: name, bar, figures. Nothing where no limit is known and nothing was
/// counted.
void draw_counter(const Phrasebook& say, TextId name, std::int64_t used,
                  const std::optional<QuotaLimitView>& limit, float width) {
  constexpr float kName = 128;
  if (!limit && used == 0) return;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  Text figures = say(TextId::UsedOfLimit, {exact_count(used).str(), limit ? exact_count(limit->amount).str()
                                                                          : say(TextId::Unlimited).str()});
  if (limit && limit->origin == LimitOrigin::Believed)
    figures = Text::verbatim(figures.str() + " · " + say(TextId::LimitIsBelieved).str());
  const float shown = measure(figures, quiet()).x;
  paint_text(at, say(name), quiet(), kName);
  const float room = width - kName - shown - 2 * space::kGap;
  const float share = limit && limit->amount > 0
                          ? static_cast<float>(static_cast<double>(used) / static_cast<double>(limit->amount))
                          : 0;
  const Colour fill = share >= 1      ? theme().bad.fill
                      : share >= 0.8F ? theme().warning.fill
                                      : theme().accent.fill;
  if (room > 24) paint_bar({at.x + kName + space::kGap, at.y + 5}, room, share, fill);
  paint_text({at.x + width - shown, at.y}, figures, quiet());
  describe_text(Text::verbatim(say(name).str() + " " + figures.str()), at,
                {at.x + width, at.y + type::kLabel});
  ImGui::Dummy({width, 22});
}

void draw_quota(const Phrasebook& say, const QuotaView& quota, float width) {
  text(Text::verbatim(quota.model), {.size = type::kDense, .face = Face::Mono}, width);
  gap(4);
  draw_counter(say, TextId::RequestsAMinute, quota.requests_this_minute, quota.requests_per_minute, width);
  draw_counter(say, TextId::RequestsADay, quota.requests_today, quota.requests_per_day, width);
  draw_counter(say, TextId::TokensAMinute, quota.tokens_this_minute, quota.tokens_per_minute, width);
  draw_counter(say, TextId::TokensADay, quota.tokens_today, quota.tokens_per_day, width);
  gap(space::kTightGap);
}

/// What a list says instead of rows; true when it said it.
bool draw_no_rows(const Phrasebook& say, Loading loading, bool any, TextId none, float width) {
  if (loading == Loading::Done && any) return false;
  const TextId words = loading == Loading::Done     ? none
                       : loading == Loading::Failed ? TextId::NotLoaded
                                                    : TextId::LoadingNow;
  paragraph(say(words), {.size = type::kDense, .colour = theme().secondary}, width);
  gap(space::kSection);
  return true;
}

/// What proves it: status and request, upstream's own words.
void draw_evidence(const Phrasebook& say, const KeyEventView& event, float width) {
  if (!event.reason.empty()) paragraph(server_words(say, event.reason), {.size = type::kDense}, width);
  const std::string status = event.http_status ? std::to_string(*event.http_status) : "";
  if (!status.empty()) {
    const Text line = event.request_id.empty() ? say(TextId::EventStatusOnly, {status})
                                               : say(TextId::EventEvidence, {status, event.request_id});
    gap(2);
    text(line, {.size = type::kLabel, .face = Face::Mono, .colour = theme().secondary}, width);
  }
  if (event.excerpt.empty() || event.excerpt == event.reason) return;
  gap(2);
  paragraph(Text::verbatim(event.excerpt), quiet(), width);
}

void draw_event(const AppState& state, const KeyEventView& event, bool last, float width) {
  constexpr float kIndent = 22;
  const Phrasebook say = state.phrasebook();
  const EventLook look = event_look(event.kind);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float dot = at.y + type::kDense / 2;
  const Text when = relative_time(say, event.at, state.wall_now, state.zone_minutes);
  const float when_width = measure(when, quiet()).x;
  const std::string model = event.model.empty() ? "" : " · " + event.model;
  ImGui::PushID(static_cast<int>(event.id));
  ImGui::SetCursorScreenPos({at.x + kIndent, at.y});
  text(Text::verbatim(say(look.name).str() + model), {.size = type::kDense, .face = Face::Semibold},
       width - kIndent - when_width - space::kGap);
  ImGui::SetCursorScreenPos({at.x + width - when_width, at.y});
  text(when, quiet());
  tip(time_and_utc(event.at, state.zone_minutes));
  ImGui::SetCursorScreenPos({at.x + kIndent, at.y + 21});
  ImGui::BeginGroup();
  draw_evidence(say, event, width - kIndent);
  ImGui::EndGroup();
  const float bottom = std::max(at.y + 21, ImGui::GetItemRectMax().y) + space::kGap;
  ImDrawList& into = *ImGui::GetWindowDrawList();
  if (!last) into.AddLine({at.x + 6, dot + 8}, {at.x + 6, bottom + type::kDense / 2 - 8}, theme().line);
  into.AddCircleFilled({at.x + 6, dot}, 4, theme().tone(look.tone).fill, 16);
  ImGui::SetCursorScreenPos({at.x, bottom});
  ImGui::Dummy({0, 0});
  ImGui::PopID();
}

}  // namespace

EventLook event_look(KeyEventKind kind) {
  switch (kind) {
    case KeyEventKind::Recovered:
      return {Tone::Good, TextId::EventRecovered};
    case KeyEventKind::Dead:
      return {Tone::Bad, TextId::EventDead};
    case KeyEventKind::Suspect:
      return {Tone::Warning, TextId::EventSuspect};
    case KeyEventKind::Limited:
      return {Tone::Warning, TextId::EventLimited};
    case KeyEventKind::NoQuotaForModel:
      return {Tone::Warning, TextId::EventNoQuota};
    case KeyEventKind::WrongOwner:
      return {Tone::Neutral, TextId::EventWrongOwner};
    case KeyEventKind::ClientFault:
      return {Tone::Neutral, TextId::EventClientFault};
    case KeyEventKind::UpstreamFault:
      return {Tone::Neutral, TextId::EventUpstreamFault};
    case KeyEventKind::Egress:
      return {Tone::Neutral, TextId::EventEgress};
    case KeyEventKind::Added:
      return {Tone::Accent, TextId::EventAdded};
    case KeyEventKind::Enabled:
      return {Tone::Accent, TextId::EventEnabled};
    case KeyEventKind::Disabled:
      return {Tone::Neutral, TextId::EventDisabled};
    case KeyEventKind::Replaced:
      return {Tone::Accent, TextId::EventReplaced};
    case KeyEventKind::Expired:
      return {Tone::Neutral, TextId::EventExpired};
    case KeyEventKind::Deleted:
      break;
  }
  return {Tone::Neutral, TextId::EventDeleted};
}

void draw_check_result(const AppState& state, float width) {
  const auto& check = state.keys.story.check;
  if (!check || check->results.empty()) return;
  const Phrasebook say = state.phrasebook();
  const KeyCheckResultView& result = check->results.front();
  const VerdictLook look = look_of(result.verdict);
  std::string sentence = say(TextId::CheckFound, {say(look.name).str()}).str();
  if (result.http_status) sentence += " · HTTP " + std::to_string(*result.http_status);
  if (!result.reason.empty()) sentence += " · " + server_words(say, result.reason).str();
  (void)width;  // a banner is as wide as there is room
  banner(look.tone, look.tone == Tone::Good ? Icon::Check : Icon::Info, Text::verbatim(sentence));
  gap(space::kSection);
}

void draw_key_quotas(const AppState& state, float width) {
  const Phrasebook say = state.phrasebook();
  const KeyStory& story = state.keys.story;
  heading(say(TextId::ModelQuotas), 3);
  gap(space::kTightGap);
  if (draw_no_rows(say, story.quotas_loading, !story.quotas.empty(), TextId::NoQuotas, width)) return;
  for (const QuotaView& quota : story.quotas) {
    ImGui::PushID(quota.model.c_str());
    draw_quota(say, quota, width);
    ImGui::PopID();
  }
  gap(space::kTightGap);
}

void draw_key_history(const AppState& state, float width, const Emit& emit) {
  constexpr std::size_t kAtFirst = 5;
  const Phrasebook say = state.phrasebook();
  const KeyStory& story = state.keys.story;
  heading(say(TextId::History), 3);
  gap(space::kTightGap);
  if (draw_no_rows(say, story.history, !story.events.empty(), TextId::NoHistory, width)) return;
  const std::size_t shown = story.all_events ? story.events.size() : std::min(kAtFirst, story.events.size());
  for (std::size_t i = 0; i < shown; ++i) draw_event(state, story.events[i], i + 1 == shown, width);
  if (shown < story.events.size() && link(say(TextId::WholeHistory, {std::to_string(story.events.size())})))
    emit(ShowWholeHistory{});
  gap(space::kSection);
}

}  // namespace geminate::ui
