#pragma once

#include <cstdint>

#include "frontend-wasm/widgets/theme.h"
#include "imgui.h"

namespace geminate::ui {

enum class Icon : std::uint8_t {
  None,
  Plus,
  Search,
  Close,
  Menu,
  More,
  Check,
  Key,
  Token,
  Sun,
  Moon,
  System,
  Globe,
  SignOut,
  Refresh,
  Trash,
  Edit,
  Warning,
  Info,
  Copy,
  ChevronDown,
  ChevronUp,
  Upload,
  Download,
  Power,
  Empty,
  Offline,
  Clock,
  List,
  Chart,
  Sliders,
  Prompt,
  Picture,
  Send,
  Stop,
  Cube,
  People,
  Book,
};

/// Draws the icon's strokes into a square of that side around the middle.
void draw_icon(ImDrawList& into, Icon icon, ImVec2 middle, float side, Colour colour);

}  // namespace geminate::ui
