#include <algorithm>

#include "frontend-wasm/app/reduce_step.h"
#include "frontend-wasm/app/reducer.h"

namespace geminate::ui {
namespace {

/// Until whoever scrolls has come to rest.
constexpr double kSettleSeconds = 0.15;
/// Between two questions about the same rows; hours move slowly.
constexpr double kGlanceSeconds = 10;
/// Until the server's sums hold what has just been answered; it makes them anew every other second.
constexpr double kSummedSeconds = 3;

}  // namespace

const KeyGlance* KeyGlanceState::find(std::int64_t id) const {
  const auto at = std::lower_bound(told.keys.begin(), told.keys.end(), id,
                                   [](const KeyGlance& glance, std::int64_t key) { return glance.id < key; });
  return at == told.keys.end() || at->id != id ? nullptr : &*at;
}

void on(Step& step, const SeeKeys& action) {
  KeyGlanceState& glances = step.state.keys.glances;
  glances.in_sight = action.ids;
  const bool all_known = std::all_of(action.ids.begin(), action.ids.end(),
                                     [&](KeyId id) { return glances.find(id) != nullptr; });
  if (!all_known) glances.ask_at = step.state.now + kSettleSeconds;
}

void glances_moved(AppState& state) {
  KeyGlanceState& glances = state.keys.glances;
  if (glances.ask_at == 0)
    glances.ask_at = std::max(state.now + kSummedSeconds, glances.asked_at + kGlanceSeconds);
}

std::optional<double> glances_due(const AppState& state) {
  const KeyGlanceState& glances = state.keys.glances;
  if (state.page != Page::Keys || glances.running || glances.in_sight.empty() || glances.ask_at == 0)
    return std::nullopt;
  return glances.ask_at;
}

void follow_glances(Step& step) {
  const auto due = glances_due(step.state);
  if (!due || step.state.now < *due) return;
  KeyGlanceState& glances = step.state.keys.glances;
  glances.running = true;
  glances.ask_at = 0;
  glances.asked_at = step.state.now;
  std::string ids;
  for (const KeyId id : glances.in_sight) ids += (ids.empty() ? "" : ",") + std::to_string(id);
  step.send(FetchKeyGlances{{std::move(ids)}});
}

void on(Step& step, const KeyGlancesLoaded& event) {
  server_answered(step);
  KeyGlanceState& glances = step.state.keys.glances;
  glances.running = false;
  const bool all_known = std::all_of(event.glances.keys.begin(), event.glances.keys.end(),
                                     [&](const KeyGlance& key) { return glances.find(key.id) != nullptr; });
  glances.told = event.glances;
  // What moved before they came into sight nobody has told of: once more, when that is summed up.
  if (!all_known && glances.ask_at == 0) glances.ask_at = step.state.now + kSummedSeconds;
  step.redraw();
}

/// Asked for again when keys move, or others come into sight.
void failed(Step& step, const FetchKeyGlances&, const Failure&) { step.state.keys.glances.running = false; }

}  // namespace geminate::ui
