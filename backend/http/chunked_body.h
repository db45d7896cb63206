#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backend/http/body_budget.h"
#include "backend/http/framing_fault.h"

namespace geminate::http {

/// A body as it is being received: bounded by itself and by the budget of all bodies.
struct BodyBuffer {
  std::string bytes;
  BodyLease lease;

  /// `whole`: what the body comes to, as far as that is declared. False when the budget is used up.
  bool append(std::string_view piece, std::optional<std::uint64_t> whole = {});
  /// Frees all of it. (An empty string that is assigned to another leaves it its memory.)
  void drop();
};

/// What is said when the budget of all bodies is used up.
FramingFault budget_fault();
FramingFault body_too_large_fault();

/// Decodes a chunked body (RFC 9112, 7.1): strict about sizes and line ends, extensions skipped, trailers
/// read and dropped, both bounded.
class ChunkedBody {
 public:
  enum class Outcome : std::uint8_t { NeedMore, Complete, Fault };

  /// Takes from the front of `bytes` what belongs to the body.
  Outcome feed(std::string_view& bytes, BodyBuffer& body, const FramingLimits& limits);
  void reset() { *this = ChunkedBody(); }
  [[nodiscard]] const FramingFault& fault() const { return fault_; }

 private:
  enum class State : std::uint8_t {
    SizeBegin,
    Size,
    /// Blanks after the size: only an extension may follow.
    SizeBlank,
    Extension,
    SizeEnd,
    Data,
    DataCr,
    DataEnd,
    TrailerBegin,
    TrailerName,
    TrailerValue,
    TrailerEnd,
    LastEnd,
  };

  Outcome fail(ErrorCode code, std::string_view message);
  Outcome step(char c, const BodyBuffer& body, const FramingLimits& limits);
  Outcome step_size(char c);
  Outcome step_extension(char c);
  Outcome step_trailer(char c, const FramingLimits& limits);
  Outcome begin_chunk(const BodyBuffer& body, const FramingLimits& limits);
  Outcome take_data(std::string_view& bytes, BodyBuffer& body);

  State state_ = State::SizeBegin;
  std::uint64_t size_ = 0;
  std::uint32_t size_digits_ = 0;
  std::uint64_t extension_bytes_ = 0;
  std::uint64_t trailer_bytes_ = 0;
  FramingFault fault_;
};

}  // namespace geminate::http
