#include "backend/keys/key_import.h"

#include <array>
#include <set>

#include "backend/keys/setting_rules.h"

namespace geminate::keys {
namespace {

/// The full-width comma, the enumeration comma and the ideographic space: what an input method leaves behind.
constexpr std::array<std::string_view, 3> kWideSeparators = {"\xEF\xBC\x8C", "\xE3\x80\x81", "\xE3\x80\x80"};
constexpr std::string_view kSeparators = " \t\r\n\v\f,";

/// How many bytes of separators stand at the front.
std::size_t separator_length(std::string_view text) {
  if (kSeparators.find(text.front()) != std::string_view::npos) return 1;
  for (const std::string_view wide : kWideSeparators) {
    if (text.starts_with(wide)) return wide.size();
  }
  return 0;
}

std::string_view take_piece(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && separator_length(text.substr(length)) == 0) ++length;
  const std::string_view piece = text.substr(0, length);
  text.remove_prefix(length);
  return piece;
}

/// The last four characters, where they do not give most of it away; only what JSON can carry.
std::string preview_of(std::string_view piece) {
  if (piece.size() < 8) return {};
  std::string preview(piece.substr(piece.size() - 4));
  for (char& c : preview) {
    if (c <= ' ' || c >= 0x7F) c = '?';
  }
  return preview;
}

}  // namespace

Result<ImportPlan> plan_import(std::string_view text, const std::function<bool(const Secret&)>& is_known) {
  ImportPlan plan;
  std::set<std::string, std::less<>> seen;
  std::int64_t position = 0;
  while (!text.empty()) {
    if (const std::size_t separator = separator_length(text); separator != 0) {
      text.remove_prefix(separator);
      continue;
    }
    const std::string_view piece = take_piece(text);
    if (++position > static_cast<std::int64_t>(kMaxImport)) {
      return bad_field("text", "the text holds more than " + std::to_string(kMaxImport) + " keys");
    }
    KeyDraft draft;
    draft.key_string = piece;
    auto row = key_from_draft(draft);
    if (!row.ok()) {
      plan.rejected.push_back({position, preview_of(piece), row.error().message});
    } else if (seen.contains(row->text.reveal()) || is_known(row->text)) {
      ++plan.duplicates;
    } else {
      seen.insert(row->text.reveal());
      plan.rows.push_back(std::move(row).value());
    }
  }
  if (position == 0) return bad_field("text", "the text holds no key");
  return plan;
}

}  // namespace geminate::keys
