#pragma once

#include <cstdint>
#include <string>

namespace geminate::ui {

/// How far the list of keys is told: the server's words, empty where nothing is.
struct KeyVersions {
  std::string facts, activity;
};

/// What AppState knows of the live feed. While it is up nothing has to be polled that it tells of.
struct FeedState {
  /// The browser was asked to listen.
  bool listening = false;
  bool up = false;
  std::uint32_t failures = 0;  // in a row
  /// Seconds of the platform's clock; 0: no attempt is due.
  double next_attempt_at = 0;
  /// Something happened to keys that the list does not show yet; only pages that do not poll it care.
  bool keys_moved = false;
  /// The same of client tokens.
  bool tokens_moved = false;
};

}  // namespace geminate::ui
