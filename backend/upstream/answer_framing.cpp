#include "backend/upstream/answer_framing.h"

#include <algorithm>
#include <charconv>

#include "shared/core/ascii.h"

namespace geminate::upstream {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";
/// 15 digits cannot overflow 64 bits, and no answer is that long.
constexpr std::size_t kMaxSizeDigits = 15;
constexpr std::size_t kMaxChunkExtension = 4 * 1024;

/// Whether the element stands in a comma list such as Connection's.
bool list_has(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (iequals(trim_blanks(list.substr(0, comma)), wanted)) return true;
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace

void AnswerFraming::begin(bool head_only) {
  state_ = State::Head;
  head_only_ = head_only;
  begun_ = false;
  keep_alive_ = false;
  buffer_.clear();
  head_bytes_ = 0;
}

AnswerFraming::Step AnswerFraming::fail(const char* why) {
  fault_ = why;
  state_ = State::Faulty;
  keep_alive_ = false;
  return Step::Fault;
}

AnswerFraming::Step AnswerFraming::next(std::string_view& input) {
  if (!input.empty()) begun_ = true;
  switch (state_) {
    case State::Head:
      return read_head(input);
    case State::BodyBegins:
      // The head's views had to stay; now they may go.
      buffer_.clear();
      state_ = after_head_;
      return next(input);
    case State::Finished:
      return Step::Done;
    case State::Faulty:
      return Step::Fault;
    default:
      return read_body(input);
  }
}

AnswerFraming::Step AnswerFraming::closed() {
  if (state_ == State::BodyBegins) state_ = after_head_;
  if (state_ == State::Finished) return Step::Done;
  if (state_ == State::BodyUntilClose) {
    state_ = State::Finished;
    return Step::Done;
  }
  if (state_ == State::Faulty) return Step::Fault;
  return fail(begun_ ? "the connection ended within the answer" : "the connection ended before an answer");
}

AnswerFraming::Step AnswerFraming::read_head(std::string_view& input) {
  for (;;) {
    if (input.empty()) return Step::NeedMore;
    const bool whole = buffer_.empty();
    const std::size_t buffered = buffer_.size();
    if (!whole) buffer_.append(input.substr(0, kMaxHeadBytes + 1 - std::min(kMaxHeadBytes, buffered)));
    const std::string_view text = whole ? input : std::string_view(buffer_);
    // The end may lie across the seam.
    const std::size_t search_from = buffered < 3 ? 0 : buffered - 3;
    constexpr std::string_view kVersion = "HTTP/1.";
    const std::size_t compared = std::min(text.size(), kVersion.size());
    if (text.substr(0, compared) != kVersion.substr(0, compared)) return fail("what came is not HTTP/1.1");
    std::size_t length = 0;
    // What comes in one piece, as nearly all do, is read at once; pieces only when the end is there.
    if (whole || text.find(kHeadEnd, search_from) != std::string_view::npos) {
      if (const char* fault = parse_head(text, length)) return fail(fault);
    }
    const bool complete = length != 0;
    if (head_bytes_ + (complete ? length : text.size()) > kMaxHeadBytes)
      return fail("the answer's head is too large");
    if (!complete) {
      if (whole) buffer_.assign(input);
      input = {};
      return Step::NeedMore;
    }
    input.remove_prefix(length - buffered);
    head_bytes_ += length;
    if (head_.status >= 200) break;
    if (head_.status == 101) return fail("an upgrade that nobody asked for");
    buffer_.clear();
  }
  if (const char* fault = choose_body()) return fail(fault);
  state_ = State::BodyBegins;
  return Step::Head;
}

const char* AnswerFraming::parse_head(std::string_view text, std::size_t& length) {
  head_.fields.clear();
  head_.content_length.reset();
  chunked_ = false;
  keep_alive_ = true;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = text.find('\r', begin);
    if (end == std::string_view::npos || end + 1 == text.size()) return nullptr;
    if (text[end + 1] != '\n') return "a bare CR in the head";
    const std::string_view line = text.substr(begin, end - begin);
    const bool first = begin == 0;
    begin = end + 2;
    if (line.empty() && !first) break;
    if (const char* fault = first ? parse_status_line(line) : parse_field(line)) return fault;
  }
  length = begin;
  return nullptr;
}

const char* AnswerFraming::parse_status_line(std::string_view line) {
  constexpr std::size_t kReasonAt = 12;
  if (line.size() < kReasonAt || (line[7] != '0' && line[7] != '1') || line[8] != ' ' ||
      !all_chars(line.substr(9, 3), kDigitChar) || line[9] == '0') {
    return "the status line is wrong";
  }
  if (line.size() > kReasonAt && line[kReasonAt] != ' ') return "the status line is wrong";
  if (!is_field_value(line.substr(kReasonAt))) return "a control character in the status line";
  http_1_0_ = line[7] == '0';
  keep_alive_ = !http_1_0_;
  std::uint16_t status = 0;
  std::from_chars(line.data() + 9, line.data() + kReasonAt, status);
  head_.status = status;
  return nullptr;
}

const char* AnswerFraming::parse_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return "a header line without a name";
  const std::string_view name = line.substr(0, colon);
  // Also refuses folded lines and a blank before the colon.
  if (!is_token(name)) return "a header name is wrong";
  const std::string_view value = trim_blanks(line.substr(colon + 1));
  if (!is_field_value(value)) return "a control character in a header";
  head_.fields.push_back({name, value});
  return note_framing_field(name, value);
}

const char* AnswerFraming::note_framing_field(std::string_view name, std::string_view value) {
  switch (name.size()) {
    case 10:
      if (iequals(name, "connection") && list_has(value, "close")) keep_alive_ = false;
      break;
    case 14:
      if (iequals(name, "content-length")) {
        if (head_.content_length) return "more than one Content-Length";
        if (value.empty() || value.size() > kMaxSizeDigits || !all_chars(value, kDigitChar)) {
          return "a Content-Length that is no length";
        }
        std::uint64_t length = 0;
        std::from_chars(value.data(), value.data() + value.size(), length);
        head_.content_length = length;
      }
      break;
    case 17:
      if (iequals(name, "transfer-encoding")) {
        if (chunked_ || !iequals(value, "chunked")) return "a Transfer-Encoding other than chunked";
        chunked_ = true;
      }
      break;
    default:
      break;
  }
  return nullptr;
}

const char* AnswerFraming::choose_body() {
  if (chunked_ && head_.content_length) return "both Content-Length and Transfer-Encoding";
  if (chunked_ && http_1_0_) return "a Transfer-Encoding in HTTP/1.0";
  dropped_bytes_ = line_bytes_ = size_digits_ = 0;
  if (head_only_ || head_.status == 204 || head_.status == 304) {
    after_head_ = State::Finished;
  } else if (chunked_) {
    remaining_ = 0;
    after_head_ = State::ChunkSize;
  } else if (head_.content_length) {
    remaining_ = *head_.content_length;
    after_head_ = remaining_ == 0 ? State::Finished : State::FixedBody;
  } else {
    keep_alive_ = false;
    after_head_ = State::BodyUntilClose;
  }
  return nullptr;
}

AnswerFraming::Step AnswerFraming::take_piece(std::string_view& input, State after) {
  const std::size_t length = static_cast<std::size_t>(std::min<std::uint64_t>(input.size(), remaining_));
  piece_ = input.substr(0, length);
  input.remove_prefix(length);
  remaining_ -= length;
  if (remaining_ == 0) state_ = after;
  return Step::Body;
}

AnswerFraming::Step AnswerFraming::read_body(std::string_view& input) {
  if (input.empty()) return Step::NeedMore;
  if (state_ == State::FixedBody) return take_piece(input, State::Finished);
  if (state_ == State::BodyUntilClose) {
    piece_ = input;
    input = {};
    return Step::Body;
  }
  return read_chunked(input);
}

AnswerFraming::Step AnswerFraming::read_chunked(std::string_view& input) {
  while (!input.empty()) {
    if (state_ == State::ChunkData) return take_piece(input, State::ChunkDataCr);
    const char byte = input.front();
    input.remove_prefix(1);
    const bool fine = state_ >= State::Trailer ? trailer_byte(byte) : chunk_line_byte(byte);
    if (!fine) return fail("the chunk framing is wrong");
    if (state_ == State::Finished) return Step::Done;
  }
  return Step::NeedMore;
}

bool AnswerFraming::chunk_line_byte(char byte) {
  switch (state_) {
    case State::ChunkSize:
      if (const int digit = hex_value(byte); digit >= 0) {
        remaining_ = remaining_ * 16 + static_cast<unsigned>(digit);
        return ++size_digits_ <= kMaxSizeDigits;
      }
      if (size_digits_ == 0) return false;
      state_ = byte == '\r' ? State::ChunkSizeLf : State::ChunkExtension;
      return byte == '\r' || byte == ';' || byte == ' ' || byte == '\t';
    case State::ChunkExtension:
      if (byte == '\r') state_ = State::ChunkSizeLf;
      return (byte == '\r' || is_char(byte, kValueChar)) && ++dropped_bytes_ <= kMaxChunkExtension;
    case State::ChunkSizeLf:
      size_digits_ = dropped_bytes_ = line_bytes_ = 0;
      state_ = remaining_ == 0 ? State::Trailer : State::ChunkData;
      return byte == '\n';
    case State::ChunkDataCr:
      state_ = State::ChunkDataLf;
      return byte == '\r';
    default:
      state_ = State::ChunkSize;
      return byte == '\n';
  }
}

bool AnswerFraming::trailer_byte(char byte) {
  if (++dropped_bytes_ > kMaxHeadBytes) return false;
  if (state_ == State::TrailerLf) {
    state_ = line_bytes_ == 0 ? State::Finished : State::Trailer;
    line_bytes_ = 0;
    return byte == '\n';
  }
  if (byte == '\r') {
    state_ = State::TrailerLf;
    return true;
  }
  ++line_bytes_;
  return is_char(byte, kValueChar);
}

}  // namespace geminate::upstream
