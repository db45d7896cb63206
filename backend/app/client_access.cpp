#include "backend/app/client_access.h"

#include "backend/app/credentials.h"

namespace geminate::app {
namespace {

Error no_token() {
  return Error{ErrorCode::Unauthenticated,
               "a client token is required: Authorization: Bearer, x-goog-api-key, x-api-key or ?key=",
               {},
               {},
               {}};
}

}  // namespace

Result<auth::TokenPass> admit_client(auth::Authenticator& authenticator, const http::HttpRequest& request,
                                     const proxy::UploadTickets* uploads, const Now& now,
                                     std::optional<proxy::UploadTicket>& upload) {
  std::string decoded;
  GEMINATE_TRY(const auto credential, client_credential(request, decoded));
  if (uploads != nullptr) {
    GEMINATE_TRY(upload, uploads->read(request.target(), now));
  }
  if (!credential) {
    if (!upload) return no_token();
    return authenticator.admit_holder(upload->token_id, now, request.peer());
  }
  GEMINATE_TRY(auto pass, authenticator.admit(*credential, now, request.peer()));
  if (upload && upload->token_id != pass.token().id) {
    return Error{ErrorCode::Forbidden, "this upload was begun with another client token", {}, {}, {}};
  }
  return pass;
}

}  // namespace geminate::app
