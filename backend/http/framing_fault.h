#pragma once

#include <cstdint>
#include <string>

#include "shared/core/error.h"

namespace geminate::http {

/// Why a client's bytes are no request that we take; the connection ends with the answer to it.
struct FramingFault {
  ErrorCode code = ErrorCode::Malformed;
  /// For the client: what was wrong, without repeating what it sent.
  std::string message;
};

struct FramingLimits {
  /// Request line, fields and line ends of one head; the same again for trailers.
  std::uint64_t max_header_bytes = 32 * 1024;
  std::uint32_t max_headers = 100;
  std::uint64_t max_body_bytes = 64ULL * 1024 * 1024;
};

}  // namespace geminate::http
