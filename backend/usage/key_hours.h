#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "backend/usage/usage_store.h"
#include "backend/usage/usage_writer.h"

namespace geminate::usage {

/// How many requests each key had in each of the last hours. What is over is read once and kept (16 bytes for
/// a key and an hour in which it served); the running hour is read again when it is older than kFresh.
/// Blocks; the store's reading thread.
class KeyHours {
 public:
  static constexpr std::size_t kHours = 24;
  static constexpr std::chrono::seconds kFresh{2};
  using Requests = std::array<std::int64_t, kHours>;

  /// Both outlive it.
  KeyHours(UsageStore& store, const UsageWriter& writer) : store_(store), writer_(writer) {}

  /// Reads what is missing. Before the questions below.
  Status look(Timestamp now);
  /// When the first of the hours begins; the last one is running.
  [[nodiscard]] Timestamp from() const;
  [[nodiscard]] Requests of(std::int64_t key_id) const;

 private:
  struct Hour {
    std::vector<std::pair<std::int64_t, std::uint32_t>> requests;  // by rising key
    bool is_over = false;                                          // nothing can be added any more
  };

  [[nodiscard]] std::int64_t from_ms() const;
  /// The first hour that is not over; in milliseconds since 1970, as all of them.
  [[nodiscard]] std::int64_t first_open() const;

  UsageStore& store_;
  const UsageWriter& writer_;
  std::map<std::int64_t, Hour> hours_;  // by when they begin, in milliseconds since 1970
  std::int64_t present_ = 0;            // when the running hour began
  std::optional<Timestamp> looked_at_;
};

}  // namespace geminate::usage
