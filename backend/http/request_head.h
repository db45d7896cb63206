#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "backend/http/framing_fault.h"
#include "backend/http/http_types.h"

namespace geminate::http {

/// Reads a request's head line by line and applies RFC 9112's rules on it. Results are offsets, so the head
/// may move in memory between two calls.
class RequestHead {
 public:
  enum class Outcome : std::uint8_t { NeedMore, Complete, Fault };

  /// `data` is all that came of the head so far, from its first byte (what follows the head may hang on);
  /// each call gives the same bytes again and more. `limits` must be the same for one head.
  Outcome scan(std::string_view data, const FramingLimits& limits);

  /// Ready for the next head.
  void reset();

  // After Complete.
  [[nodiscard]] std::size_t size() const { return line_; }
  /// 0 where none is declared.
  [[nodiscard]] std::uint64_t content_length() const { return content_length_; }
  [[nodiscard]] bool chunked() const { return transfer_codings_ != 0; }
  [[nodiscard]] bool expects_continue() const { return expects_continue_ && minor_version_ == 1; }

  /// After Complete: gives the parsed parts to the request; its head_ must hold the scanned bytes.
  void fill(HttpRequest& request);

  /// So far as it was read; empty before.
  [[nodiscard]] HttpRequest::Slice target() const { return target_; }
  /// After Fault.
  [[nodiscard]] const FramingFault& fault() const { return fault_; }

 private:
  bool fail(ErrorCode code, std::string_view message);
  bool read_line(std::string_view line, const FramingLimits& limits);
  bool read_request_line(std::string_view line);
  bool read_version(std::string_view version);
  bool read_target(std::string_view method, std::string_view target, std::uint32_t offset);
  bool read_field(std::string_view line, const FramingLimits& limits);
  bool note_field(std::string_view name, std::string_view value);
  bool note_content_length(std::string_view value);
  bool note_transfer_encoding(std::string_view value);
  void note_connection(std::string_view value);
  bool check_whole();
  Outcome wait_for_more(std::string_view data, const FramingLimits& limits);

  /// Where the line being read begins, and up to where no line end was found.
  std::size_t line_ = 0;
  std::size_t searched_ = 0;
  bool skipped_empty_line_ = false;
  bool has_request_line_ = false;
  bool done_ = false;

  HttpRequest::Slice method_, target_;
  /// The target was absolute; its path begins at target_.offset but may lack the slash.
  bool path_lacks_slash_ = false;
  int minor_version_ = 1;
  HttpRequest::FieldSlices fields_;

  std::uint32_t hosts_ = 0;
  // Not an optional: gcc looks at its value before it knows whether there is one, which valgrind calls a
  // fault.
  bool has_content_length_ = false;
  std::uint64_t content_length_ = 0;
  /// How many; only "chunked" is known.
  std::uint32_t transfer_codings_ = 0;
  bool says_close_ = false;
  bool says_keep_alive_ = false;
  bool expects_continue_ = false;
  FramingFault fault_;
};

}  // namespace geminate::http
