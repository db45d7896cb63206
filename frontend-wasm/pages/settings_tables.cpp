#include <array>

#include "frontend-wasm/pages/list_parts.h"
#include "frontend-wasm/pages/settings_parts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/data_table.h"

namespace geminate::ui {
namespace {

constexpr float kQuotaRow = 54;
constexpr float kQuotaCard = 150;
constexpr float kPriceCard = 96;
constexpr float kAliasCard = 84;

struct Counter {
  TextId name;
  std::int64_t QuotaView::*used;
  std::optional<QuotaLimitView> QuotaView::*limit;
};
constexpr std::array<Counter, 4> kCounters = {
    {{TextId::RequestsAMinute, &QuotaView::requests_this_minute, &QuotaView::requests_per_minute},
     {TextId::TokensAMinute, &QuotaView::tokens_this_minute, &QuotaView::tokens_per_minute},
     {TextId::RequestsADay, &QuotaView::requests_today, &QuotaView::requests_per_day},
     {TextId::TokensADay, &QuotaView::tokens_today, &QuotaView::tokens_per_day}}};

/// "3 / 15", by the given way to write a count.
template <class Write>
Text use_text(const Phrasebook& say, const QuotaView& quota, const Counter& counter, Write write) {
  const auto& limit = quota.*counter.limit;
  return say(TextId::UsedOfLimit,
             {write(quota.*counter.used).str(), limit ? write(limit->amount).str() : std::string("–")});
}
Text brief_use(const Phrasebook& say, const QuotaView& quota, const Counter& counter) {
  return use_text(say, quota, counter, [&say](std::int64_t count) { return short_count(say, count); });
}

Text origin_of(const Phrasebook& say, const std::optional<QuotaLimitView>& limit) {
  if (!limit) return {};
  switch (limit->origin) {
    case LimitOrigin::Admin:
      return say(TextId::QuotaByAdmin);
    case LimitOrigin::Learnt:
      return say(TextId::QuotaByGoogle);
    case LimitOrigin::Believed:
      break;
  }
  return say(TextId::LimitIsBelieved);
}

Colour use_colour(const QuotaView& quota, const Counter& counter) {
  const auto& limit = quota.*counter.limit;
  if (!limit || quota.*counter.used < limit->amount) return theme().text;
  return theme().bad.text;
}

void draw_use(const Phrasebook& say, const QuotaView& quota, const Counter& counter, ImVec2 at, float room) {
  const auto& limit = quota.*counter.limit;
  // Alone it stands in the row's middle.
  const float top = at.y + (limit ? 0 : 9);
  paint_text({at.x, top}, brief_use(say, quota, counter),
             {.size = type::kDense, .colour = use_colour(quota, counter)}, room);
  const bool by_admin = limit && limit->origin == LimitOrigin::Admin;
  paint_text({at.x, at.y + 18}, origin_of(say, limit),
             {.size = type::kLabel, .colour = by_admin ? theme().accent.text : theme().secondary}, room);
  const std::string exact = use_text(say, quota, counter, exact_count).str();
  const std::string origin = limit ? " " + origin_of(say, limit).str() : std::string();
  describe_text(Text::verbatim(exact + origin), at, {at.x + room, at.y + 36}, Role::Cell);
}

Text quota_name(const Phrasebook& say, const QuotaView& quota) {
  return Text::verbatim(project_name(say, quota).str() + " · " + quota.model);
}

void draw_quota_row(const Phrasebook& say, const TableRow& row, const QuotaView& quota, const Emit& emit) {
  ImGui::PushID(row.index);
  const Press press = table_row(row, quota_name(say, quota), false);
  const Within inside;
  table_cell(row, 0, project_name(say, quota), {.size = type::kDense});
  table_cell(row, 1, Text::verbatim(quota.model), {.size = type::kDense, .face = Face::Mono});
  for (int i = 0; i < 4; ++i)
    draw_use(say, quota, kCounters[static_cast<std::size_t>(i)], {row.left(i + 2), row.middle(34)},
             row.width(i + 2) - space::kTightGap);
  if (press.clicked) emit(OpenQuota{quota.project, quota.key_id, quota.model});
  ImGui::PopID();
}

void draw_quota_table(const AppState& state, ImVec2 size, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const auto& quotas = state.settings.quotas.value->quotas;
  std::vector<TableColumn> columns = {{say(TextId::QuotaProject), 132, 1},
                                      {say(TextId::QuotaModel), 164, 1.4F}};
  for (const Counter& counter : kCounters) columns.push_back({say(counter.name), 118, 0.5F});
  const TableSpec spec{.id = "quotas",
                       .name = say(TextId::SettingsTabQuotas),
                       .columns = &columns,
                       .rows = static_cast<int>(quotas.size()),
                       .row_height = kQuotaRow};
  data_table(spec, size, [&](const TableRow& row) {
    draw_quota_row(say, row, quotas[static_cast<std::size_t>(row.index)], emit);
  });
}

void draw_quota_card(const Phrasebook& say, const QuotaView& quota, ImVec2 min, float width,
                     const Emit& emit) {
  const bool pressed = row_card(min, width, kQuotaCard, quota_name(say, quota), [&] {
    const float left = min.x + 14;
    paint_text({left, min.y + 12}, Text::verbatim(quota.model), {.size = type::kDense, .face = Face::Mono},
               width - 28);
    paint_text({left, min.y + 33}, project_name(say, quota),
               {.size = type::kLabel, .colour = theme().secondary}, width - 28);
    const float half = (width - 28) / 2;
    for (std::size_t i = 0; i < kCounters.size(); ++i) {
      const ImVec2 at{left + half * static_cast<float>(i % 2), min.y + 60 + (i < 2 ? 0.0F : 44.0F)};
      const std::string words = brief_use(say, quota, kCounters[i]).str();
      const std::string origin = origin_of(say, quota.*kCounters[i].limit).str();
      paint_text(at, say(kCounters[i].name), {.size = type::kLabel, .colour = theme().secondary}, half - 8);
      const Text line = Text::verbatim(origin.empty() ? words : words + " · " + origin);
      paint_text({at.x, at.y + 17}, line, {.size = type::kDense, .colour = use_colour(quota, kCounters[i])},
                 half - 8);
      describe_text(Text::verbatim(say(kCounters[i].name).str() + " " + line.str()), at,
                    {at.x + half - 8, at.y + 34});
    }
  });
  if (pressed) emit(OpenQuota{quota.project, quota.key_id, quota.model});
}

// --- prices

/// "$0.3", with as many figures as there are.
Text dollar_text(double usd) { return Text::verbatim("$" + price_text(usd)); }

void draw_price_row(const Phrasebook& say, const TableRow& row, const PriceView& price, const Emit& emit) {
  ImGui::PushID(row.index);
  const Press press = table_row(row, Text::verbatim(price.model), false);
  const Within inside;
  const TextStyle figure{.size = type::kDense};
  table_cell(row, 0, Text::verbatim(price.model), {.size = type::kDense, .face = Face::Mono});
  table_cell(row, 1, dollar_text(price.input_usd), figure);
  table_cell(row, 2, dollar_text(price.output_usd), figure);
  table_cell(row, 3, dollar_text(price.cached_usd), figure);
  table_cell(row, 4, say(price.is_default ? TextId::PriceBuiltIn : TextId::PriceOwn),
             {.size = type::kDense, .colour = price.is_default ? theme().secondary : theme().accent.text});
  if (press.clicked) emit(OpenPrice{price.model});
  ImGui::PopID();
}

void draw_price_table(const AppState& state, ImVec2 size, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const auto& prices = state.settings.prices.value->prices;
  const std::vector<TableColumn> columns = {{say(TextId::QuotaModel), 220, 2},
                                            {say(TextId::PriceInput), 96, 0.6F},
                                            {say(TextId::PriceOutput), 96, 0.6F},
                                            {say(TextId::PriceCached), 112, 0.6F},
                                            {say(TextId::PriceOrigin), 96, 0.6F}};
  const TableSpec spec{.id = "prices",
                       .name = say(TextId::SettingsTabPrices),
                       .columns = &columns,
                       .rows = static_cast<int>(prices.size())};
  data_table(spec, size, [&](const TableRow& row) {
    draw_price_row(say, row, prices[static_cast<std::size_t>(row.index)], emit);
  });
}

void draw_price_card(const Phrasebook& say, const PriceView& price, ImVec2 min, float width,
                     const Emit& emit) {
  const bool pressed = row_card(min, width, kPriceCard, Text::verbatim(price.model), [&] {
    const float left = min.x + 14;
    const Text origin = say(price.is_default ? TextId::PriceBuiltIn : TextId::PriceOwn);
    const TextStyle quiet{.size = type::kLabel,
                          .colour = price.is_default ? theme().secondary : theme().accent.text};
    const float taken = measure(origin, quiet).x;
    paint_text({left, min.y + 12}, Text::verbatim(price.model), {.size = type::kDense, .face = Face::Mono},
               width - 28 - taken - 8);
    paint_text({min.x + width - 14 - taken, min.y + 12}, origin, quiet);
    const std::pair<TextId, double> figures[] = {{TextId::PriceInput, price.input_usd},
                                                 {TextId::PriceOutput, price.output_usd},
                                                 {TextId::PriceCached, price.cached_usd}};
    float x = left;
    for (const auto& [name, usd] : figures) {
      const float third = (width - 28) / 3;
      paint_text({x, min.y + 44}, say(name), {.size = type::kLabel, .colour = theme().secondary}, third - 8);
      paint_text({x, min.y + 62}, dollar_text(usd), {.size = type::kDense}, third - 8);
      describe_text(Text::verbatim(say(name).str() + " " + dollar_text(usd).str()), {x, min.y + 44},
                    {x + third - 8, min.y + 80});
      x += third;
    }
  });
  if (pressed) emit(OpenPrice{price.model});
}

// --- aliases

void draw_alias_row(const TableRow& row, const ModelAlias& alias, const Emit& emit) {
  ImGui::PushID(row.index);
  const Press press = table_row(row, Text::verbatim(alias.alias), false);
  const Within inside;
  const TextStyle mono{.size = type::kDense, .face = Face::Mono};
  table_cell(row, 0, Text::verbatim(alias.alias), mono);
  table_cell(row, 1, Text::verbatim(alias.model), mono);
  table_cell(row, 2, Text::verbatim(alias.note), {.size = type::kDense, .colour = theme().secondary});
  if (press.clicked) emit(OpenAlias{alias.alias});
  ImGui::PopID();
}

void draw_alias_card(const ModelAlias& alias, ImVec2 min, float width, const Emit& emit) {
  const bool pressed = row_card(min, width, kAliasCard, Text::verbatim(alias.alias), [&] {
    // Two lines stand in the middle.
    const float shift = alias.note.empty() ? 10.0F : 0.0F;
    const auto line = [&](float top, const Text& words, const TextStyle& style) {
      const ImVec2 at{min.x + 14, min.y + top + shift};
      paint_text(at, words, style, width - 28);
      if (!words.empty()) describe_text(words, at, {at.x + width - 28, at.y + 18});
    };
    line(12, Text::verbatim(alias.alias), {.size = type::kDense, .face = Face::Mono});
    line(33, Text::verbatim("→ " + alias.model),
         {.size = type::kDense, .face = Face::Mono, .colour = theme().secondary});
    line(56, Text::verbatim(alias.note), {.size = type::kLabel, .colour = theme().secondary});
  });
  if (pressed) emit(OpenAlias{alias.alias});
}

}  // namespace

void draw_aliases(const AppState& state, const PageFrame& frame, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const ImVec2 size{frame.width(), frame.height_left(320)};
  const auto& aliases = state.settings.aliases.value->aliases;
  if (aliases.empty()) {
    const Card card("no_aliases", size, {1, 1});
    if (empty_state(Icon::Cube, say(TextId::NoAliases), say(TextId::NoAliasesHint), say(TextId::AddAlias),
                    Icon::Plus))
      emit(OpenAlias{});
  } else if (frame.narrow()) {
    row_cards(aliases, kAliasCard,
              [&](const ModelAlias& alias, ImVec2 min) { draw_alias_card(alias, min, frame.width(), emit); });
  } else {
    const std::vector<TableColumn> columns = {{say(TextId::AliasName), 220, 1},
                                              {say(TextId::AliasModel), 220, 1},
                                              {say(TextId::AliasNote), 160, 1.2F}};
    const TableSpec spec{.id = "aliases",
                         .name = say(TextId::AliasName),
                         .columns = &columns,
                         .rows = static_cast<int>(aliases.size())};
    data_table(spec, size, [&](const TableRow& row) {
      draw_alias_row(row, aliases[static_cast<std::size_t>(row.index)], emit);
    });
  }
}

Text project_name(const Phrasebook& say, const QuotaView& quota) {
  if (!quota.project.empty()) return Text::verbatim(quota.project);
  return say(TextId::QuotaOwnProject, {std::to_string(quota.key_id)});
}

void draw_quota_limits(const AppState& state, const PageFrame& frame, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  const ImVec2 size{frame.width(), frame.height_left(320)};
  const auto& quotas = state.settings.quotas.value->quotas;
  if (quotas.empty()) {
    const Card card("no_quotas", size, {1, 1});
    if (empty_state(Icon::Chart, say(TextId::NoQuotaRows), say(TextId::NoQuotaRowsHint),
                    say(TextId::AddQuota)))
      emit(OpenQuota{});
  } else if (frame.narrow()) {
    row_cards(quotas, kQuotaCard, [&](const QuotaView& quota, ImVec2 min) {
      draw_quota_card(say, quota, min, frame.width(), emit);
    });
  } else {
    draw_quota_table(state, size, emit);
  }
}

void draw_prices(const AppState& state, const PageFrame& frame, const Emit& emit) {
  const Phrasebook say = state.phrasebook();
  if (!frame.narrow()) return draw_price_table(state, {frame.width(), frame.height_left(320)}, emit);
  row_cards(state.settings.prices.value->prices, kPriceCard, [&](const PriceView& price, ImVec2 min) {
    draw_price_card(say, price, min, frame.width(), emit);
  });
}

}  // namespace geminate::ui
