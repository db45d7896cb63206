#include "frontend-wasm/testing/semantics.h"

#include <array>
#include <cmath>
#include <functional>
#include <utility>

#include "shared/core/plain_format.h"

namespace geminate::ui {
namespace {

constexpr std::array<std::string_view, 24> kRoleNames = {
    "button",   "link",         "textbox",    "checkbox", "option",      "listbox", "combobox", "menu",
    "menuitem", "columnheader", "cell",       "row",      "table",       "heading", "text",     "dialog",
    "alert",    "status",       "navigation", "main",     "progressbar", "img",     "tab",      "slider"};

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += plain_text("\\u%04x", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_text(std::string& out, std::string_view key, std::string_view text) {
  out += ",\"";
  out += key;
  out += "\":";
  append_quoted(out, text);
}

void append_flag(std::string& out, std::string_view key, bool value) {
  out += ",\"";
  out += key;
  out += value ? "\":true" : "\":false";
}

void append_place(std::string& out, const SemanticNode& node) {
  const auto pixel = [](float v) { return static_cast<int>(std::lround(v)); };
  out += plain_text("{\"id\":%u,\"parent\":%u,\"rect\":[%d,%d,%d,%d]", node.id, node.parent,
                    pixel(node.rect.left), pixel(node.rect.top), pixel(node.rect.right - node.rect.left),
                    pixel(node.rect.bottom - node.rect.top));
}

void append_node(std::string& out, const SemanticNode& node) {
  append_place(out, node);
  append_text(out, "role", role_name(node.role));
  append_text(out, "name", node.name);
  // Also when empty: the mirror would keep the old value otherwise.
  if (node.role == Role::Slider) {
    append_text(out, "value", node.value);
    out += ",\"now\":" + std::to_string(node.value_now) + ",\"most\":" + std::to_string(node.value_most);
  }
  if (node.role == Role::Textbox) append_text(out, "value", node.secret ? std::string_view{} : node.value);
  if (!node.description.empty()) append_text(out, "description", node.description);
  if (!node.sort.empty()) append_text(out, "sort", node.sort);
  if (node.checked != Tristate::None) append_flag(out, "checked", node.checked == Tristate::On);
  if (node.expanded != Tristate::None) append_flag(out, "expanded", node.expanded == Tristate::On);
  if (node.disabled) append_flag(out, "disabled", true);
  if (node.current) append_flag(out, "current", true);
  if (node.selected) append_flag(out, "selected", true);
  if (node.invalid) append_flag(out, "invalid", true);
  if (node.secret) append_flag(out, "secret", true);
  if (node.focused) append_flag(out, "focused", true);
  if (node.level > 0) out += ",\"level\":" + std::to_string(node.level);
  if (node.row_count >= 0) out += ",\"rows\":" + std::to_string(node.row_count);
  if (node.row_index >= 0) out += ",\"row\":" + std::to_string(node.row_index);
  out += '}';
}

bool is_mirrored(const SemanticNode& node) { return node.described && !node.rect.empty(); }

}  // namespace

std::string_view role_name(Role role) { return kRoleNames[static_cast<std::size_t>(role)]; }

void SemanticTree::begin_frame() {
  nodes_.clear();
  position_.clear();
  open_.clear();
}

SemanticNode& SemanticTree::node(std::uint32_t id) {
  const auto [entry, is_new] = position_.try_emplace(id, nodes_.size());
  if (is_new) {
    nodes_.emplace_back();
    nodes_.back().id = id;
    nodes_.back().parent = open_.empty() ? 0 : open_.back();
  }
  return nodes_[entry->second];
}

void SemanticTree::place(std::uint32_t id, Rect visible, bool disabled) {
  SemanticNode& placed = node(id);
  placed.rect = visible;
  placed.disabled = disabled;
}

SemanticNode& SemanticTree::describe(std::uint32_t id, Role role, std::string_view name) {
  SemanticNode& described = node(id);
  described.role = role;
  described.name = name;
  described.described = true;
  return described;
}

SemanticNode* SemanticTree::find(std::uint32_t id) {
  const auto entry = position_.find(id);
  return entry == position_.end() ? nullptr : &nodes_[entry->second];
}

const SemanticNode* SemanticTree::find(Role role, std::string_view name) const {
  for (const SemanticNode& candidate : nodes_) {
    if (candidate.described && candidate.role == role && candidate.name == name && !candidate.rect.empty()) {
      return &candidate;
    }
  }
  return nullptr;
}

std::string SemanticTree::to_json() const {
  std::string out = "[";
  for (const SemanticNode& each : nodes_) {
    if (!is_mirrored(each)) continue;
    if (out.size() > 1) out += ',';
    append_node(out, each);
  }
  return out += ']';
}

std::string MirrorNews::since_last(const SemanticTree& tree) {
  std::string out;
  std::size_t page = 1;
  std::unordered_map<std::uint32_t, std::size_t> told;
  for (const SemanticNode& each : tree.nodes()) {
    if (!is_mirrored(each)) continue;
    out += out.empty() ? '[' : ',';
    const std::size_t begin = out.size();
    append_node(out, each);
    const std::size_t hash = std::hash<std::string_view>{}(std::string_view(out).substr(begin));
    page = page * 31 + hash;
    told.emplace(each.id, hash);
    // Into a field somebody may have typed what the page did not take.
    const auto before = told_.find(each.id);
    if (each.role == Role::Textbox || before == told_.end() || before->second != hash) continue;
    out.resize(begin);
    out += std::to_string(each.id);
  }
  told_ = std::move(told);
  if (std::exchange(page_, page) == page) return {};
  return out.empty() ? "[]" : out + ']';
}

}  // namespace geminate::ui
