#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backend/http/http_types.h"
#include "backend/upstream/upstream_call.h"
#include "backend/upstream/usage_scanner.h"
#include "shared/core/result.h"

namespace geminate::proxy {

/// The head that goes to the client for a good answer.
struct DownstreamHead {
  http::ResponseHead head;
  /// Known only where the bytes go through unchanged.
  std::optional<std::uint64_t> content_length;
};

/// Turns upstream's good answer (2xx) into what the client reads. One per exchange; a new attempt begins with
/// `reset`. An Error from on_piece or on_end says that the "good" answer carried a failure: before the first
/// byte it is a failed attempt, after it the stream ends with error_event.
class AnswerMapper {
 public:
  virtual ~AnswerMapper() = default;

  virtual void reset() = 0;
  virtual DownstreamHead on_head(const upstream::AnswerHead& head) = 0;
  /// Whether the answer is sent in one piece with its length, when it is complete.
  [[nodiscard]] virtual bool is_whole() const = 0;
  /// The bytes to send for this piece, perhaps none; the view lives until the next call.
  virtual Result<std::string_view> on_piece(std::string_view bytes) = 0;
  virtual Result<std::string_view> on_end() = 0;
  /// What tells the client inside a stream that it failed; empty: the connection is cut instead.
  virtual std::string error_event(const Error& error) = 0;
  /// What a stream may say at any time and means nothing; empty: nothing of the kind, and its head waits for
  /// the first good byte.
  [[nodiscard]] virtual std::string_view keep_alive() const { return {}; }
  [[nodiscard]] virtual std::optional<upstream::UsageCounts> usage() const = 0;
  /// What upstream said went wrong after the answer's beginning, where the client has got it already as it
  /// came: as keys::GoogleError's readers take it; empty when nothing did.
  [[nodiscard]] virtual std::string passed_error() const { return {}; }
};

}  // namespace geminate::proxy
