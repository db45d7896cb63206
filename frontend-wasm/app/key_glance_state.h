#pragma once

#include <cstdint>
#include <vector>

#include "shared/dto/key_columns.h"

namespace geminate::ui {

/// What rows of keys show only while they are in sight: asked for when they come there, and again when the
/// feed tells that keys have moved.
struct KeyGlanceState {
  std::vector<std::int64_t> in_sight;  // ids, rising
  KeyGlances told;                     // of those that were in sight when it was asked for
  bool running = false;
  double ask_at = 0;    // seconds of the platform's clock; 0: nothing is to be asked
  double asked_at = 0;  // in the same

  /// Null where nothing is known yet.
  const KeyGlance* find(std::int64_t id) const;
};

}  // namespace geminate::ui
