#include "frontend-wasm/app/settings_state.h"

#include <algorithm>

#include "frontend-wasm/app/form_values.h"
#include "frontend-wasm/app/json_text.h"
#include "shared/core/ascii.h"

namespace geminate::ui {
namespace {

constexpr double kMostDollars = 1'000'000;

bool holds(std::string_view text, const std::string& words) {
  const auto at = std::search(text.begin(), text.end(), words.begin(), words.end(),
                              [](char a, char b) { return ascii_lower(a) == ascii_lower(b); });
  return at != text.end();
}

}  // namespace

bool matches_search(const SettingView& setting, const std::string& words) {
  const std::string wanted = parse_text(words).value_or("");
  if (wanted.empty()) return true;
  for (const std::string* text :
       {&setting.name, &setting.sentence, &setting.sentence_zh, &setting.section, &setting.section_zh}) {
    if (holds(*text, wanted)) return true;
  }
  return setting.value && holds(*setting.value, wanted);
}

bool passes(const SettingView& setting, SettingFilter filter) {
  switch (filter) {
    case SettingFilter::Editable:
      return setting.is_editable;
    case SettingFilter::Changed:
      return setting.origin == SettingOrigin::Console;
    case SettingFilter::All:
      break;
  }
  return true;
}

std::optional<double> parse_price(const std::string& text) {
  const std::string typed = parse_text(text).value_or("");
  const std::optional<double> price = read_decimal(typed);
  if (!price || *price > kMostDollars) return std::nullopt;
  return price;
}

std::string price_text(double usd) { return money_text(usd); }

}  // namespace geminate::ui
