#include "backend/config/alias_book.h"

#include <map>
#include <utility>

#include "backend/audit/field_moves.h"
#include "shared/codec/codec.h"

namespace geminate::config {
namespace {

Result<std::vector<ModelAlias>> aliases_in(const std::string& text) {
  GEMINATE_TRY(const auto kept, codec::from_json<AliasEdit>(text));
  return read_aliases(kept);
}

std::map<std::string, std::string> models_of(const std::vector<ModelAlias>& aliases) {
  std::map<std::string, std::string> models;
  for (const ModelAlias& alias : aliases) models[alias.alias] = alias.model;
  return models;
}

/// Alias by alias. So many aliases as there may be are more than a row should hold: the rest are counted.
std::vector<FieldMove> moves_between(const std::vector<ModelAlias>& before,
                                     const std::vector<ModelAlias>& after) {
  constexpr std::size_t kMostMoves = 100;
  std::vector<FieldMove> moves = audit::map_moves(models_of(before), models_of(after));
  audit::keep_most(moves, kMostMoves);
  return moves;
}

}  // namespace

Result<std::vector<std::string>> AliasBook::load() {
  GEMINATE_TRY(const auto rows, store_.load());
  std::vector<std::string> notes;
  for (const SettingRow& row : rows) {
    if (row.name != kRowName) continue;
    list_.revision = row.revision;
    auto aliases = aliases_in(row.value.value_or(R"({"aliases":[]})"));
    if (aliases.ok()) {
      list_.aliases = std::move(aliases).value();
    } else {
      notes.push_back("The aliases of models are not used: " + aliases.error().message);
    }
  }
  return notes;
}

std::shared_ptr<const AliasTable> AliasBook::table() const {
  return std::make_shared<const AliasTable>(list_.aliases);
}

Result<AliasList> AliasBook::update(const AliasEdit& edit, const Change& change, Timestamp now) {
  if (edit.revision && *edit.revision != list_.revision)
    return Error{ErrorCode::Conflict, "aliases were set in the meantime", {}, "revision", {}};
  GEMINATE_TRY(auto aliases, read_aliases(edit));
  const std::int64_t revision = list_.revision + 1;
  GEMINATE_CHECK_OK(
      store_.save({{kRowName, codec::to_json(AliasEdit{aliases, {}}), revision, now}},
                  audit::completed(change, "aliases", {}, moves_between(list_.aliases, aliases))));
  list_ = {std::move(aliases), revision};
  if (changed_) changed_(table());
  return list_;
}

}  // namespace geminate::config
