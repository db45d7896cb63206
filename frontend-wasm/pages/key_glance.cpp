#include "frontend-wasm/pages/key_glance.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "frontend-wasm/text/format.h"
#include "frontend-wasm/text/server_words.h"

namespace geminate::ui {
namespace {

constexpr std::size_t kMostBars = 3;

TextStyle quiet() { return {.size = type::kDense, .colour = theme().secondary}; }

Colour fill_of(std::int32_t percent) {
  if (percent >= 100) return theme().bad.fill;
  return percent >= 80 ? theme().warning.fill : theme().accent.fill;
}

/// One model's tightest quota.
struct Share {
  std::string model;
  std::int32_t percent = -1;  // below zero: no limit is known
  std::string figures;        // "120 / 250, 3 / 10": of each limit that is known
};

void hold_against(Share& share, const Phrasebook& say, TextId name, std::int64_t used,
                  const std::optional<QuotaLimitView>& limit) {
  if (!limit || limit->amount <= 0) return;
  const auto percent = static_cast<std::int32_t>(std::min<std::int64_t>(100, used * 100 / limit->amount));
  share.percent = std::max(share.percent, percent);
  share.figures +=
      "\n" + say(name).str() + " " +
      say(TextId::UsedOfLimit, {exact_count(used).str(), exact_count(limit->amount).str()}).str();
}

Share share_of(const Phrasebook& say, const QuotaView& quota) {
  Share share{quota.model, -1, {}};
  hold_against(share, say, TextId::RequestsAMinute, quota.requests_this_minute, quota.requests_per_minute);
  hold_against(share, say, TextId::RequestsADay, quota.requests_today, quota.requests_per_day);
  hold_against(share, say, TextId::TokensAMinute, quota.tokens_this_minute, quota.tokens_per_minute);
  hold_against(share, say, TextId::TokensADay, quota.tokens_today, quota.tokens_per_day);
  return share;
}

/// By model, the tightest first; as long as nothing more is known, what the list itself tells.
std::vector<Share> shares_of(const AppState& state, const UpstreamKeyView& key) {
  std::vector<Share> shares;
  if (const KeyGlance* glance = state.keys.glances.find(key.id)) {
    for (const QuotaView& quota : glance->quotas) shares.push_back(share_of(state.phrasebook(), quota));
    std::erase_if(shares, [](const Share& share) { return share.percent < 0; });
    std::stable_sort(shares.begin(), shares.end(),
                     [](const Share& a, const Share& b) { return a.percent > b.percent; });
  }
  if (shares.empty() && key.quota_share)
    shares.push_back({key.quota_model.value_or(""), *key.quota_share, {}});
  return shares;
}

std::string percent_text(std::int32_t percent) { return std::to_string(percent) + " %"; }

/// "gemini-2.5-flash 48 %", a line each, with the figures where they are wanted.
Text told(const std::vector<Share>& shares, bool with_figures) {
  std::string lines;
  for (const Share& share : shares) {
    if (!lines.empty()) lines += with_figures ? "\n" : ", ";
    lines += share.model + " " + percent_text(share.percent);
    if (with_figures) lines += share.figures;
  }
  return Text::verbatim(lines);
}

void tip_over(ImVec2 min, ImVec2 max, const Text& words) {
  if (ImGui::IsMouseHoveringRect(min, max)) tip(words);
}

/// "412 requests in 24 hours"; empty while it is not known.
Text requests_told(const Phrasebook& say, const KeyGlance* glance) {
  if (glance == nullptr) return {};
  const std::int64_t sum = std::accumulate(glance->requests.begin(), glance->requests.end(), std::int64_t{0});
  return say(TextId::RequestsOfDay, {exact_count(sum).str()});
}

Text requests_in_full(const AppState& state, const KeyGlance& glance) {
  const Phrasebook say = state.phrasebook();
  const auto most = std::max_element(glance.requests.begin(), glance.requests.end());
  if (most == glance.requests.end() || *most == 0) return requests_told(say, &glance);
  const Timestamp hour = state.keys.glances.told.from + std::chrono::hours(most - glance.requests.begin());
  return Text::verbatim(
      requests_told(say, &glance).str() + "\n" +
      say(TextId::MostInHour, {exact_count(*most).str(), minute_time(hour, state.zone_minutes).str()}).str());
}

void draw_spark(ImVec2 at, ImVec2 size, const AppState& state, const KeyGlance* glance) {
  const Text words = requests_told(state.phrasebook(), glance);
  if (words.empty()) return;
  const bool any = std::any_of(glance->requests.begin(), glance->requests.end(),
                               [](std::int64_t count) { return count > 0; });
  paint_spark(at, size, glance->requests, any ? theme().accent.fill : theme().line);
  describe_text(words, at, {at.x + size.x, at.y + size.y}, Role::Image);
  tip_over(at, {at.x + size.x, at.y + size.y}, requests_in_full(state, *glance));
}

/// The most frequent one in fewer words than its event: the state says that it rests.
Text error_name(const Phrasebook& say, KeyEventKind kind) {
  return say(kind == KeyEventKind::Limited ? TextId::ErrorLimited : event_look(kind).name);
}

Text error_told(const AppState& state, const UpstreamKeyView& key) {
  const Phrasebook say = state.phrasebook();
  const Text when = relative_time(say, *key.last_error_at, state.wall_now, state.zone_minutes);
  return Text::verbatim(error_name(say, *key.last_error).str() + " · " + when.str());
}

/// With its time, and what is known of the answer.
Text error_in_full(const AppState& state, const UpstreamKeyView& key) {
  const Phrasebook say = state.phrasebook();
  std::string words = say(event_look(*key.last_error).name).str() + "\n" +
                      time_and_utc(*key.last_error_at, state.zone_minutes).str();
  const KeyGlance* glance = state.keys.glances.find(key.id);
  if (glance == nullptr || !glance->last_error) return Text::verbatim(words);
  const KeyEventView& event = *glance->last_error;
  if (!event.model.empty()) words += "\n" + event.model;
  if (event.http_status)
    words += "\n" + say(TextId::EventStatusOnly, {std::to_string(*event.http_status)}).str();
  if (!event.reason.empty()) words += "\n" + server_words(say, event.reason).str();
  return Text::verbatim(words);
}

bool has_error(const UpstreamKeyView& key) { return key.last_error && key.last_error_at; }

}  // namespace

void draw_quota_cell(const TableRow& row, int column, const AppState& state, const UpstreamKeyView& key) {
  const std::vector<Share> shares = shares_of(state, key);
  if (shares.empty())
    return table_cell(row, column, Text::verbatim("–"), {.size = type::kDense, .colour = theme().faint});
  constexpr float kPercent = 48, kThin = 4, kStep = 7;
  const std::size_t bars = std::min(shares.size(), kMostBars);
  const float left = row.left(column);
  const float width = std::max(24.0F, row.width(column) - space::kGap - kPercent);
  const float height = kStep * static_cast<float>(bars - 1) + kThin;
  for (std::size_t i = 0; i < bars; ++i) {
    const Share& share = shares[i];
    paint_bar({left, row.middle(height) + kStep * static_cast<float>(i)}, width,
              static_cast<float>(share.percent) / 100, fill_of(share.percent), kThin);
  }
  const ImVec2 at{left + width + 8, row.middle(type::kDense)};
  paint_text(at, Text::verbatim(percent_text(shares.front().percent)), quiet());
  describe_text(told(shares, false), {left, at.y}, {at.x + kPercent - 8, at.y + type::kDense}, Role::Cell);
  tip_over({left, row.min.y}, {at.x + kPercent - 8, row.max.y}, told(shares, true));
}

void draw_requests_cell(const TableRow& row, int column, const AppState& state, const UpstreamKeyView& key) {
  constexpr float kHeight = 20;
  draw_spark({row.left(column), row.middle(kHeight)}, {row.width(column) - 2 * space::kGap, kHeight}, state,
             state.keys.glances.find(key.id));
}

void draw_error_cell(const TableRow& row, int column, const AppState& state, const UpstreamKeyView& key) {
  if (!has_error(key))
    return table_cell(row, column, state.phrasebook()(TextId::None),
                      {.size = type::kDense, .colour = theme().faint});
  table_cell(row, column, error_told(state, key),
             {.size = type::kDense, .colour = theme().tone(event_look(*key.last_error).tone).text},
             error_in_full(state, key));
}

void draw_card_glance(ImVec2 at, float width, const AppState& state, const UpstreamKeyView& key) {
  constexpr float kSpark = 84, kHeight = 18;
  const std::vector<Share> shares = shares_of(state, key);
  draw_spark({at.x + width - kSpark, at.y + 2}, {kSpark, kHeight}, state, state.keys.glances.find(key.id));
  TextStyle small{.size = type::kLabel, .colour = theme().faint};
  Text words = shares.empty() ? Text() : told({shares.front()}, false);
  if (has_error(key)) {
    words = error_told(state, key);
    small.colour = theme().tone(event_look(*key.last_error).tone).text;
  }
  const float shown = paint_text({at.x, at.y + 6}, words, small, width - kSpark - space::kGap);
  if (!words.empty()) describe_text(words, {at.x, at.y + 6}, {at.x + shown, at.y + 6 + type::kLabel});
}

}  // namespace geminate::ui
