#include <algorithm>

#include "frontend-wasm/pages/token_parts.h"
#include "frontend-wasm/text/amounts.h"
#include "frontend-wasm/text/format.h"
#include "frontend-wasm/widgets/controls.h"

namespace geminate::ui {
namespace {

Colour fill_of(float share) {
  if (share >= 1) return theme().bad.fill;
  return share >= 0.8F ? theme().warning.fill : theme().accent.fill;
}

TokenMeasure measure_of(const Phrasebook& say, TextId name, std::int64_t used,
                        const std::optional<std::int64_t>& limit) {
  TokenMeasure measure{.name = say(name), .limited = limit.has_value()};
  if (!limit) {
    measure.brief = short_count(say, used);
    measure.exact = say(TextId::UsedOfLimit, {exact_count(used).str(), say(TextId::Unlimited).str()});
    return measure;
  }
  measure.brief = say(TextId::UsedOfLimit, {short_count(say, used).str(), short_count(say, *limit).str()});
  measure.exact = say(TextId::UsedOfLimit, {exact_count(used).str(), exact_count(*limit).str()});
  measure.share =
      static_cast<float>(static_cast<double>(used) / static_cast<double>(std::max<std::int64_t>(1, *limit)));
  measure.fill = fill_of(measure.share);
  return measure;
}

TextId period_name(BudgetPeriod period) {
  switch (period) {
    case BudgetPeriod::Day:
      return TextId::BudgetToday;
    case BudgetPeriod::Month:
      return TextId::BudgetThisMonth;
    case BudgetPeriod::Life:
      break;
  }
  return TextId::BudgetForLife;
}

}  // namespace

TokenMeasure requests_today(const Phrasebook& say, const ClientTokenView& token) {
  return measure_of(say, TextId::ColumnRequestsToday, token.requests_today, token.requests_per_day);
}

TokenMeasure tokens_today(const Phrasebook& say, const ClientTokenView& token) {
  return measure_of(say, TextId::TokensToday, token.tokens_used_today, token.max_tokens_per_day);
}

TokenMeasure tokens_total(const Phrasebook& say, const ClientTokenView& token) {
  return measure_of(say, TextId::TokensTotal, token.tokens_used_total, token.max_tokens_total);
}

TokenMeasure budget(const Phrasebook& say, const ClientTokenView& token) {
  TokenMeasure measure{.name = say(TextId::ColumnBudget), .limited = token.max_cost_usd.has_value()};
  if (!token.max_cost_usd) {
    measure.brief = measure.exact = say(TextId::NoBudget);
    return measure;
  }
  measure.name = say(period_name(token.cost_period));
  measure.brief = measure.exact =
      say(TextId::UsedOfLimit, {dollars(token.cost_used_usd).str(), dollars(*token.max_cost_usd).str()});
  measure.share = *token.max_cost_usd > 0 ? static_cast<float>(token.cost_used_usd / *token.max_cost_usd) : 0;
  measure.fill = fill_of(measure.share);
  return measure;
}

void draw_measure(const TokenMeasure& measure, float width) {
  constexpr float kName = 132;
  const TextStyle quiet{.size = type::kLabel, .colour = theme().secondary};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float shown = ui::measure(measure.exact, quiet).x;
  paint_text(at, measure.name, quiet, kName);
  const float room = width - kName - shown - 2 * space::kGap;
  if (measure.limited && room > 24)
    paint_bar({at.x + kName + space::kGap, at.y + 5}, room, measure.share, measure.fill);
  paint_text({at.x + width - shown, at.y}, measure.exact, quiet);
  describe_text(Text::verbatim(measure.name.str() + " " + measure.exact.str()), at,
                {at.x + width, at.y + type::kLabel});
  ImGui::Dummy({width, 24});
}

}  // namespace geminate::ui
