#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shared/core/result.h"
#include "tools/simulator/json_text.h"
#include "tools/simulator/reply.h"
#include "tools/simulator/request.h"

namespace geminate::simulator {

/// One line of a recordings file (JSON Lines): {"id","request":{"method","path","query","headers","body"},
/// "response":{"status","headers","body"}}; a body is JSON, or a string that is the whole text.
struct Recording {
  std::string id;
  std::string method;
  /// With its query, keys left out.
  std::string target;
  std::string request_body;
  Reply reply;
};

Result<std::vector<Recording>> read_recordings(const std::string& file);

/// Answers requests as they were answered when recorded. Several recordings may have one method and target:
/// the one whose request body is equal as JSON is taken, else they take turns. One thread.
class Replay {
 public:
  explicit Replay(std::vector<Recording> recordings);
  /// Nothing when no such request was recorded.
  std::optional<Reply> answer(const Request& request);

 private:
  struct Group {
    std::vector<std::size_t> members;
    std::size_t turn = 0;
  };
  std::vector<Recording> recordings_;
  std::vector<std::unique_ptr<JsonDocument>> bodies_;
  std::map<std::string, Group> groups_;
};

}  // namespace geminate::simulator
