#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "shared/core/time.h"
#include "shared/dto/pool.h"

namespace geminate::keys {

/// Makes of what happened to keys the times in which each was not to be had. Pure; one thread.
class KeyTimelineMaker {
 public:
  /// More spans are left out, those that ended first: an answer has to stay small however large the pool is.
  static constexpr std::size_t kMostSpans = 4000;
  static constexpr std::chrono::minutes kStep{15};

  KeyTimelineMaker(Timestamp from, Timestamp to) : from_(from), to_(to) {}

  /// Oldest first. Events of many keys at once, which name none, are passed over.
  void take(const KeyEventView& event);
  /// `known_from`: since when every event is known.
  [[nodiscard]] KeyTimeline finish(Timestamp known_from);

 private:
  struct Why {
    KeyState state = KeyState::Ready;
    std::string model;
    std::string reason;
    bool operator==(const Why&) const = default;
  };
  /// What is known of a key at the moment of its last event.
  struct Track {
    Why wish;     // disabled, expired
    Why finding;  // suspect, dead
    Why rest;     // cooling, while the time is before rests_until
    Timestamp rests_until{};
    Why shown;  // the span that is open; Ready: none is
    Timestamp since{};
  };

  static Why why_at(const Track& track, Timestamp at);
  static void apply(Track& track, const KeyEventView& event);
  /// The span that is open goes as far as it goes by itself.
  void let_pass(std::int64_t key_id, Track& track, Timestamp at);
  void close(std::int64_t key_id, Track& track, std::optional<Timestamp> at);
  void count_fall(const Track& track);
  std::int32_t number_of(const std::string& reason);

  const Timestamp from_, to_;
  std::unordered_map<std::int64_t, Track> tracks_;
  struct Span {
    KeySpanView view;
    std::string reason;
  };
  std::vector<Span> spans_;
  std::map<Timestamp, KeyFallsView> falls_;
  std::map<std::string, std::int32_t> numbers_;
};

}  // namespace geminate::keys
