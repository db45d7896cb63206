#include <algorithm>

#include "frontend-wasm/app/form_values.h"
#include "frontend-wasm/app/settings_step.h"

namespace geminate::ui {
namespace {

struct AliasField {
  const char* name;
  std::string ModelAlias::*text;
};
constexpr AliasField kFields[] = {
    {"alias", &ModelAlias::alias}, {"model", &ModelAlias::model}, {"note", &ModelAlias::note}};

const ModelAlias* find(const SettingsPageState& page, const std::string& alias) {
  const auto& rows = page.aliases.value->aliases;
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const ModelAlias& each) { return each.alias == alias; });
  return row == rows.end() ? nullptr : &*row;
}

/// The list as it is to be: the open row is gone from it, and another in its place if there is one.
void send(Step& step, const ModelAlias* instead) {
  SettingsPageState& page = step.state.settings;
  AliasEdit edit{page.aliases.value->aliases, page.aliases.value->revision};
  std::erase_if(edit.aliases, [&](const ModelAlias& row) { return row.alias == page.open_alias.alias; });
  if (instead != nullptr) edit.aliases.push_back(*instead);
  page.saving = true;
  step.send(SendAliases{std::move(edit), instead != nullptr ? instead->alias : page.open_alias.alias,
                        instead == nullptr});
}

/// After a conflict: what somebody else set is taken over where nothing was typed, and said where something
/// was. A row that is gone is made anew by the next save.
void rebase(Step& step) {
  SettingsPageState& page = step.state.settings;
  if (page.overlay != SettingsOverlay::Alias || !page.conflict) return;
  page.conflict = false;
  const ModelAlias before = std::exchange(page.open_alias, {});
  const ModelAlias* latest = before.alias.empty() ? nullptr : find(page, before.alias);
  if (latest == nullptr) return;
  page.open_alias = *latest;
  for (const AliasField& field : kFields) {
    std::string& typed = step.drafts.settings.alias.*field.text;
    const std::string& theirs = latest->*field.text;
    if (theirs == before.*field.text || theirs == typed) continue;
    if (typed == before.*field.text) {
      typed = theirs;
    } else {
      page.field_errors[field.name] = {TextId::FieldChangedByOther, {theirs}};
    }
  }
}

}  // namespace

void fetch_aliases(Step& step) { fetch<FetchAliases>(step, step.state.settings.aliases); }

void on(Step& step, const OpenAlias& action) {
  SettingsPageState& page = step.state.settings;
  if (!page.aliases.value) return;  // an edit is of the whole list
  open_form(step, SettingsOverlay::Alias);
  const ModelAlias* row = find(page, action.alias);
  page.open_alias = row != nullptr ? *row : ModelAlias();
  step.drafts.settings.alias = page.open_alias;
}

void on(Step& step, const SaveAlias&) {
  SettingsPageState& page = step.state.settings;
  if (page.saving) return;
  page.field_errors.clear();
  ModelAlias row;
  for (const AliasField& field : kFields) {
    row.*field.text = parse_text(step.drafts.settings.alias.*field.text).value_or("");
    if ((row.*field.text).empty() && field.text != &ModelAlias::note)
      page.field_errors[field.name] = {TextId::ValueMissing, {}};
  }
  if (!page.field_errors.empty()) return;
  if (row == page.open_alias) {
    close_settings(page);
    return step.toast(Tone::Neutral, {TextId::NothingChanged, {}});
  }
  send(step, &row);
}

void on(Step& step, const DeleteAlias&) {
  if (!step.state.settings.saving) send(step, nullptr);
}

void on(Step& step, const AliasesLoaded& event) {
  take(step, step.state.settings.aliases, event.list);
  if (event.alias.empty()) return rebase(step);
  saved(step, SettingsOverlay::Alias,
        {event.deleted ? TextId::AliasDeleted : TextId::AliasSaved, {event.alias}});
}

void failed(Step& step, const FetchAliases&, const Failure& failure) {
  miss(step.state.settings.aliases, failure);
}

void failed(Step& step, const SendAliases&, const Failure& failure) {
  if (moved_on(step, failure, SettingsOverlay::Alias))
    fetch_anew<FetchAliases>(step, step.state.settings.aliases);
}

}  // namespace geminate::ui
