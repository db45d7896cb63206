#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace geminate::upstream {

struct SseEvent {
  /// `event:`; empty means "message".
  std::string_view type;
  /// All `data:` lines, joined by line feeds.
  std::string_view data;
};

/// Server-sent events out of bytes in any split, as the HTML standard reads them: LF, CR and CRLF end a line,
/// a byte order mark at the very beginning and comments are passed over, an event without data is none.
///
///   parser.feed(bytes);
///   while (parser.next(event) == SseParser::Step::Event) …
class SseParser {
 public:
  enum class Step : std::uint8_t {
    Event,
    /// Everything fed has been used up.
    NeedMore,
    /// An event beyond the limit; nothing more comes out.
    TooLarge,
  };
  static constexpr std::size_t kMaxEventBytes = 16 * 1024 * 1024;

  explicit SseParser(std::size_t max_event_bytes = kMaxEventBytes) : max_event_bytes_(max_event_bytes) {}

  /// `bytes` must stay until `next` has said NeedMore, and only then may more be fed.
  void feed(std::string_view bytes) { input_ = bytes; }
  /// The event's views live until the next call.
  Step next(SseEvent& event);
  /// The stream has ended. The standard drops an event without its blank line; upstreams that forget it are
  /// met in the wild, so that what has come whole by lines is given out here.
  Step finish(SseEvent& event);

 private:
  /// Takes what there is of the running line; true when that completes it.
  bool take_line();
  /// True when the line was blank and ends an event that has data.
  bool end_line();
  void add_field(std::string_view name, std::string_view value);
  Step give_out(SseEvent& event);

  const std::size_t max_event_bytes_;
  std::string_view input_;
  std::string line_;
  std::string type_;
  std::string data_;
  bool has_data_ = false;
  bool given_out_ = false;
  bool first_line_ = true;
  /// The last line ended with CR: an LF right after it belongs to that end.
  bool skip_lf_ = false;
  bool too_large_ = false;
};

}  // namespace geminate::upstream
