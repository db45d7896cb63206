#include "backend/admin/keys_api.h"

namespace geminate::admin {
namespace {

keys::Change by_admin(const char* why) { return {"admin", why}; }

}  // namespace

void register_keys_api(const http::AddManagementRoute& add_route, keys::KeyPool& pool,
                       const RunInBackground& run) {
  const auto add = [&](const auto& endpoint, auto work) {
    add_route(endpoint.verb, endpoint.path, in_background(run, endpoint, std::move(work)));
  };
  add(api::kListKeys, [&pool](const NoBody&, std::int64_t) -> Result<KeyList> {
    KeyList list;
    list.keys = pool.list(now());
    list.total_keys = static_cast<std::int64_t>(list.keys.size());
    list.is_admin = true;
    list.key_storage_mode = pool.mode();
    return list;
  });
  add(api::kAddKey, [&pool](const KeyDraft& draft, std::int64_t) -> Result<UpstreamKeyView> {
    return pool.add(draft, by_admin("keys/add"), now());
  });
  add(api::kUpdateKey, [&pool](const KeyPatch& patch, std::int64_t id) -> Result<UpstreamKeyView> {
    return pool.update(id, patch, by_admin("keys/update"), now());
  });
  add(api::kDeleteKey, [&pool](const NoBody&, std::int64_t id) -> Result<NoBody> {
    GEMINATE_CHECK_OK(pool.erase(id, by_admin("keys/delete")));
    return NoBody{};
  });
  add(api::kImportKeys, [&pool](const KeyImport& request, std::int64_t) -> Result<KeyImportResult> {
    return pool.import(request, by_admin("keys/import"));
  });
  add(api::kBulkKeys, [&pool](const KeyBulk& request, std::int64_t) -> Result<BulkResult> {
    return pool.bulk(request, by_admin("keys/bulk"));
  });
}

}  // namespace geminate::admin
