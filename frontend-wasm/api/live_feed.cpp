#include "frontend-wasm/api/live_feed.h"

namespace geminate::ui {
namespace {

/// A field's value: one blank after the colon belongs to neither.
std::string_view value_of(std::string_view line, std::size_t colon) {
  std::string_view value = line.substr(colon + 1);
  if (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  return value;
}

}  // namespace

std::optional<FeedFrame> parse_feed_frame(std::string_view frame) {
  FeedFrame found;
  bool has_data = false;
  while (!frame.empty()) {
    const std::size_t end = frame.find('\n');
    std::string_view line = frame.substr(0, end);
    frame = end == std::string_view::npos ? std::string_view{} : frame.substr(end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const std::size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos) continue;
    const std::string_view name = line.substr(0, colon);
    if (name == "event") found.event = value_of(line, colon);
    if (name != "data") continue;
    if (has_data) found.data += '\n';
    found.data += value_of(line, colon);
    has_data = true;
  }
  if (!has_data) return std::nullopt;
  if (found.event.empty()) found.event = "message";
  return found;
}

}  // namespace geminate::ui
