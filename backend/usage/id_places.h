#pragma once

#include <cstdint>
#include <vector>

namespace geminate::usage {

/// Distinct numbers in the order in which they came, with the way back: a table of places beside the list,
/// without memory of its own for each number. At most kMaximum of them. One thread.
class IdPlaces {
 public:
  static constexpr std::size_t kMaximum = 0xffff;

  /// Where the number stands; a new one goes to the end.
  std::uint16_t place_of(std::int64_t id);
  [[nodiscard]] const std::vector<std::int64_t>& ids() const { return ids_; }
  [[nodiscard]] std::size_t size() const { return ids_.size(); }
  /// Keeps its memory.
  void clear();

 private:
  /// Where the number's place stands in the table, or where it may be put.
  [[nodiscard]] std::uint16_t& slot_of(std::int64_t id);
  void grow();

  /// No place is so large.
  static constexpr std::uint16_t kFree = 0xffff;
  std::vector<std::int64_t> ids_;
  /// A power of two of them, at most half in use.
  std::vector<std::uint16_t> slots_;
  /// Most records name what the one before did.
  std::uint16_t last_ = 0;
};

}  // namespace geminate::usage
