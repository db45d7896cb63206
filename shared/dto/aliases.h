#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/core/describe.h"

namespace geminate {

/// Another name for a model: what clients may call it.
struct ModelAlias {
  std::string alias;
  std::string model;
  std::string note;

  bool operator==(const ModelAlias&) const = default;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("alias", self.alias,
          "What clients say; with a * at its end it stands for every name that begins so. A whole name comes "
          "before a beginning, a longer beginning before a shorter one.");
    field("model", self.model, "Gemini's model that is asked then; it is not looked up as an alias again.");
    field("note", self.note, "What it is for.", Presence::Optional);
  }
};

/// Answer of aliases/data and aliases/update.
struct AliasList {
  std::vector<ModelAlias> aliases;
  std::int64_t revision = 0;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("aliases", self.aliases, "Every alias, by name.");
    field("revision", self.revision, "Counts the edits.");
  }
};

/// Body of aliases/update: what holds from now on.
struct AliasEdit {
  std::vector<ModelAlias> aliases;
  std::optional<std::int64_t> revision;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("aliases", self.aliases, "Every alias; one left out is gone.");
    field("revision", self.revision, "If given, the edit fails when somebody has edited aliases since.");
  }
};

}  // namespace geminate
