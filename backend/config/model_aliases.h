#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/core/result.h"
#include "shared/dto/aliases.h"

namespace geminate::config {

/// Which models clients mean by which names, as an administrator has set it. Never changes: an edit makes a
/// new one, which is published to the workers.
class AliasTable {
 public:
  AliasTable() = default;
  /// `aliases` as read_aliases has checked them.
  explicit AliasTable(const std::vector<ModelAlias>& aliases);

  [[nodiscard]] bool empty() const { return whole_.empty() && beginnings_.empty(); }
  /// The model that a name stands for, looked up once: what it says is no name to look up again. Null:
  /// nobody's alias, or one of a model by that very name. A whole name before a beginning, the longest
  /// beginning before the others; "models/" before the name does not matter.
  [[nodiscard]] const std::string* find(std::string_view name) const;
  /// The same, or the name as it came. At most once for a name: what it answers is no name to look up again.
  [[nodiscard]] std::string resolve(std::string_view name) const;
  /// Those that stand for one name alone, by name; they can be listed.
  [[nodiscard]] const std::vector<ModelAlias>& whole_names() const { return whole_; }

 private:
  std::vector<ModelAlias> whole_;
  /// Without their *, the longest first.
  std::vector<ModelAlias> beginnings_;
};

/// "models/" before a name taken away.
std::string_view bare_model(std::string_view name);

/// Checks what an administrator sent; by name then. BadRequest naming the field: "aliases[2].alias".
Result<std::vector<ModelAlias>> read_aliases(const AliasEdit& edit);

}  // namespace geminate::config
