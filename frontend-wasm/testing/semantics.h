#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace geminate::ui {

/// What a widget is, in ARIA's words.
enum class Role : std::uint8_t {
  Button,
  Link,
  Textbox,
  Checkbox,
  Option,
  Listbox,
  Combobox,
  Menu,
  Menuitem,
  Columnheader,
  Cell,
  Row,
  Table,
  Heading,
  Text,
  Dialog,
  Alert,
  Status,
  Navigation,
  MainRegion,
  Progressbar,
  Image,
  Tab,
  Slider,
};
std::string_view role_name(Role role);

struct Rect {
  float left = 0, top = 0, right = 0, bottom = 0;
  bool empty() const { return right <= left || bottom <= top; }
  float middle_x() const { return (left + right) / 2; }
  float middle_y() const { return (top + bottom) / 2; }
};

enum class Tristate : std::uint8_t { None, Off, On };

/// One thing on the page, as a screen reader or a test sees it.
struct SemanticNode {
  std::uint32_t id = 0;
  std::uint32_t parent = 0;  // the container it stands in; 0 for the page
  Role role = Role::Text;
  Rect rect;  // what is visible of it, in CSS pixels
  std::string name;
  std::string value;        // of a textbox, or a slider's in words
  std::string description;  // such as a field's error
  Tristate checked = Tristate::None;
  Tristate expanded = Tristate::None;
  std::string_view sort;  // aria-sort of a column header
  int level = 0;          // of a heading
  int row_count = -1;     // of a table, shown or not
  int row_index = -1;     // of a row among them, from 1 on
  int value_now = 0;      // of a slider, from 0 to value_most
  int value_most = 0;
  bool disabled = false;
  bool current = false;  // the page one is on, in navigation
  bool selected = false;
  bool invalid = false;
  bool secret = false;    // a password: its value never leaves the widget
  bool focused = false;   // has the keyboard
  bool tab_stop = false;  // Tab comes here
  bool described = false;
};

/// The page as a tree in reading order, made anew every frame. Widgets are reported by ImGui's test hooks
/// (test_hooks.cpp) with id and place; `ui::` wrappers add what they are.
class SemanticTree {
 public:
  void begin_frame();

  /// From the hooks: an item was laid out and this much of it is visible.
  void place(std::uint32_t id, Rect visible, bool disabled);
  /// From wrappers: the node to describe, made if ImGui did not report it (text, for one, has no id).
  SemanticNode& describe(std::uint32_t id, Role role, std::string_view name);
  SemanticNode* find(std::uint32_t id);

  /// Everything described until the matching end stands inside this node.
  void open(std::uint32_t id) { open_.push_back(id); }
  void close() { open_.pop_back(); }

  const std::deque<SemanticNode>& nodes() const { return nodes_; }
  /// The nodes that are described and visible, as JSON for the ARIA mirror.
  std::string to_json() const;

  /// For tests: the node with that role and name, or null.
  const SemanticNode* find(Role role, std::string_view name) const;

 private:
  SemanticNode& node(std::uint32_t id);

  std::deque<SemanticNode> nodes_;  // references stay good while it grows
  std::unordered_map<std::uint32_t, std::size_t> position_;
  std::deque<std::uint32_t> open_;
};

/// What a mirror of the page knows already, so that it is told of what changed only.
class MirrorNews {
 public:
  /// The tree as JSON, of a node that stands as it was told before just the id. Empty when nothing has
  /// changed.
  std::string since_last(const SemanticTree& tree);
  /// The mirror could not follow: next time it is told all.
  void forget() { *this = {}; }

 private:
  std::unordered_map<std::uint32_t, std::size_t> told_;  // a node's id → hash of its JSON
  std::size_t page_ = 0;                                 // hash of all of them in their order
};

}  // namespace geminate::ui
