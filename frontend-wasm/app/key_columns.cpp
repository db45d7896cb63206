#include "frontend-wasm/app/key_columns.h"

#include <algorithm>
#include <charconv>

namespace geminate::ui {
namespace {

constexpr std::array<KeyColumnSpec, kKeyColumnCount> kColumns = {{
    {KeyColumn::State, "state", TextId::ColumnState, 136, 0.6F, true, 0},
    {KeyColumn::Description, "key", TextId::ColumnKey, 180, 3, true, 0},
    {KeyColumn::Project, "project", TextId::ColumnProject, 104, 0.6F, true, 4},
    {KeyColumn::Tags, "tags", TextId::FieldTags, 120, 0.6F, false, 10},
    {KeyColumn::Origin, "origin", TextId::ColumnOrigin, 84, 0.2F, true, 8},
    {KeyColumn::TokensToday, "used", TextId::ColumnTokensToday, 204, 0.6F, true, 1},
    {KeyColumn::Quotas, "quota", TextId::ColumnQuotas, 140, 0.4F, true, 2},
    {KeyColumn::PerMinute, "rpm", TextId::ColumnPerMinute, 84, 0.2F, true, 7},
    {KeyColumn::LastUsed, "last", TextId::ColumnLastUsed, 96, 0.2F, true, 6},
    {KeyColumn::Requests, "spark", TextId::ColumnRequests, 100, 0.3F, true, 3},
    {KeyColumn::LastError, "error", TextId::ColumnLastError, 118, 0.5F, true, 5},
    {KeyColumn::Expires, "expires", TextId::FieldExpiresAt, 128, 0.2F, false, 9},
    {KeyColumn::Owner, "owner", TextId::FieldUser, 112, 0.4F, false, 11},
    {KeyColumn::Priority, "priority", TextId::FieldPriority, 76, 0, false, 12},
    {KeyColumn::Weight, "weight", TextId::FieldWeight, 76, 0, false, 13},
    {KeyColumn::Created, "created", TextId::FieldCreatedAt, 150, 0.2F, false, 14},
    {KeyColumn::Fingerprint, "fingerprint", TextId::FieldFingerprint, 150, 0.2F, false, 15},
}};

const KeyColumnSpec* column_called(std::string_view id) {
  const auto found =
      std::find_if(kColumns.begin(), kColumns.end(), [id](const auto& spec) { return spec.id == id; });
  return found == kColumns.end() ? nullptr : &*found;
}

void read_sort(KeyTableLayout& layout, std::string_view value) {
  const bool descending = value.starts_with('-');
  if (descending) value.remove_prefix(1);
  const KeyColumnSpec* spec = column_called(value);
  if (spec == nullptr) return;
  layout.sort_by = spec->column;
  layout.descending = descending;
}

/// "project", "project:120", "-project" or "-project:120".
void read_choice(KeyTableLayout& layout, std::string_view word) {
  const bool hidden = word.starts_with('-');
  if (hidden) word.remove_prefix(1);
  const std::size_t colon = word.find(':');
  const KeyColumnSpec* spec = column_called(word.substr(0, colon));
  if (spec == nullptr) return;
  KeyTableLayout::Choice& choice = layout.of(spec->column);
  choice.shown = !hidden;
  if (colon == std::string_view::npos) return;
  int width = 0;
  const std::string_view digits = word.substr(colon + 1);
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), width);
  if (fault == std::errc{} && end == digits.data() + digits.size())
    choice.width = std::clamp(static_cast<float>(width), kNarrowestColumn, kWidestColumn);
}

/// Who asks for a column that is not there by itself wants to see it: others go before it.
std::uint8_t yields_of(const KeyColumnSpec& spec) { return spec.shown ? spec.yields : std::uint8_t{1}; }

float least_width(const KeyTableLayout& layout, const KeyColumnSpec& spec) {
  const float own = layout.of(spec.column).width;
  return own > 0 ? own : spec.width;
}

}  // namespace

const std::array<KeyColumnSpec, kKeyColumnCount>& key_columns() { return kColumns; }

const KeyColumnSpec& spec_of(KeyColumn column) { return kColumns[static_cast<std::size_t>(column)]; }

KeyTableLayout::KeyTableLayout() {
  for (const KeyColumnSpec& spec : kColumns) of(spec.column) = {spec.shown, 0};
}

std::string written_down(const KeyTableLayout& layout) {
  std::string text = "sort:";
  if (layout.descending) text += '-';
  text += spec_of(layout.sort_by).id;
  for (const KeyColumnSpec& spec : kColumns) {
    const KeyTableLayout::Choice& choice = layout.of(spec.column);
    if (choice == KeyTableLayout::Choice{spec.shown, 0}) continue;
    text += choice.shown ? " " : " -";
    text += spec.id;
    if (choice.width > 0) text += ":" + std::to_string(static_cast<int>(choice.width));
  }
  return text;
}

KeyTableLayout read_key_layout(std::string_view text) {
  KeyTableLayout layout;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    if (word.starts_with("sort:")) {
      read_sort(layout, word.substr(5));
    } else {
      read_choice(layout, word);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return layout;
}

std::vector<KeyColumn> columns_that_fit(const KeyTableLayout& layout, float width) {
  std::vector<KeyColumn> fitting;
  float taken = 0;
  for (const KeyColumnSpec& spec : kColumns) {
    if (!layout.of(spec.column).shown && spec.yields > 0) continue;
    fitting.push_back(spec.column);
    taken += least_width(layout, spec);
  }
  while (taken > width) {
    const auto first_to_go = std::max_element(fitting.begin(), fitting.end(), [](KeyColumn a, KeyColumn b) {
      return yields_of(spec_of(a)) < yields_of(spec_of(b));
    });
    if (first_to_go == fitting.end() || yields_of(spec_of(*first_to_go)) == 0) break;
    taken -= least_width(layout, spec_of(*first_to_go));
    fitting.erase(first_to_go);
  }
  return fitting;
}

}  // namespace geminate::ui
