#include "frontend-wasm/api/event_reader.h"

#include <utility>

namespace geminate::ui {

void EventReader::take_line(std::string_view line, std::vector<FeedFrame>& events) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (!line.empty()) {
    frame_.append(line) += '\n';
    return;
  }
  if (auto event = parse_feed_frame(frame_)) events.push_back(std::move(*event));
  frame_.clear();
}

std::vector<FeedFrame> EventReader::feed(std::string_view piece) {
  std::vector<FeedFrame> events;
  for (std::size_t end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
    line_.append(piece.substr(0, end));
    take_line(line_, events);
    line_.clear();
    piece.remove_prefix(end + 1);
  }
  line_.append(piece);
  return events;
}

std::vector<FeedFrame> EventReader::finish() {
  std::vector<FeedFrame> events;
  if (!line_.empty()) take_line(std::exchange(line_, {}), events);
  take_line({}, events);
  return events;
}

}  // namespace geminate::ui
