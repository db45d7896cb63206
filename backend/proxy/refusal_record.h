#pragma once

#include <cstdint>
#include <string_view>

#include "backend/http/http_types.h"
#include "backend/proxy/dialect.h"
#include "backend/usage/request_record.h"
#include "shared/core/time.h"

namespace geminate::proxy {

/// What is kept of a request whose client token is good and which was refused before it came to a key.
usage::RequestRecord refusal_record(const http::HttpRequest& request, std::string_view request_id,
                                    std::int64_t token_id, Dialect dialect, std::string_view model,
                                    std::uint16_t status, const Now& now);

}  // namespace geminate::proxy
