#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "frontend-wasm/text/text.h"
#include "shared/dto/aliases.h"
#include "shared/dto/quotas.h"
#include "shared/dto/settings.h"
#include "shared/dto/usage.h"

namespace geminate::ui {

enum class SettingsTab : std::uint8_t { Settings, Quotas, Prices, About };

/// Which settings are listed: all, those that a running server takes over, those that were changed here.
enum class SettingFilter : std::uint8_t { All, Editable, Changed };

enum class SettingsOverlay : std::uint8_t { None, Setting, Quota, Price, Alias };

/// What one tab shows: nothing before the first answer, and the last good one when an attempt fails.
template <class T>
struct Fetched {
  std::optional<T> value;
  bool running = false;
  std::optional<Message> problem;
};

struct SettingsPageState {
  SettingsTab tab = SettingsTab::Settings;
  SettingFilter filter = SettingFilter::All;
  Fetched<SettingList> settings;
  Fetched<QuotaList> quotas;
  Fetched<PriceList> prices;
  Fetched<AboutView> about;
  Fetched<AliasList> aliases;  // of the page of models

  SettingsOverlay overlay = SettingsOverlay::None;
  // The row as it was when its form was filled; a new one has no model (no alias).
  SettingView open_setting;
  QuotaView open_quota;
  PriceView open_price;
  ModelAlias open_alias;
  bool conflict = false;  // someone else changed the setting: its latest is on the way
  bool saving = false;
  std::map<std::string, Message> field_errors;

  const SettingView* find(const std::string& name) const {
    if (!settings.value) return nullptr;
    for (const SettingView& each : settings.value->settings) {
      if (each.name == name) return &each;
    }
    return nullptr;
  }
};

/// Limits as typed; an empty one is nobody's: what Google teaches holds.
struct QuotaForm {
  std::string project, model;
  std::string requests_per_minute, tokens_per_minute, requests_per_day, tokens_per_day;
  friend bool operator==(const QuotaForm&, const QuotaForm&) = default;
};

/// Dollars per million tokens, as typed.
struct PriceForm {
  std::string model, input_usd, output_usd, cached_usd;
  friend bool operator==(const PriceForm&, const PriceForm&) = default;
};

struct SettingsDrafts {
  std::string search;
  std::string value;
  QuotaForm quota;
  PriceForm price;
  ModelAlias alias;
};

/// Whether the list shows a setting. Pure; `words` are compared without regard to case.
bool matches_search(const SettingView& setting, const std::string& words);
bool passes(const SettingView& setting, SettingFilter filter);

/// A price as typed; none when it is no amount of money. Pure.
std::optional<double> parse_price(const std::string& text);
std::string price_text(double usd);

/// A row as its form begins; one without a model is new, and its form empty. Pure.
QuotaForm form_of(const QuotaView& row);
PriceForm form_of(const PriceView& row);

}  // namespace geminate::ui
