#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "backend/upstream/upstream_call.h"

namespace geminate::upstream {

/// Finds the answers in upstream's bytes (HTTP/1.1, RFC 9112). Sans-I/O: bytes come in any split, and body
/// pieces go out as views into them, chunk framing removed. Strict wherever two readers could disagree about
/// where an answer ends, for a connection that is read wrongly hands one caller's answer to the next.
class AnswerFraming {
 public:
  enum class Step : std::uint8_t {
    /// All input is used up; come again with more, or with `closed`.
    NeedMore,
    /// head() is there.
    Head,
    /// piece() is there; never empty.
    Body,
    /// The answer is complete. What is left of the input does not belong to it.
    Done,
    /// fault() says why; nothing more can be read.
    Fault,
  };
  static constexpr std::size_t kMaxHeadBytes = 64 * 1024;

  /// Before each answer. `head_only`: the request was a HEAD.
  void begin(bool head_only);

  /// Takes what it needs from the front of `input`. Views handed out live until the next call, and as long as
  /// the input.
  Step next(std::string_view& input);
  /// The connection has ended: Done where that is how the answer ends, else Fault.
  Step closed();

  [[nodiscard]] const AnswerHead& head() const { return head_; }
  [[nodiscard]] std::string_view piece() const { return piece_; }
  [[nodiscard]] const char* fault() const { return fault_; }
  /// Whether any byte of an answer has come since `begin`.
  [[nodiscard]] bool begun() const { return begun_; }
  /// After Done: whether the connection may serve another request.
  [[nodiscard]] bool keep_alive() const { return keep_alive_; }

 private:
  enum class State : std::uint8_t {
    Head,
    BodyBegins,
    FixedBody,
    BodyUntilClose,
    ChunkSize,
    ChunkExtension,
    ChunkSizeLf,
    ChunkData,
    ChunkDataCr,
    ChunkDataLf,
    Trailer,
    TrailerLf,
    Finished,
    Faulty,
  };

  Step fail(const char* why);
  Step read_head(std::string_view& input);
  /// Reads a head from its beginning on. Null when it is well-formed so far, else what is wrong; `length` is
  /// its own when all of it is there.
  const char* parse_head(std::string_view text, std::size_t& length);
  const char* parse_status_line(std::string_view line);
  const char* parse_field(std::string_view line);
  const char* note_framing_field(std::string_view name, std::string_view value);
  const char* choose_body();
  Step read_body(std::string_view& input);
  Step read_chunked(std::string_view& input);
  Step take_piece(std::string_view& input, State after);
  bool chunk_line_byte(char byte);
  bool trailer_byte(char byte);

  State state_ = State::Head;
  State after_head_ = State::Finished;
  bool head_only_ = false;
  bool begun_ = false;
  bool keep_alive_ = false;
  bool chunked_ = false;
  bool http_1_0_ = false;
  AnswerHead head_;
  std::string_view piece_;
  const char* fault_ = "";
  /// A head that came in more than one piece. Interim heads (1xx) count towards the limit as well.
  std::string buffer_;
  std::size_t head_bytes_ = 0;
  /// Bytes still to come of the body or of the running chunk.
  std::uint64_t remaining_ = 0;
  std::size_t size_digits_ = 0;
  /// Bytes of chunk extensions or of trailers, both of which are dropped; and of the trailer's running line.
  std::size_t dropped_bytes_ = 0;
  std::size_t line_bytes_ = 0;
};

}  // namespace geminate::upstream
