#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backend/http/http_types.h"
#include "shared/core/time.h"

namespace geminate::http {

/// What the connection decides about an answer's head.
struct AnswerFraming {
  int minor_version = 1;
  bool keep_alive = true;
  bool chunked = false;
  /// Absent: chunked, or until close.
  std::optional<std::uint64_t> content_length;
  /// Of the answer's kind.
  std::string_view security_fields{};
};

/// Whether an answer of this status may have a body at all.
constexpr bool has_body(std::uint16_t status) { return status >= 200 && status != 204 && status != 304; }

/// Appends the whole head with its empty line. Lines of `head.extra` that are malformed, or name a field that
/// is the connection's own, are left out.
void append_head(std::string& out, const ResponseHead& head, const AnswerFraming& framing,
                 std::string_view date);

/// "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(Timestamp time);

}  // namespace geminate::http
