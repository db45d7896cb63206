#include "frontend-wasm/text/amounts.h"

#include <algorithm>
#include <cmath>

#include "shared/core/plain_format.h"

namespace geminate::ui {
namespace {

/// "1.50" → "1.5", "2.0" → "2".
std::string trimmed(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

Text duration_text(const Phrasebook& say, std::int64_t milliseconds) {
  if (milliseconds < 1000) return say(TextId::DurationMs, {std::to_string(milliseconds)});
  const double seconds = static_cast<double>(milliseconds) / 1000;
  if (seconds < 59.95) return say(TextId::DurationS, {trimmed(decimal_text(seconds, seconds < 10 ? 2 : 1))});
  const std::int64_t whole = (milliseconds + 500) / 1000;
  return say(TextId::DurationMin, {std::to_string(whole / 60), std::to_string(whole % 60)});
}

Text dollars(double amount) {
  if (amount == 0) return Text::verbatim("$0");
  if (amount >= 1000) return Text::verbatim("$" + decimal_text(amount, 0));
  if (amount >= 1) return Text::verbatim("$" + decimal_text(amount, 2));
  // Two figures that are not zero, six decimals at most.
  const int decimals = std::clamp(1 - static_cast<int>(std::floor(std::log10(amount))), 2, 6);
  const std::string text = trimmed(decimal_text(amount, decimals));
  return Text::verbatim(text == "0" ? "<$0.000001" : "$" + text);
}

Text percent(std::int64_t part, std::int64_t whole) {
  if (whole <= 0 || part <= 0) return Text::verbatim("0%");
  if (part >= whole) return Text::verbatim("100%");
  const double share = 100 * static_cast<double>(part) / static_cast<double>(whole);
  if (share < 0.01) return Text::verbatim("<0.01%");
  if (share > 99.99) return Text::verbatim(">99.99%");
  return Text::verbatim(trimmed(decimal_text(share, share < 1 || share > 99 ? 2 : 1)) + "%");
}

}  // namespace geminate::ui
