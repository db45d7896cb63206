#include "backend/config/alias_book.h"

#include "shared/codec/codec.h"

namespace geminate::config {
namespace {

Result<std::vector<ModelAlias>> aliases_in(const std::string& text) {
  GEMINATE_TRY(const auto kept, codec::from_json<AliasEdit>(text));
  return read_aliases(kept);
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
  GEMINATE_CHECK_OK(store_.save({{kRowName, codec::to_json(AliasEdit{aliases, {}}), revision, now}}, change));
  list_ = {std::move(aliases), revision};
  if (changed_) changed_(table());
  return list_;
}

}  // namespace geminate::config
