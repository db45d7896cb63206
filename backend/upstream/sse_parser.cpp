#include "backend/upstream/sse_parser.h"

namespace geminate::upstream {
namespace {
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
}

SseParser::Step SseParser::next(SseEvent& event) {
  if (given_out_) {
    type_.clear();
    data_.clear();
    has_data_ = given_out_ = false;
  }
  while (!too_large_) {
    const bool has_line = take_line();
    // Asked of whole lines as of begun ones, so that it does not matter how the bytes were cut.
    too_large_ = line_.size() + data_.size() > max_event_bytes_;
    if (too_large_) break;
    if (!has_line) return Step::NeedMore;
    const bool complete = end_line();
    line_.clear();
    if (complete) return give_out(event);
  }
  return Step::TooLarge;
}

bool SseParser::take_line() {
  if (skip_lf_ && !input_.empty()) {
    if (input_.front() == '\n') input_.remove_prefix(1);
    skip_lf_ = false;
  }
  const std::size_t end = input_.find_first_of("\r\n");
  line_.append(input_.substr(0, end));
  if (end == std::string_view::npos) {
    input_ = {};
    return false;
  }
  skip_lf_ = input_[end] == '\r';
  input_.remove_prefix(end + 1);
  return true;
}

bool SseParser::end_line() {
  std::string_view line = line_;
  if (first_line_ && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  first_line_ = false;
  if (line.empty()) {
    if (!has_data_) type_.clear();
    return has_data_;
  }
  const std::size_t colon = line.find(':');
  if (colon == 0) return false;
  std::string_view value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  add_field(line.substr(0, colon), value);
  return false;
}

void SseParser::add_field(std::string_view name, std::string_view value) {
  if (name == "data") {
    if (has_data_) data_ += '\n';
    data_ += value;
    has_data_ = true;
  } else if (name == "event") {
    type_ = value;
  }
}

SseParser::Step SseParser::give_out(SseEvent& event) {
  given_out_ = true;
  event = {type_, data_};
  return Step::Event;
}

SseParser::Step SseParser::finish(SseEvent& event) {
  input_ = "\n\n";
  // A line that was cut is no line; only the ones before it count.
  line_.clear();
  return next(event);
}

}  // namespace geminate::upstream
