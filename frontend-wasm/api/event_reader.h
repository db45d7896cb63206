#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "frontend-wasm/api/live_feed.h"

namespace geminate::ui {

/// Cuts a text/event-stream that arrives in pieces of any size into its events. Comments bring none.
class EventReader {
 public:
  /// The events that this piece completes.
  std::vector<FeedFrame> feed(std::string_view piece);
  /// What came without an empty line behind it: upstream may end so.
  std::vector<FeedFrame> finish();

 private:
  void take_line(std::string_view line, std::vector<FeedFrame>& events);

  std::string line_;   // not yet ended
  std::string frame_;  // lines since the last empty one
};

}  // namespace geminate::ui
