#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace geminate {

/// What went wrong, independent of protocol. Rows and their faces in each dialect: errors.def.
enum class ErrorCode : std::uint8_t {
#define X(name, ...) name,
#include "shared/core/errors.def"
#undef X
};

/// One row of errors.def.
struct ErrorFace {
  ErrorCode code;
  std::string_view name;
  std::uint16_t http_status;
  std::string_view management_code;
  std::string_view openai_type;
  std::string_view openai_code;
  std::string_view gemini_status;
  std::string_view anthropic_type;
};

/// The whole table, in the enum's order.
std::span<const ErrorFace> error_faces();
const ErrorFace& face_of(ErrorCode code);

/// A failure on its way to a caller. `message` is for the caller and must hold no secret;
/// `detail` is for our log and never leaves the process.
struct Error {
  ErrorCode code = ErrorCode::Internal;
  std::string message;
  std::string detail;
  /// The request's field at fault, in the caller's own spelling; empty when none.
  std::string field;
  /// When trying again makes sense; becomes Retry-After and retry-after-ms.
  std::optional<std::chrono::milliseconds> retry_after;
};

}  // namespace geminate
