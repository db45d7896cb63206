#include "backend/proxy/upstream_error.h"

namespace geminate::proxy {
namespace {

ErrorCode code_for(int status) {
  switch (status) {
    case 400:
      return ErrorCode::BadRequest;
    case 401:
    case 403:
    case 407:
    case 499:
      return ErrorCode::UpstreamFailed;
    case 404:
      return ErrorCode::NotFound;
    case 408:
    case 504:
      return ErrorCode::UpstreamTimeout;
    case 409:
      return ErrorCode::Conflict;
    case 413:
      return ErrorCode::BodyTooLarge;
    case 429:
      return ErrorCode::RateLimited;
    case 503:
      return ErrorCode::Unavailable;
    default:
      // Below 400 stands what is no error to Google but none of our business either, such as a redirect.
      return status >= 500 || status < 400 ? ErrorCode::UpstreamFailed : ErrorCode::BadRequest;
  }
}

}  // namespace

Error client_error(const keys::GoogleError& google) {
  Error error;
  error.code = code_for(google.http_status);
  error.message =
      google.message.empty() ? "upstream answered " + std::to_string(google.http_status) : google.message;
  error.retry_after = google.retry_delay;
  return error;
}

}  // namespace geminate::proxy
