#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backend/http/response_sink.h"
#include "shared/core/error.h"

namespace geminate::proxy {

/// The language a caller speaks; decides the shape of errors.
enum class Dialect : std::uint8_t { Gemini, Openai, Anthropic, Management };

std::string_view dialect_name(Dialect dialect);

/// The error as this dialect's JSON body.
std::string error_body(Dialect dialect, const Error& error);

/// Head fields that every error carries: x-request-id and, where it makes sense, Retry-After and
/// retry-after-ms.
std::string error_fields(std::string_view request_id, const Error& error);

/// A whole error answer. The sink is finished after it.
void send_error(http::ResponseSink& sink, Dialect dialect, std::string_view request_id, const Error& error,
                std::string_view further_fields = {});

}  // namespace geminate::proxy
