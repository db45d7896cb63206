#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/simulator/behaviour.h"

namespace geminate::simulator {

/// "Requests like this are answered like that." An empty text fits everything.
struct Rule {
  /// The upstream key's whole text.
  std::string key;
  /// Without "models/".
  std::string model;
  /// The request's path begins with this.
  std::string path;
  /// For this many requests; nothing: until the rules are cleared.
  std::optional<std::uint32_t> times;
  Behaviour behaviour;
};

/// What a rule is asked about.
struct Subject {
  std::string_view key;
  std::string_view model;
  std::string_view path;
};

/// The rules in the order they were added; the first that fits and isn't used up decides. Any thread.
class Script {
 public:
  void add(Rule rule);
  void clear();
  /// Counts the use of the rule that decides.
  std::optional<Behaviour> take(const Subject& subject);

 private:
  std::mutex mutex_;
  std::vector<Rule> rules_;
};

}  // namespace geminate::simulator
