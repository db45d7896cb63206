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

/// Collects what becomes of one key after the other.
class Plan {
 public:
  explicit Plan(const std::function<bool(const Secret&)>& is_known) : is_known_(is_known) {}

  [[nodiscard]] bool is_full() const { return position_ == static_cast<std::int64_t>(kMaxImport); }
  [[nodiscard]] bool is_empty() const { return position_ == 0; }

  void take(const KeyDraft& draft) {
    ++position_;
    auto row = key_from_draft(draft);
    if (!row.ok()) return reject(draft, row.error());
    if (seen_.contains(row->text.reveal()) || is_known_(row->text)) {
      plan_.duplicates.push_back(position_);
      return;
    }
    seen_.insert(row->text.reveal());
    plan_.rows.push_back(std::move(row).value());
  }

  ImportPlan finish() { return std::move(plan_); }

 private:
  void reject(const KeyDraft& draft, const Error& error) {
    const auto fault = key_text_fault(draft.key_string);
    plan_.rejected.push_back({position_, preview_of(trimmed(draft.key_string)),
                              fault.value_or(KeyRejection::Setting), error.message});
  }

  const std::function<bool(const Secret&)>& is_known_;
  ImportPlan plan_;
  std::set<std::string, std::less<>> seen_;
  std::int64_t position_ = 0;
};

Error too_many(std::string_view field) {
  return bad_field(field, "there are more than " + std::to_string(kMaxImport) + " keys");
}

Status take_text(std::string_view text, Plan& plan) {
  while (!text.empty()) {
    if (const std::size_t separator = separator_length(text); separator != 0) {
      text.remove_prefix(separator);
      continue;
    }
    if (plan.is_full()) return too_many("text");
    KeyDraft draft;
    draft.key_string = take_piece(text);
    plan.take(draft);
  }
  if (plan.is_empty()) return bad_field("text", "the text holds no key");
  return Status::success();
}

}  // namespace

Result<ImportPlan> plan_import(const KeyImport& request, const std::function<bool(const Secret&)>& is_known) {
  Plan plan(is_known);
  if (!request.keys) {
    GEMINATE_CHECK_OK(take_text(request.text, plan));
    return plan.finish();
  }
  if (!request.text.empty()) return bad_field("keys", "give the keys as a text or one by one, not both");
  if (request.keys->size() > kMaxImport) return too_many("keys");
  if (request.keys->empty()) return bad_field("keys", "keys names no key");
  for (const KeyDraft& draft : *request.keys) plan.take(draft);
  return plan.finish();
}

}  // namespace geminate::keys
