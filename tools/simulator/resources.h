#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "tools/simulator/reply.h"
#include "tools/simulator/request.h"

namespace geminate::simulator {

/// Files and cached contents: things that belong to the key that made them; for another key they don't exist
/// (403, as Google says it). Kept in memory, by the simulator's one thread.
class Resources {
 public:
  /// Nothing when the path is none of theirs.
  std::optional<Reply> answer(const Request& request, std::string_view key);

 private:
  struct Item {
    std::string owner;
    std::string json;
  };
  Reply create(const std::string& kind, const Request& request, std::string_view key);
  Reply list(const std::string& kind, std::string_view key) const;

  std::map<std::string, Item> items_;
  std::uint64_t made_ = 0;
};

}  // namespace geminate::simulator
