#include "backend/admin/tokens_api.h"

namespace geminate::admin {
namespace {

auth::Change by_admin(const char* why) { return {"admin", why}; }

}  // namespace

void register_tokens_api(const http::AddManagementRoute& add_route, auth::Authenticator& authenticator,
                         KeyStorageMode mode, const RunInBackground& run) {
  const auto add = [&](const auto& endpoint, auto work) {
    add_route(endpoint.verb, endpoint.path, in_background(run, endpoint, std::move(work)));
  };
  add(api::kListTokens, [&authenticator, mode](const NoBody&, std::int64_t) -> Result<TokenList> {
    TokenList list;
    list.tokens = authenticator.list(now());
    list.total_tokens = static_cast<std::int64_t>(list.tokens.size());
    list.is_admin = true;
    list.key_storage_mode = mode;
    return list;
  });
  add(api::kAddToken, [&authenticator](const TokenDraft& draft, std::int64_t) -> Result<TokenCreated> {
    return authenticator.add(draft, by_admin("tokens/add"), now());
  });
  add(api::kUpdateToken,
      [&authenticator](const TokenPatch& patch, std::int64_t id) -> Result<ClientTokenView> {
        return authenticator.update(id, patch, by_admin("tokens/update"), now());
      });
  add(api::kRotateToken,
      [&authenticator](const TokenRotation& rotation, std::int64_t id) -> Result<TokenCreated> {
        return authenticator.rotate(id, rotation, by_admin("tokens/rotate"), now());
      });
  add(api::kDeleteToken, [&authenticator](const NoBody&, std::int64_t id) -> Result<NoBody> {
    GEMINATE_CHECK_OK(authenticator.erase(id, by_admin("tokens/delete")));
    return NoBody{};
  });
}

}  // namespace geminate::admin
