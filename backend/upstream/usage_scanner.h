#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace geminate::upstream {

/// Looks for the usage report in an answer that passes by as bytes: a JSON object, a JSON array of objects,
/// or server-sent events of JSON objects, in any split. It keeps the last `"usageMetadata": {…}` that stands
/// directly in a response object (not one deeper, say in a function's arguments). It never parses the rest:
/// texts and megabytes of base64 are run through at memchr's speed. Memory: the report itself,
/// kMaxReportBytes at most; a larger one is passed over.
class UsageScanner {
 public:
  enum class Format : std::uint8_t { Json, Sse };
  static constexpr std::size_t kMaxReportBytes = 8 * 1024;

  /// `key` must outlive the scanner; OpenAI-shaped answers call it "usage".
  explicit UsageScanner(Format format, std::string_view key = "usageMetadata")
      : sse_(format == Format::Sse), key_(key), line_state_(sse_ ? LineState::Prefix : LineState::Json) {}

  void feed(std::string_view bytes);

  /// The report's JSON text; empty when none has come.
  [[nodiscard]] const std::string& report() const { return report_; }
  /// Whether the first response object has an `"error": {…}` of its own (an error sent with status 200).
  [[nodiscard]] bool begins_with_error() const { return begins_with_error_; }
  /// The last `"error": {…}` (the object alone) of a response object in a stream, which is server-sent events
  /// or an array; empty when none has come. A single object may have one that is no failure of the call, such
  /// as that of a file or an operation.
  [[nodiscard]] const std::string& stream_error() const { return stream_error_; }

 private:
  enum class LineState : std::uint8_t { Prefix, Json, SkipLine };
  enum class Wanted : std::uint8_t { Nothing, Usage, Error };

  const char* scan_prefix(const char* at, const char* end);
  const char* scan_json(const char* at, const char* end);
  const char* scan_nested(const char* at, const char* end);
  const char* scan_string(const char* at, const char* end);
  void structural(char byte, const char* at);
  [[nodiscard]] bool is_stream() const { return sse_ || object_depth_ == 2; }
  void begin_capture(bool of_error, const char* at);
  void open(char bracket, const char* at);
  void close(const char* at);
  void add_to_name(std::string_view piece);
  void end_string(std::string_view last_piece);
  void keep(const char* begin, const char* end);
  void begin_event();

  const bool sse_;
  const std::string_view key_;
  LineState line_state_;
  /// How much of "data:" has been seen at the line's beginning.
  std::uint8_t prefix_length_ = 0;
  bool line_is_empty_ = true;

  std::uint32_t depth_ = 0;
  /// Depth inside a response object: 1, or 2 where the answer is an array of them.
  std::uint32_t object_depth_ = 1;
  bool in_string_ = false;
  /// An odd number of backslashes ended the last piece.
  bool escape_open_ = false;
  /// The next string at object depth is a member's name.
  bool expect_name_ = false;
  bool reading_name_ = false;
  std::string name_;
  Wanted wanted_ = Wanted::Nothing;
  std::uint64_t objects_seen_ = 0;

  bool capturing_ = false;
  /// What is captured is an error, not a report.
  bool captures_error_ = false;
  /// Where in the running piece the part not yet kept begins.
  const char* capture_from_ = nullptr;
  std::string capture_;
  std::string report_;
  std::string stream_error_;
  bool begins_with_error_ = false;
};

/// A usage report's figures; a missing one is 0.
struct UsageCounts {
  std::int64_t input_tokens = 0;
  /// Thinking included: it is generated, and paid for as such.
  std::int64_t output_tokens = 0;
  /// Of the input tokens, those that came from a cache.
  std::int64_t cached_tokens = 0;
  /// Of the output tokens, those of thinking.
  std::int64_t thought_tokens = 0;
  std::int64_t total_tokens = 0;
};

/// From `usageMetadata`'s JSON, from OpenAI's `usage`, or from an interaction's `usage` or the object that
/// holds it; nothing when it is none of them.
std::optional<UsageCounts> read_usage(std::string_view report);

}  // namespace geminate::upstream
