#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace geminate::translate {

/// Which turns of a conversation belong together because one answers a function's call of another.
class ToolExchanges {
 public:
  /// In the order of the conversation.
  void called(std::uint32_t turn, std::string_view id, std::string_view name);
  /// Answers the nearest call before it with that id or, where it has none or nobody used it, that name.
  void answered(std::uint32_t turn, std::string_view id, std::string_view name);

  /// For each of so many turns, whether something before it is answered in it or after it.
  [[nodiscard]] std::vector<bool> split_by(std::size_t turns) const;

 private:
  /// The nearest open call under that name; it is then no longer open.
  bool close(std::string key, std::uint32_t& turn);

  /// The turns of open calls by "i" and their id, and by "n" and their name.
  std::unordered_map<std::string, std::vector<std::uint32_t>> open_;
  /// Of a call and of its answer.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> spans_;
};

}  // namespace geminate::translate
