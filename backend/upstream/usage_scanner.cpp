#include "backend/upstream/usage_scanner.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <system_error>

namespace geminate::upstream {
namespace {

constexpr std::string_view kDataPrefix = "data:";
constexpr std::string_view kErrorName = "error";

/// Whether an odd number of backslashes stands before `at`; `open` tells it of the bytes before `begin`.
bool escaped_at(const char* begin, const char* at, bool open) {
  // Nearly no quote has one before it.
  if (at != begin && at[-1] != '\\') return false;
  const char* run = at;
  while (run != begin && run[-1] == '\\') --run;
  const bool odd = ((at - run) % 2) != 0;
  return run == begin ? odd != open : odd;
}

enum ByteClass : std::uint8_t { kStructural = 1, kOfReport = 2, kNesting = 4 };

/// Most bytes outside strings say nothing: blanks and digits.
constexpr std::array<std::uint8_t, 256> make_byte_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (const char c : std::string_view("{}[]\",\n")) classes[static_cast<unsigned char>(c)] |= kStructural;
  for (const char c : std::string_view("{}[]\":")) classes[static_cast<unsigned char>(c)] |= kOfReport;
  for (const char c : std::string_view("{}[]\"\n")) classes[static_cast<unsigned char>(c)] |= kNesting;
  return classes;
}
constexpr auto kByteClasses = make_byte_classes();

bool is_plain(char byte, ByteClass wanted) {
  return (kByteClasses[static_cast<unsigned char>(byte)] & wanted) == 0;
}

bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n'; }

/// Where the string that begins at `begin` (behind its opening quote) ends; null when it goes on beyond
/// `end`. Called for each string of every answer.
inline const char* closing_quote(const char* begin, const char* end) {
  for (const char* at = begin;; ++at) {
    at = static_cast<const char*>(std::memchr(at, '"', static_cast<std::size_t>(end - at)));
    if (at == nullptr || !escaped_at(begin, at, false)) return at;
  }
}

/// Walks a report once and hands out the whole numbers in it: read for every request served, and a tenth of
/// its work when a general parser did it. `visit(outer, name, value)`; `outer` is the member that holds the
/// number's object, empty for the report itself. Deeper levels are passed over. False when the text is no
/// object.
template <class Visit>
bool walk_numbers(std::string_view report, Visit&& visit) {
  std::string_view outer;
  std::string_view name;
  std::size_t depth = 0;
  const char* const end = report.data() + report.size();
  for (const char* at = report.data(); at != end; ++at) {
    const char byte = *at;
    if (is_plain(byte, kOfReport)) continue;
    if (byte == '{' || byte == '[') {
      if (depth == 0 && byte == '[') return false;
      if (++depth == 2) outer = byte == '{' ? name : std::string_view("[");
    } else if (byte == '}' || byte == ']') {
      if (depth == 0) return false;
      if (--depth == 0) return true;
      if (depth == 1) outer = {};
    } else if (byte == '"') {
      const char* const quote = closing_quote(at + 1, end);
      if (quote == nullptr) return false;
      name = {at + 1, static_cast<std::size_t>(quote - at - 1)};
      at = quote;
    } else if (byte == ':' && depth <= 2) {
      while (at + 1 != end && is_blank(at[1])) ++at;
      if (at + 1 == end) return false;
      std::int64_t value = 0;
      const auto [stop, fault] = std::from_chars(at + 1, end, value);
      // "1.5" and "1e9" are no counts.
      if (fault == std::errc{} && stop != end && *stop != '.' && (*stop | 0x20) != 'e')
        visit(outer, name, value);
      at = stop - 1;
    }
  }
  return false;
}

/// Every figure that one of the dialects names.
struct ReportFigures {
  std::int64_t prompt = 0, tool_prompt = 0, candidates = 0, thoughts = 0, cached = 0, total = 0;
  bool is_openai = false;

  void take(std::string_view outer, std::string_view name, std::int64_t value) {
    // Beyond this it is no count of tokens, and sums must not overflow.
    value = std::clamp<std::int64_t>(value, 0, std::int64_t{1} << 56);
    // An interaction's event holds its report one deeper.
    if (outer.empty() || outer == "usage") {
      take_direct(name, value);
    } else if (outer == "prompt_tokens_details" && name == "cached_tokens") {
      cached = value;
    } else if (outer == "completion_tokens_details" && name == "reasoning_tokens") {
      thoughts = value;
    }
  }

 private:
  void take_direct(std::string_view name, std::int64_t value) {
    if (name == "promptTokenCount" || name == "total_input_tokens") {
      prompt = value;
    } else if (name == "candidatesTokenCount" || name == "completion_tokens") {
      candidates = value;
    } else if (name == "totalTokenCount") {
      total = value;
    } else if (name == "thoughtsTokenCount" || name == "total_thought_tokens") {
      thoughts = value;
    } else if (name == "cachedContentTokenCount" || name == "total_cached_tokens") {
      cached = value;
    } else if (name == "toolUsePromptTokenCount") {
      tool_prompt = value;
    } else if (name == "prompt_tokens" || name == "total_tokens") {
      is_openai = true;
      (name == "prompt_tokens" ? prompt : total) = value;
    }
  }
};

}  // namespace

void UsageScanner::feed(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  capture_from_ = at;
  while (at != end) {
    switch (line_state_) {
      case LineState::Prefix:
        at = scan_prefix(at, end);
        break;
      case LineState::SkipLine: {
        const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
        if (newline == nullptr) return;
        at = static_cast<const char*>(newline) + 1;
        line_state_ = LineState::Prefix;
        break;
      }
      case LineState::Json:
        at = scan_json(at, end);
        break;
    }
  }
  if (capturing_ && line_state_ == LineState::Json) keep(capture_from_, end);
}

const char* UsageScanner::scan_prefix(const char* at, const char* end) {
  while (at != end) {
    const char byte = *at;
    if (byte == '\r') {
      ++at;
    } else if (byte == '\n') {
      if (line_is_empty_) begin_event();
      line_is_empty_ = true;
      prefix_length_ = 0;
      ++at;
    } else if (byte == kDataPrefix[prefix_length_]) {
      line_is_empty_ = false;
      ++at;
      if (++prefix_length_ == kDataPrefix.size()) {
        prefix_length_ = 0;
        line_is_empty_ = true;
        line_state_ = LineState::Json;
        capture_from_ = at;
        return at;
      }
    } else {
      prefix_length_ = 0;
      line_is_empty_ = true;
      line_state_ = LineState::SkipLine;
      return at;
    }
  }
  return at;
}

void UsageScanner::begin_event() {
  depth_ = 0;
  object_depth_ = 1;
  capturing_ = false;
  expect_name_ = false;
  wanted_ = Wanted::Nothing;
}

const char* UsageScanner::scan_json(const char* at, const char* end) {
  while (at != end) {
    if (in_string_) {
      at = scan_string(at, end);
      continue;
    }
    if (depth_ > object_depth_) {
      at = scan_nested(at, end);
      if (at == end) break;
    }
    const char byte = *at;
    if (is_plain(byte, kStructural)) {
      ++at;
      continue;
    }
    if (byte == '\n' && sse_) {
      // A string holds no raw line end, so that this one ends the event's line.
      if (capturing_) keep(capture_from_, at);
      line_state_ = LineState::Prefix;
      return at + 1;
    }
    structural(byte, at);
    ++at;
  }
  return at;
}

/// Runs through what lies below the response object, most of every answer: only brackets and whole strings
/// matter there. Stops at what the long way has to see: the bracket that leads back, a line's end, a string
/// that is cut.
const char* UsageScanner::scan_nested(const char* at, const char* end) {
  for (; at != end; ++at) {
    const char byte = *at;
    if (is_plain(byte, kNesting)) continue;
    if (byte == '"') {
      const char* const quote = closing_quote(at + 1, end);
      if (quote == nullptr) return at;
      at = quote;
    } else if (byte == '\n') {
      if (sse_) return at;
    } else if (byte == '{' || byte == '[') {
      ++depth_;
    } else {
      if (depth_ == object_depth_ + 1) return at;
      --depth_;
    }
  }
  return at;
}

const char* UsageScanner::scan_string(const char* at, const char* end) {
  const char* const begin = at;
  for (;;) {
    const void* quote = std::memchr(at, '"', static_cast<std::size_t>(end - at));
    if (quote == nullptr) {
      escape_open_ = escaped_at(begin, end, escape_open_);
      add_to_name({begin, static_cast<std::size_t>(end - begin)});
      return end;
    }
    at = static_cast<const char*>(quote);
    if (!escaped_at(begin, at, escape_open_)) {
      in_string_ = false;
      end_string({begin, static_cast<std::size_t>(at - begin)});
      return at + 1;
    }
    ++at;
    // An escaped quote closes the run of backslashes before it.
    if (at == end) {
      escape_open_ = false;
      add_to_name({begin, static_cast<std::size_t>(end - begin)});
      return end;
    }
  }
}

void UsageScanner::add_to_name(std::string_view piece) {
  // One character too many is enough to tell that the name is none of ours.
  const std::size_t longest = std::max(key_.size(), kErrorName.size()) + 1;
  if (reading_name_) name_ += piece.substr(0, longest - name_.size());
}

void UsageScanner::end_string(std::string_view last_piece) {
  escape_open_ = false;
  if (!reading_name_) return;
  // Nearly every name comes whole.
  const bool whole = name_.empty();
  if (!whole) add_to_name(last_piece);
  const std::string_view name = whole ? last_piece : std::string_view(name_);
  reading_name_ = false;
  if (name == key_) {
    wanted_ = Wanted::Usage;
  } else if (name == kErrorName && (objects_seen_ == 1 || is_stream())) {
    wanted_ = Wanted::Error;
  }
}

void UsageScanner::structural(char byte, const char* at) {
  switch (byte) {
    case '"':
      in_string_ = true;
      escape_open_ = false;
      if (!expect_name_) {
        wanted_ = depth_ == object_depth_ ? Wanted::Nothing : wanted_;
        break;
      }
      expect_name_ = false;
      reading_name_ = true;
      wanted_ = Wanted::Nothing;
      name_.clear();
      break;
    case '{':
    case '[':
      open(byte, at);
      break;
    case '}':
    case ']':
      close(at);
      break;
    case ',':
      if (depth_ == object_depth_) {
        expect_name_ = true;
        wanted_ = Wanted::Nothing;
      }
      break;
    default:
      break;
  }
}

void UsageScanner::begin_capture(bool of_error, const char* at) {
  capturing_ = true;
  captures_error_ = of_error;
  capture_.clear();
  capture_from_ = at;
}

void UsageScanner::open(char bracket, const char* at) {
  if (depth_ == 0) object_depth_ = bracket == '[' ? 2 : 1;
  if (depth_ == object_depth_ && bracket == '{') {
    if (wanted_ == Wanted::Usage) {
      begin_capture(false, at);
    } else if (wanted_ == Wanted::Error) {
      if (objects_seen_ == 1) begins_with_error_ = true;
      if (is_stream()) begin_capture(true, at);
    }
  }
  if (depth_ == object_depth_) wanted_ = Wanted::Nothing;
  ++depth_;
  if (depth_ == object_depth_ && bracket == '{') {
    ++objects_seen_;
    expect_name_ = true;
  } else {
    expect_name_ = false;
  }
}

void UsageScanner::close(const char* at) {
  if (depth_ == 0) return;
  --depth_;
  expect_name_ = false;
  if (!capturing_ || depth_ != object_depth_) return;
  keep(capture_from_, at + 1);
  if (capturing_) (captures_error_ ? stream_error_ : report_).swap(capture_);
  capturing_ = false;
}

void UsageScanner::keep(const char* begin, const char* end) {
  const auto length = static_cast<std::size_t>(end - begin);
  if (capture_.size() + length > kMaxReportBytes) {
    capturing_ = false;
    return;
  }
  capture_.append(begin, length);
}

std::optional<UsageCounts> read_usage(std::string_view report) {
  ReportFigures figures;
  const bool is_report =
      walk_numbers(report, [&figures](std::string_view outer, std::string_view name, std::int64_t value) {
        figures.take(outer, name, value);
      });
  if (!is_report) return std::nullopt;
  UsageCounts counts;
  counts.cached_tokens = figures.cached;
  counts.thought_tokens = figures.thoughts;
  counts.input_tokens = figures.prompt + figures.tool_prompt;
  if (figures.is_openai) {
    counts.total_tokens = figures.total;
    counts.output_tokens = std::max(figures.candidates, counts.total_tokens - counts.input_tokens);
    return counts;
  }
  counts.output_tokens = figures.candidates + figures.thoughts;
  counts.total_tokens = std::max(figures.total, counts.input_tokens + counts.output_tokens);
  return counts;
}

}  // namespace geminate::upstream
