#include "backend/upstream/usage_scanner.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace geminate::upstream {
namespace {

constexpr std::string_view kDataPrefix = "data:";
constexpr std::string_view kErrorName = "error";

/// Whether an odd number of backslashes stands before `at`; `open` tells it of the bytes before `begin`.
bool escaped_at(const char* begin, const char* at, bool open) {
  const char* run = at;
  while (run != begin && run[-1] == '\\') --run;
  const bool odd = ((at - run) % 2) != 0;
  return run == begin ? odd != open : odd;
}

/// Within what no answer can have used, so that sums of them cannot overflow.
std::int64_t number(const rapidjson::Value& object, const char* name) {
  constexpr std::int64_t kMost = 1'000'000'000'000;
  const auto member = object.FindMember(name);
  if (member == object.MemberEnd() || !member->value.IsInt64()) return 0;
  return std::clamp<std::int64_t>(member->value.GetInt64(), 0, kMost);
}

std::int64_t nested_number(const rapidjson::Value& object, const char* outer, const char* name) {
  const auto member = object.FindMember(outer);
  return member != object.MemberEnd() && member->value.IsObject() ? number(member->value, name) : 0;
}

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
    const char byte = *at;
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
  add_to_name(last_piece);
  reading_name_ = false;
  if (name_ == key_) {
    wanted_ = Wanted::Usage;
  } else if (name_ == kErrorName && objects_seen_ == 1) {
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

void UsageScanner::open(char bracket, const char* at) {
  if (depth_ == 0) object_depth_ = bracket == '[' ? 2 : 1;
  if (depth_ == object_depth_ && bracket == '{') {
    if (wanted_ == Wanted::Usage) {
      capturing_ = true;
      capture_.clear();
      capture_from_ = at;
    } else if (wanted_ == Wanted::Error) {
      begins_with_error_ = true;
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
  if (capturing_) report_.swap(capture_);
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
  // Read once for every request served: a report of common size is parsed on the stack, without the heap.
  std::array<char, 6 * 1024> value_memory;
  std::array<char, 2 * 1024> parse_memory;
  using Memory = rapidjson::MemoryPoolAllocator<>;
  Memory values(value_memory.data(), value_memory.size());
  Memory parsing(parse_memory.data(), parse_memory.size());
  rapidjson::GenericDocument<rapidjson::UTF8<>, Memory, Memory> json(&values, parse_memory.size() / 2,
                                                                     &parsing);
  json.Parse<rapidjson::kParseIterativeFlag>(report.data(), report.size());
  if (json.HasParseError() || !json.IsObject()) return std::nullopt;
  UsageCounts counts;
  if (json.HasMember("prompt_tokens") || json.HasMember("total_tokens")) {
    counts.input_tokens = number(json, "prompt_tokens");
    counts.total_tokens = number(json, "total_tokens");
    counts.output_tokens =
        std::max(number(json, "completion_tokens"), counts.total_tokens - counts.input_tokens);
    counts.cached_tokens = nested_number(json, "prompt_tokens_details", "cached_tokens");
    return counts;
  }
  counts.input_tokens = number(json, "promptTokenCount") + number(json, "toolUsePromptTokenCount");
  counts.output_tokens = number(json, "candidatesTokenCount") + number(json, "thoughtsTokenCount");
  counts.cached_tokens = number(json, "cachedContentTokenCount");
  counts.total_tokens = std::max(number(json, "totalTokenCount"), counts.input_tokens + counts.output_tokens);
  return counts;
}

}  // namespace geminate::upstream
