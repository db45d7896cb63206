#include "backend/http/chunked_body.h"

#include <algorithm>

#include "backend/http/head_syntax.h"
#include "shared/core/ascii.h"

namespace geminate::http {
namespace {

constexpr std::uint32_t kMaxSizeDigits = 16;
/// Of all chunks together: extensions carry nothing that we use.
constexpr std::uint64_t kMaxExtensionBytes = 16 * 1024;
/// A body whose length is declared has room for so much at first; beyond, memory follows what really
/// comes, in large blocks: nothing stays behind of those it has outgrown.
constexpr std::uint64_t kTrustedLength = 64 * 1024;

}  // namespace

FramingFault budget_fault() {
  return {ErrorCode::Unavailable, "the server holds as many request bodies as it can; try again shortly"};
}

FramingFault body_too_large_fault() {
  return {ErrorCode::BodyTooLarge, "the request's body is larger than this server takes"};
}

bool BodyBuffer::append(std::string_view piece, std::optional<std::uint64_t> whole) {
  if (!lease.grow(piece.size())) return false;
  const std::uint64_t capacity = bytes.capacity();
  if (const std::uint64_t needed = bytes.size() + piece.size(); needed > capacity) {
    std::uint64_t room = std::max(needed, 2 * capacity);
    if (whole) room = std::max(room, kTrustedLength);
    if (room > kTrustedLength) room = std::max(room, kLargeBlock);
    bytes.reserve(static_cast<std::size_t>(whole ? std::min(*whole, room) : room));
  }
  bytes.append(piece);
  return true;
}

void BodyBuffer::drop() {
  std::string().swap(bytes);
  lease = BodyLease();
}

ChunkedBody::Outcome ChunkedBody::fail(ErrorCode code, std::string_view message) {
  fault_ = FramingFault{code, std::string(message)};
  return Outcome::Fault;
}

ChunkedBody::Outcome ChunkedBody::feed(std::string_view& bytes, BodyBuffer& body,
                                       const FramingLimits& limits) {
  while (!bytes.empty()) {
    if (state_ == State::Data) {
      if (take_data(bytes, body) == Outcome::Fault) return Outcome::Fault;
      continue;
    }
    const char c = bytes.front();
    bytes.remove_prefix(1);
    const auto outcome = step(c, body, limits);
    if (outcome != Outcome::NeedMore) return outcome;
  }
  return Outcome::NeedMore;
}

ChunkedBody::Outcome ChunkedBody::take_data(std::string_view& bytes, BodyBuffer& body) {
  const auto piece = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(size_, bytes.size())));
  if (!body.append(piece)) {
    fault_ = budget_fault();
    return Outcome::Fault;
  }
  bytes.remove_prefix(piece.size());
  size_ -= piece.size();
  if (size_ == 0) state_ = State::DataCr;
  return Outcome::NeedMore;
}

ChunkedBody::Outcome ChunkedBody::step(char c, const BodyBuffer& body, const FramingLimits& limits) {
  switch (state_) {
    case State::SizeBegin:
    case State::Size:
    case State::SizeBlank:
      return step_size(c);
    case State::Extension:
      return step_extension(c);
    case State::SizeEnd:
      if (c != '\n') return fail(ErrorCode::Malformed, "a chunk's size line is not ended by CRLF");
      return begin_chunk(body, limits);
    case State::Data:
      break;  // never: feed() takes data in bulk
    case State::DataCr:
      if (c != '\r') return fail(ErrorCode::Malformed, "a chunk is longer than its size says");
      state_ = State::DataEnd;
      break;
    case State::DataEnd:
      if (c != '\n') return fail(ErrorCode::Malformed, "a chunk is not ended by CRLF");
      state_ = State::SizeBegin;
      break;
    case State::LastEnd:
      if (c != '\n') return fail(ErrorCode::Malformed, "the chunked body is not ended by CRLF");
      return Outcome::Complete;
    default:
      return step_trailer(c, limits);
  }
  return Outcome::NeedMore;
}

ChunkedBody::Outcome ChunkedBody::step_size(char c) {
  const int digit = hex_value(c);
  if (digit >= 0 && state_ != State::SizeBlank) {
    if (++size_digits_ > kMaxSizeDigits)
      return fail(ErrorCode::Malformed, "a chunk's size has too many digits");
    size_ = size_ * 16 + static_cast<std::uint64_t>(digit);
    state_ = State::Size;
    return Outcome::NeedMore;
  }
  if (state_ == State::SizeBegin)
    return fail(ErrorCode::Malformed, "a chunk's size is no hexadecimal number");
  if (c == '\r' && state_ == State::Size) {
    state_ = State::SizeEnd;
  } else if (c == ';') {
    state_ = State::Extension;
  } else if (c == ' ' || c == '\t') {
    state_ = State::SizeBlank;
    return step_extension(c);
  } else {
    return fail(ErrorCode::Malformed, "a chunk's size is no hexadecimal number");
  }
  return Outcome::NeedMore;
}

ChunkedBody::Outcome ChunkedBody::step_extension(char c) {
  if (c == '\r') {
    state_ = State::SizeEnd;
    return Outcome::NeedMore;
  }
  if (!is_field_value(std::string_view(&c, 1))) {
    return fail(ErrorCode::Malformed, "a chunk's extension holds a control character");
  }
  if (++extension_bytes_ > kMaxExtensionBytes)
    return fail(ErrorCode::Malformed, "the chunks' extensions are too long");
  return Outcome::NeedMore;
}

ChunkedBody::Outcome ChunkedBody::begin_chunk(const BodyBuffer& body, const FramingLimits& limits) {
  if (size_ == 0) {
    state_ = State::TrailerBegin;
    return Outcome::NeedMore;
  }
  if (size_ > limits.max_body_bytes - body.bytes.size()) {
    fault_ = body_too_large_fault();
    return Outcome::Fault;
  }
  size_digits_ = 0;
  state_ = State::Data;
  return Outcome::NeedMore;
}

ChunkedBody::Outcome ChunkedBody::step_trailer(char c, const FramingLimits& limits) {
  if (++trailer_bytes_ > limits.max_header_bytes) {
    return fail(ErrorCode::HeadersTooLarge, "the body's trailers are larger than this server takes");
  }
  if (state_ == State::TrailerEnd) {
    if (c != '\n') return fail(ErrorCode::Malformed, "a trailer is not ended by CRLF");
    state_ = State::TrailerBegin;
  } else if (state_ == State::TrailerValue) {
    if (c == '\r') {
      state_ = State::TrailerEnd;
    } else if (!is_field_value(std::string_view(&c, 1))) {
      return fail(ErrorCode::Malformed, "a trailer's value holds a control character");
    }
  } else if (state_ == State::TrailerBegin && c == '\r') {
    state_ = State::LastEnd;
  } else if (state_ == State::TrailerName && c == ':') {
    state_ = State::TrailerValue;
  } else if (is_char(c, kTokenChar)) {
    state_ = State::TrailerName;
  } else {
    return fail(ErrorCode::Malformed, "a trailer's name is no token");
  }
  return Outcome::NeedMore;
}

}  // namespace geminate::http
