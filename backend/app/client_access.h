#pragma once

#include <optional>

#include "backend/auth/authenticator.h"
#include "backend/http/http_types.h"
#include "backend/proxy/upload_tickets.h"

namespace geminate::app {

/// Who sends a request to a client surface, by its client token or, where it has none, by the address of an
/// upload that the token began. A ticket is put into `upload` in either case; one that belongs to another
/// token is Forbidden. `uploads`: null where there are none.
Result<auth::TokenPass> admit_client(auth::Authenticator& authenticator, const http::HttpRequest& request,
                                     const proxy::UploadTickets* uploads, const Now& now,
                                     std::optional<proxy::UploadTicket>& upload);

}  // namespace geminate::app
