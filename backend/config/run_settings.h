#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "backend/config/config.h"
#include "backend/config/setting_store.h"
#include "shared/core/result.h"

namespace geminate::config {

/// A setting's change while the server runs, for the log.
struct SettingMove {
  std::string name;
  std::string from;
  std::string to;
};

/// The settings of a running server: the environment's, and on top of them what the console changed, which
/// stands until it is reset there. Management thread only, but for the time before it runs.
class RunSettings {
 public:
  /// `store` outlives it. Of secrets it keeps whether they are set, not what they are.
  RunSettings(const Config& environment, SettingSources sources, SettingStore& store);

  /// Takes up what the console said before. A value that is no longer allowed is left out, and a note says
  /// so.
  Result<std::vector<std::string>> load();
  /// Copies what may change at run time into `config`.
  void put_into(Config& config) const;

  /// Called after each change with what holds now.
  using Changed = std::function<void(const Config&, const std::vector<SettingMove>&)>;
  void on_change(Changed changed) { changed_ = std::move(changed); }

  [[nodiscard]] SettingList list() const;
  /// All of the changes or none. They are saved and in force when it returns. BadRequest or Conflict name the
  /// setting at fault as the field.
  Result<SettingList> update(const SettingsEdit& edit, const Change& change, Timestamp now);

 private:
  [[nodiscard]] Environment values_with(const std::vector<SettingRow>& changes) const;
  [[nodiscard]] Result<std::vector<SettingRow>> rows_for(const SettingsEdit& edit, Timestamp now) const;
  void drop_faulty(const std::vector<SettingFault>& faults, std::vector<std::string>& notes);

  /// Without secrets.
  Config environment_;
  const SettingSources sources_;
  SettingStore& store_;
  std::map<std::string, SettingRow, std::less<>> rows_;
  /// The console's values that are in force.
  Environment active_;
  Config values_;
  Changed changed_;
};

}  // namespace geminate::config
