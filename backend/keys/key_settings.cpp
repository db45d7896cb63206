#include "backend/keys/setting_rules.h"
#include "backend/keys/upstream_key.h"

namespace geminate::keys {
namespace {

/// What a draft or an update says about a field that may be none.
template <class T>
Patch<T> as_patch(const std::optional<T>& value) {
  return value ? Patch<T>::to(*value) : Patch<T>{};
}

Status apply_limit(std::string_view field, const Patch<std::int64_t>& patch,
                   std::optional<std::int64_t>& target) {
  if (!patch.present) return Status::success();
  GEMINATE_TRY(target, checked_limit(field, patch.value));
  return Status::success();
}

Status apply_text(std::string_view field, const Patch<std::string>& patch, std::size_t max_characters,
                  bool lines, std::optional<std::string>& target) {
  if (!patch.present) return Status::success();
  GEMINATE_TRY(target, checked_text(field, patch.value, max_characters, lines));
  return Status::success();
}

Status apply_number(std::string_view field, const Patch<std::int32_t>& patch, std::int32_t least,
                    std::int32_t most, std::int32_t& target) {
  GEMINATE_TRY(const auto value, checked_present(field, patch));
  if (!value) return Status::success();
  GEMINATE_TRY(target, checked_range(field, *value, least, most));
  return Status::success();
}

Status apply_switch(std::string_view field, const Patch<bool>& patch, bool& target) {
  GEMINATE_TRY(const auto value, checked_present(field, patch));
  if (value) target = *value;
  return Status::success();
}

Status apply_key_text(UpstreamKey& key, const Patch<std::string>& patch) {
  GEMINATE_TRY(const auto value, checked_present("key_string", patch));
  if (!value) return Status::success();
  GEMINATE_TRY(std::string text, checked_key_text("key_string", *value));
  if (text == key.text.reveal()) return Status::success();
  key.text = Secret(std::move(text));
  key.is_dead = false;
  key.dead_reason.clear();
  return Status::success();
}

/// All fields but the text.
Status apply_settings(UpstreamKey& key, const KeyPatch& patch) {
  GEMINATE_CHECK_OK(apply_text("description", patch.description, kMaxDescription, true, key.description));
  if (patch.expires_at.present) key.expires_at = patch.expires_at.value;
  GEMINATE_CHECK_OK(apply_switch("is_active", patch.is_active, key.is_active));
  GEMINATE_CHECK_OK(apply_switch("enable_context_management", patch.enable_context_management,
                                 key.enable_context_management));
  GEMINATE_CHECK_OK(apply_limit("context_window", patch.context_window, key.context_window));
  GEMINATE_CHECK_OK(apply_limit("max_tokens_per_day", patch.max_tokens_per_day, key.max_tokens_per_day));
  GEMINATE_CHECK_OK(
      apply_limit("rate_limit_per_minute", patch.rate_limit_per_minute, key.rate_limit_per_minute));
  GEMINATE_CHECK_OK(apply_text("user_id", patch.user_id, kMaxName, false, key.user_id));
  GEMINATE_CHECK_OK(apply_text("project", patch.project, kMaxName, false, key.project));
  if (patch.tags.present) {
    GEMINATE_TRY(key.tags, checked_tags("tags", patch.tags.value.value_or(std::vector<std::string>{})));
  }
  GEMINATE_CHECK_OK(apply_number("weight", patch.weight, 1, kMaxWeight, key.weight));
  return apply_number("priority", patch.priority, -kMaxPriority, kMaxPriority, key.priority);
}

}  // namespace

Result<UpstreamKey> key_from_draft(const KeyDraft& draft) {
  UpstreamKey key;
  GEMINATE_TRY(std::string text, checked_key_text("key_string", draft.key_string));
  key.text = Secret(std::move(text));
  KeyPatch patch;
  patch.description = as_patch(draft.description);
  patch.expires_at = as_patch(draft.expires_at);
  patch.is_active = as_patch(draft.is_active);
  patch.enable_context_management = as_patch(draft.enable_context_management);
  patch.context_window = as_patch(draft.context_window);
  patch.max_tokens_per_day = as_patch(draft.max_tokens_per_day);
  patch.rate_limit_per_minute = as_patch(draft.rate_limit_per_minute);
  patch.user_id = as_patch(draft.user_id);
  patch.project = as_patch(draft.project);
  patch.tags = as_patch(draft.tags);
  patch.weight = as_patch(draft.weight);
  patch.priority = as_patch(draft.priority);
  GEMINATE_CHECK_OK(apply_settings(key, patch));
  return key;
}

Status apply_patch(UpstreamKey& key, const KeyPatch& patch) {
  UpstreamKey edited = key;
  GEMINATE_CHECK_OK(apply_key_text(edited, patch.key_string));
  GEMINATE_CHECK_OK(apply_settings(edited, patch));
  key = std::move(edited);
  return Status::success();
}

}  // namespace geminate::keys
