#include "backend/admin/keys_api.h"

#include <memory>
#include <utility>

namespace geminate::admin {

void register_keys_api(const http::AddManagementRoute& add_route, keys::KeyPool& pool, KeyEditHooks hooks,
                       const RunInBackground& run) {
  const auto edits = std::make_shared<KeyEdits>(pool, std::move(hooks));
  const auto add = [&](const auto& endpoint, auto work) {
    add_route(endpoint.verb, endpoint.path, in_background(run, endpoint, std::move(work)));
  };
  add(api::kListKeys, [&pool](const NoBody&, std::int64_t, const Caller& caller) -> Result<KeyList> {
    KeyList list;
    list.keys = pool.list(now());
    list.total_keys = static_cast<std::int64_t>(list.keys.size());
    list.is_admin = caller.role == Role::Admin;
    list.key_storage_mode = pool.mode();
    return list;
  });
  add(api::kAddKey,
      [edits](const KeyDraft& draft, std::int64_t, const Caller& who) { return edits->add(draft, who); });
  add(api::kUpdateKey, [edits](const KeyPatch& patch, std::int64_t id, const Caller& who) {
    return edits->update(id, patch, who);
  });
  add(api::kDeleteKey, [edits](const NoBody&, std::int64_t id, const Caller& who) -> Result<NoBody> {
    GEMINATE_CHECK_OK(edits->erase(id, who));
    return NoBody{};
  });
  add(api::kImportKeys, [edits](const KeyImport& request, std::int64_t, const Caller& who) {
    return edits->import(request, who);
  });
  add(api::kBulkKeys,
      [edits](const KeyBulk& request, std::int64_t, const Caller& who) { return edits->bulk(request, who); });
}

}  // namespace geminate::admin
