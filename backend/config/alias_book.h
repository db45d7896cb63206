#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backend/config/model_aliases.h"
#include "backend/config/setting_store.h"

namespace geminate::config {

/// The aliases of models as an administrator edits them: one document with a revision, kept as a row of the
/// settings' store. Management thread only, but for the time before it runs.
class AliasBook {
 public:
  /// What the row is called; no setting has such a name.
  static constexpr const char* kRowName = "model aliases";

  /// `store` outlives it.
  explicit AliasBook(SettingStore& store) : store_(store) {}

  /// Takes up what was set before. What can no longer be read is left out, and a note says so; the next edit
  /// takes its place.
  Result<std::vector<std::string>> load();

  /// Called after each edit, before it is answered, with what holds from then on.
  using Changed = std::function<void(std::shared_ptr<const AliasTable>)>;
  void on_change(Changed changed) { changed_ = std::move(changed); }

  [[nodiscard]] std::shared_ptr<const AliasTable> table() const;
  [[nodiscard]] const AliasList& list() const { return list_; }
  /// All of it or nothing. Saved and in force when it returns. BadRequest naming the field; Conflict when the
  /// edit began from another revision.
  Result<AliasList> update(const AliasEdit& edit, const Change& change, Timestamp now);

 private:
  SettingStore& store_;
  AliasList list_;
  Changed changed_;
};

}  // namespace geminate::config
