#pragma once

#include <string>
#include <string_view>

namespace geminate::codec {

/// The management API as an OpenAPI 3.1 document (JSON, indented), made from shared/api/endpoints.h and the
/// DTOs' descriptions: every route, who may call it, the shapes of its bodies and the codes of its errors.
/// `version` is the server's, `session_cookie` the name of the cookie that a log-in gives.
std::string openapi_json(std::string_view version, std::string_view session_cookie);

}  // namespace geminate::codec
