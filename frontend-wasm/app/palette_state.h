#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "frontend-wasm/app/actions.h"

namespace geminate::ui {

enum class PaletteKind : std::uint8_t { Page, Command, Key, Token, Request };

/// One line of the command palette, in the language it was found in.
struct PaletteEntry {
  PaletteKind kind{};
  std::string title;
  /// What choosing it does, in this order.
  std::vector<Action> run;
};

/// What the keyboard opens from everywhere: the command palette and the list of shortcuts.
struct PaletteState {
  bool open = false;
  bool shortcuts = false;
  std::vector<PaletteEntry> entries;  // that answer what was typed
  std::size_t chosen = 0;             // among them
};

}  // namespace geminate::ui
