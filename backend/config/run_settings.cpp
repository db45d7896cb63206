#include "backend/config/run_settings.h"

#include <algorithm>
#include <set>

#include "backend/audit/field_moves.h"
#include "backend/config/setting_values.h"
#include "backend/config/setting_views.h"

namespace geminate::config {
namespace {

/// What a value may be long; no setting that changes at run time needs more.
constexpr std::size_t kLongestValue = 16 * 1024;

Error refuse(ErrorCode code, const std::string& setting, std::string message) {
  return Error{code, std::move(message), {}, setting, {}};
}

Config without_secrets(Config config) {
  config.gemini_api_keys.clear();
  config.client_tokens.clear();
  config.key_encryption_key = Secret();
  config.key_encryption_key_previous = Secret();
  config.admin_api_key = Secret();
  return config;
}

std::vector<SettingFault> overlay_all(Config& config, const Environment& values) {
  auto faults = overlay(config, values);
  for (SettingFault& fault : faults_together(config)) faults.push_back(std::move(fault));
  return faults;
}

Status check_change(const SettingChange& change, std::int64_t revision) {
  switch (changeable(change.name)) {
    case Changeable::Unknown:
      return refuse(ErrorCode::BadRequest, change.name, "there is no setting with this name");
    case Changeable::AtStart:
      return refuse(ErrorCode::BadRequest, change.name,
                    change.name + " is read at the start alone: set it in the environment and restart");
    case Changeable::Live:
      break;
  }
  if (change.revision && *change.revision != revision)
    return refuse(ErrorCode::Conflict, change.name, change.name + " was changed meanwhile");
  if (change.value && change.value->size() > kLongestValue)
    return refuse(ErrorCode::BadRequest, change.name, change.name + " is longer than 16384 bytes");
  return Status::success();
}

std::vector<SettingMove> moves_between(const Config& before, const Config& after) {
  std::vector<SettingMove> moves;
  const auto old_texts = value_texts(before);
  const auto new_texts = value_texts(after);
  for (std::size_t i = 0; i < old_texts.size(); ++i) {
    if (old_texts[i].text != new_texts[i].text)
      moves.push_back({old_texts[i].name, old_texts[i].text, new_texts[i].text});
  }
  return moves;
}

/// What the audit log says: values as they are shown, also of a setting whose value stays what it was.
Change told(const Change& change, const std::vector<SettingRow>& rows,
            const std::vector<SettingMove>& moves) {
  std::vector<FieldMove> fields;
  for (const SettingMove& move : moves)
    fields.push_back({move.name, audit::cut_value(move.from), audit::cut_value(move.to)});
  for (const SettingRow& row : rows) {
    const bool has_moved = std::any_of(moves.begin(), moves.end(),
                                       [&row](const SettingMove& move) { return move.name == row.name; });
    if (!has_moved) fields.push_back({row.name, std::nullopt, row.value ? "set to what it was" : "reset"});
  }
  return audit::completed(change, "settings", {}, std::move(fields));
}

}  // namespace

RunSettings::RunSettings(const Config& environment, SettingSources sources, SettingStore& store)
    : environment_(without_secrets(environment)),
      sources_(std::move(sources)),
      store_(store),
      values_(environment_) {}

Result<std::vector<std::string>> RunSettings::load() {
  GEMINATE_TRY(const auto rows, store_.load());
  std::vector<std::string> notes;
  for (const SettingRow& row : rows) {
    rows_[row.name] = row;
    if (row.value && changeable(row.name) == Changeable::Live) active_[row.name] = *row.value;
  }
  for (;;) {
    values_ = environment_;
    const auto faults = overlay_all(values_, active_);
    const std::size_t before = active_.size();
    if (!faults.empty()) drop_faulty(faults, notes);
    // The environment itself has no fault: without the console's values there is none.
    if (active_.size() == before) return notes;
  }
}

void RunSettings::drop_faulty(const std::vector<SettingFault>& faults, std::vector<std::string>& notes) {
  for (const SettingFault& fault : faults) {
    for (const std::string& name : {fault.setting, fault.other}) {
      if (active_.erase(name) != 0)
        notes.push_back("The console's value of " + name + " is not used: " + fault.message);
    }
  }
}

void RunSettings::put_into(Config& config) const { overlay(config, active_); }

SettingList RunSettings::list() const {
  const SettingStanding standing{values_, environment_, sources_,
                                 [this](const std::string& name) -> const SettingRow* {
                                   return active_.contains(name) ? &rows_.at(name) : nullptr;
                                 },
                                 [this](const std::string& name) {
                                   const auto row = rows_.find(name);
                                   return row == rows_.end() ? 0 : row->second.revision;
                                 }};
  return {setting_views(standing), environment_.key_storage_mode};
}

Result<std::vector<SettingRow>> RunSettings::rows_for(const SettingsEdit& edit, Timestamp now) const {
  std::vector<SettingRow> rows;
  std::set<std::string> seen;
  if (edit.changes.empty()) return refuse(ErrorCode::BadRequest, "changes", "there is nothing to change");
  for (const SettingChange& change : edit.changes) {
    const auto old = rows_.find(change.name);
    const std::int64_t revision = old == rows_.end() ? 0 : old->second.revision;
    GEMINATE_CHECK_OK(check_change(change, revision));
    if (!seen.insert(change.name).second)
      return refuse(ErrorCode::BadRequest, change.name, change.name + " is named twice");
    std::optional<std::string> value;
    if (change.value) value = std::string(without_blanks_around(*change.value));
    rows.push_back({change.name, std::move(value), revision + 1, now});
  }
  return rows;
}

Environment RunSettings::values_with(const std::vector<SettingRow>& changes) const {
  Environment values = active_;
  for (const SettingRow& row : changes) {
    if (row.value) {
      values[row.name] = *row.value;
    } else {
      values.erase(row.name);
    }
  }
  return values;
}

Result<SettingList> RunSettings::update(const SettingsEdit& edit, const Change& change, Timestamp now) {
  GEMINATE_TRY(const auto rows, rows_for(edit, now));
  Environment active = values_with(rows);
  Config values = environment_;
  if (const auto faults = overlay_all(values, active); !faults.empty()) {
    // The form shows the fault at a field that was touched.
    const SettingFault& fault = faults.front();
    const bool blames_other = std::none_of(rows.begin(), rows.end(),
                                           [&](const SettingRow& row) { return row.name == fault.setting; });
    return refuse(ErrorCode::BadRequest, blames_other ? fault.other : fault.setting, fault.message);
  }
  const auto moves = moves_between(values_, values);
  GEMINATE_CHECK_OK(store_.save(rows, told(change, rows, moves)));
  for (const SettingRow& row : rows) rows_[row.name] = row;
  active_ = std::move(active);
  values_ = std::move(values);
  if (changed_ && !moves.empty()) changed_(values_, moves);
  return list();
}

}  // namespace geminate::config
