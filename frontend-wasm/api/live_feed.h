#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace geminate::ui {

/// One event of /api/manage/live.
struct FeedFrame {
  std::string event;
  std::string data;  // JSON
};

/// The event in one frame of text/event-stream, without the empty line that ends it; none in a comment, which
/// only shows that the server is there.
std::optional<FeedFrame> parse_feed_frame(std::string_view frame);

}  // namespace geminate::ui
