#pragma once

#include <string_view>

#include "backend/keys/verdict.h"

namespace geminate::upstream {

/// Reads what Google said went wrong. The body may be an error object, one in a one-element array, a
/// server-sent event, cut off, HTML or nothing: what can be read is read, and the status alone is always
/// there. Below 400 (an error inside a 200), the error's own code takes the status's place. Pure.
keys::GoogleError read_google_error(int http_status, std::string_view body);

}  // namespace geminate::upstream
