#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/core/error.h"

namespace geminate::test {

/// One row of the oracle: bytes, and what RFC 9112 (or our own stricter rule) makes of them.
struct FramingCase {
  std::string_view name;
  std::string bytes;
  /// Requests that come out before the end or the fault.
  struct Request {
    std::string method;
    std::string target;
    std::string body;
    bool keep_alive = true;
  };
  std::vector<Request> requests;
  /// Set when the bytes after those requests are refused.
  bool refused = false;
  ErrorCode code = ErrorCode::Malformed;
};

std::vector<FramingCase> accepted_cases();
std::vector<FramingCase> refused_cases();

}  // namespace geminate::test
