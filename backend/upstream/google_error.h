#pragma once

#include <string_view>

#include "backend/keys/verdict.h"
#include "backend/upstream/upstream_call.h"
#include "shared/core/time.h"

namespace geminate::upstream {

/// What an error answer's head adds to its body.
struct ErrorFields {
  std::string_view content_type{};
  std::string_view retry_after{};
  /// The Date field, and when the answer came: what a Retry-After with a date is compared with.
  std::string_view date{};
  Timestamp now{};
};

/// Reads what Google said went wrong. The body may be an error object, one in an array, server-sent events of
/// which one carries an error, a web page, cut off or nothing: what can be read is read, and the status alone
/// is always there. Below 400 (an error inside a 200), the error's own code takes the status's place. Pure.
keys::GoogleError read_google_error(int http_status, std::string_view body, const ErrorFields& fields = {});

/// What verdicts need to know of a failed call.
keys::TransportFault transport_fault(FailureKind kind);

}  // namespace geminate::upstream
