#include "backend/admin/tokens_api.h"

#include "backend/http/static_files.h"

namespace geminate::admin {
namespace {

http::ManagementAnswer list_answer(TokenList list, std::string_view seen, bool is_admin) {
  list.is_admin = is_admin;
  const std::string etag = '"' + list.version + '"';
  http::ManagementAnswer answer;
  if (http::names_entity(seen, etag)) {
    answer.status = 304;
  } else {
    answer = answer_of<TokenList>(api::kListTokens.success, std::move(list));
  }
  answer.extra = "etag: " + etag + "\r\n";
  return answer;
}

}  // namespace

void register_tokens_api(const http::AddManagementRoute& add_route, auth::Authenticator& authenticator,
                         TokenListing& listing, const RunInBackground& run) {
  const auto add = [&](const auto& endpoint, auto work) {
    add_route(endpoint.verb, endpoint.path, in_background(run, endpoint, std::move(work)));
  };
  add_route(api::kListTokens.verb, api::kListTokens.path,
            [&listing, run](const http::ManagementRequest& request, http::ManagementReply reply) {
              const auto waiting = std::make_shared<http::ManagementReply>(std::move(reply));
              std::string seen(request.request.header("if-none-match").value_or(""));
              const bool is_admin = request.caller.role == Role::Admin;
              run([waiting, &listing, is_admin, seen = std::move(seen)] {
                (*waiting)(list_answer(listing.list(now()), seen, is_admin));
              });
            });
  add(api::kAddToken,
      [&authenticator](const TokenDraft& draft, std::int64_t, const Caller& who) -> Result<TokenCreated> {
        return authenticator.add(draft, {who, AuditAction::TokenAdd}, now());
      });
  add(api::kUpdateToken,
      [&authenticator](const TokenPatch& patch, std::int64_t id,
                       const Caller& who) -> Result<ClientTokenView> {
        return authenticator.update(id, patch, {who, AuditAction::TokenUpdate}, now());
      });
  add(api::kRotateToken,
      [&authenticator](const TokenRotation& rotation, std::int64_t id,
                       const Caller& who) -> Result<TokenCreated> {
        return authenticator.rotate(id, rotation, {who, AuditAction::TokenRotate}, now());
      });
  add(api::kDeleteToken,
      [&authenticator](const NoBody&, std::int64_t id, const Caller& who) -> Result<NoBody> {
        GEMINATE_CHECK_OK(authenticator.erase(id, {who, AuditAction::TokenDelete}));
        return NoBody{};
      });
}

}  // namespace geminate::admin
