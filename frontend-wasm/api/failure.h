#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace geminate::ui {

enum class FailureKind : std::uint8_t {
  Unreachable,  // no answer, or one from something that stands before the server
  Refused,      // the server's own error body
  Unreadable,   // an answer that is not what the route promises
};

/// Why a call brought no answer of the promised type.
struct Failure {
  FailureKind kind = FailureKind::Unreachable;
  /// HTTP's; 0 when nothing came.
  std::uint16_t status = 0;
  /// The server's word and sentence, and the request's field at fault; empty where it gave none.
  std::string code;
  std::string message;
  std::string field;
};

}  // namespace geminate::ui
