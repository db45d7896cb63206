#pragma once

#include <functional>
#include <string>
#include <vector>

#include "backend/config/config.h"
#include "backend/config/setting_store.h"

namespace geminate::config {

/// What a view of all settings is made from.
struct SettingStanding {
  const Config& in_force;
  const Config& environment;
  const SettingSources& sources;
  /// What the console said of a setting, if it is in force; else null.
  std::function<const SettingRow*(const std::string& name)> console_row;
  std::function<std::int64_t(const std::string& name)> revision;
};

/// Every setting as the management API shows it, in the order of the list. Pure.
std::vector<SettingView> setting_views(const SettingStanding& standing);

/// Whether there is such a setting and a running server takes it over. Pure.
enum class Changeable : std::uint8_t { Unknown, AtStart, Live };
Changeable changeable(std::string_view name);

/// Each setting's value as text, in the order of the list; secrets are empty. Pure.
struct NamedText {
  std::string name;
  std::string text;
};
std::vector<NamedText> value_texts(const Config& config);

}  // namespace geminate::config
