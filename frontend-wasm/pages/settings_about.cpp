#include <algorithm>
#include <cmath>

#include "frontend-wasm/pages/settings_parts.h"
#include "frontend-wasm/text/format.h"
#include "shared/core/plain_format.h"

namespace geminate::ui {
namespace {

constexpr float kFigure = 96;

/// "840 KiB", "12.4 MiB".
Text bytes_text(std::int64_t bytes) {
  static constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  double amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (amount >= 1024 && unit + 1 < std::size(kUnits)) {
    amount /= 1024;
    ++unit;
  }
  return Text::verbatim(decimal_text(amount, unit > 1 && amount < 100 ? 1 : 0) + " " + kUnits[unit]);
}

Text bytes_or_none(const std::optional<std::int64_t>& bytes) {
  return bytes ? bytes_text(*bytes) : Text::verbatim("–");
}

Text uptime_text(const Phrasebook& say, std::chrono::milliseconds up) {
  const auto minutes = std::max<std::int64_t>(0, up.count() / 60'000);
  const auto number = [](std::int64_t value) { return std::to_string(value); };
  if (minutes >= 24 * 60)
    return say(TextId::UptimeDays, {number(minutes / (24 * 60)), number(minutes / 60 % 24)});
  if (minutes >= 60) return say(TextId::UptimeHours, {number(minutes / 60), number(minutes % 60)});
  return say(TextId::UptimeMinutes, {number(minutes)});
}

std::vector<Text> problems_of(const Phrasebook& say, const AboutView& about) {
  std::vector<Text> problems;
  if (!about.not_ready.empty()) problems.push_back(say(TextId::AboutNotReady, {about.not_ready}));
  for (const std::string& problem : about.storage_problems)
    problems.push_back(say(TextId::AboutStorageProblem, {problem}));
  if (about.plain_on_network) problems.push_back(say(TextId::AboutPlainOnNetwork));
  if (about.upstream_paused) problems.push_back(say(TextId::AboutUpstreamPaused));
  if (about.usage_records_dropped > 0 || about.log_lines_dropped > 0)
    problems.push_back(say(TextId::AboutDropped, {exact_count(about.usage_records_dropped).str(),
                                                  exact_count(about.log_lines_dropped).str()}));
  return problems;
}

void draw_health(const AppState& state, const AboutView& about) {
  const Phrasebook say = state.phrasebook();
  if (state.is_overheard()) {
    banner(Tone::Warning, Icon::Warning, say(TextId::NotEncrypted));
    gap(space::kGap);
  }
  const auto problems = problems_of(say, about);
  if (problems.empty()) {
    banner(Tone::Good, Icon::Check,
           Text::verbatim(say(TextId::AboutGood).str() + say(TextId::Comma).str() +
                          say(TextId::AboutGoodHint).str()));
    gap(space::kGap);
  }
  for (const Text& problem : problems) {
    banner(Tone::Bad, Icon::Warning, problem);
    gap(space::kGap);
  }
}

void draw_group(const Text& title, const std::vector<Figure>& figures, float width) {
  gap(space::kHair);
  heading(title, 2);
  gap(space::kTightGap);
  const std::size_t columns = width < 560 ? 2 : 4;
  const ImVec2 top = ImGui::GetCursorScreenPos();
  const float each =
      std::floor((width - space::kGap * static_cast<float>(columns - 1)) / static_cast<float>(columns));
  for (std::size_t i = 0; i < figures.size(); ++i) {
    ImGui::SetCursorScreenPos({top.x + (each + space::kGap) * static_cast<float>(i % columns),
                               top.y + (kFigure + space::kGap) * static_cast<float>(i / columns)});
    figure_card({each, kFigure}, figures[i]);
  }
  gap(space::kGap);
}

}  // namespace

void draw_about(const AppState& state, const PageFrame& frame) {
  const Phrasebook say = state.phrasebook();
  const AboutView& about = *state.settings.about.value;
  const Colour plain = theme().text;
  const auto count = [](std::int64_t value) { return exact_count(value); };
  draw_health(state, about);
  const bool memory = about.key_storage_mode == KeyStorageMode::Memory;
  const Text nothing = memory ? say(TextId::AboutNoDatabase) : Text();
  const Text since = say(TextId::AboutSince, {minute_time(about.started_at, state.zone_minutes).str()});
  draw_group(say(TextId::AboutServer),
             {{say(TextId::AboutVersion), Text::verbatim(about.version), Text(), plain},
              {say(TextId::AboutUptime), uptime_text(say, about.now - about.started_at), since, plain},
              {say(TextId::AboutWorkers), count(about.workers), Text(), plain},
              {say(TextId::AboutMemory), bytes_or_none(about.memory_bytes), Text(), plain}},
             frame.width());
  draw_group(say(TextId::AboutStorage),
             {{say(TextId::AboutMode), say(memory ? TextId::AboutModeMemory : TextId::AboutModeDatabase),
               Text(), plain},
              {say(TextId::AboutDatabaseSize), bytes_or_none(about.database_bytes), nothing, plain},
              {say(TextId::AboutUsageSize), bytes_or_none(about.usage_bytes), nothing, plain}},
             frame.width());
  draw_group(say(TextId::AboutNow),
             {{say(TextId::AboutKeys), count(about.keys),
               say(TextId::AboutKeysReady, {count(about.keys_ready).str()}), plain},
              {say(TextId::AboutTokens), count(about.tokens), Text(), plain},
              {say(TextId::AboutInFlight), count(about.requests_in_flight),
               say(TextId::AboutWaiting, {count(about.requests_waiting).str()}), plain},
              {say(TextId::AboutConnections), count(about.client_connections),
               say(TextId::AboutListeners, {count(about.live_listeners).str()}), plain}},
             frame.width());
}

}  // namespace geminate::ui
