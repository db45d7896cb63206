#include "backend/keys/key_moves.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "backend/audit/field_moves.h"

namespace geminate::keys {

using audit::note_move;

namespace {

std::optional<std::string> shown(const Secret& text) {
  return text.empty() ? std::nullopt : std::optional("…" + text.preview());
}

/// Each field that a patch has: the visitor of its description.
class PatchReader {
 public:
  explicit PatchReader(std::vector<FieldMove>& moves) : moves_(moves) {}

  template <class T>
  void operator()(const char* name, const Patch<T>& field, const char* /*sentence*/,
                  Presence /*presence*/ = Presence::Optional) {
    if (!field.present) return;
    // Never the text itself.
    if (std::string_view(name) == "key_string") return moves_.push_back({name, std::nullopt, "replaced"});
    moves_.push_back({name, std::nullopt, audit::text_of(field.value)});
  }
  template <class T>
  void operator()(const char* /*name*/, const T& /*field*/, const char* /*sentence*/,
                  Presence /*presence*/ = Presence::Optional) {}

 private:
  std::vector<FieldMove>& moves_;
};

}  // namespace

std::vector<FieldMove> key_moves(const UpstreamKey* before, const UpstreamKey* after) {
  const UpstreamKey none;
  const UpstreamKey& from = before != nullptr ? *before : none;
  const UpstreamKey& to = after != nullptr ? *after : none;
  std::vector<FieldMove> moves;
  if (from.text.reveal() != to.text.reveal())
    moves.push_back({"key_string", shown(from.text), shown(to.text)});
  note_move(moves, "description", from.description, to.description);
  note_move(moves, "expires_at", from.expires_at, to.expires_at);
  note_move(moves, "is_active", from.is_active, to.is_active);
  note_move(moves, "enable_context_management", from.enable_context_management, to.enable_context_management);
  note_move(moves, "context_window", from.context_window, to.context_window);
  note_move(moves, "max_tokens_per_day", from.max_tokens_per_day, to.max_tokens_per_day);
  note_move(moves, "rate_limit_per_minute", from.rate_limit_per_minute, to.rate_limit_per_minute);
  note_move(moves, "user_id", from.user_id, to.user_id);
  note_move(moves, "project", from.project, to.project);
  note_move(moves, "tags", from.tags, to.tags);
  note_move(moves, "weight", from.weight, to.weight);
  note_move(moves, "priority", from.priority, to.priority);
  return moves;
}

Change key_change(const Change& change, const UpstreamKey* before, const UpstreamKey* after) {
  const std::int64_t id = after != nullptr ? after->id : before->id;
  return audit::completed(change, "key", std::to_string(id), key_moves(before, after));
}

Change keys_change(const Change& change, const std::vector<std::int64_t>& ids, const KeyPatch* patch) {
  std::vector<FieldMove> moves;
  audit::note_ids(moves, ids);
  if (patch != nullptr) KeyPatch::describe(*patch, PatchReader(moves));
  return audit::completed(change, "keys", {}, std::move(moves));
}

Change keys_change(const Change& change, const std::vector<UpstreamKey>& rows) {
  std::vector<std::int64_t> ids;
  ids.reserve(rows.size());
  for (const UpstreamKey& row : rows) ids.push_back(row.id);
  return keys_change(change, ids, nullptr);
}

}  // namespace geminate::keys
