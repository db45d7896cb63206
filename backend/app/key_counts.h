#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <string>
#include <vector>

#include "backend/keys/key_changes.h"
#include "backend/observe/metrics.h"
#include "shared/dto/keys.h"

namespace geminate::app {

/// How many keys are in each state, as the management thread found it last. Any thread may read.
class KeyCounts {
 public:
  /// Management thread.
  void take(const keys::KeyChanges& changes) {
    for (const auto& [state, name] : EnumNames<KeyState>::kNames)
      counts_[index_of(state)].store(changes.count(state), std::memory_order_relaxed);
  }
  [[nodiscard]] std::size_t of(KeyState state) const {
    return counts_[index_of(state)].load(std::memory_order_relaxed);
  }
  /// As the metrics show them.
  [[nodiscard]] std::vector<observe::GaugeSample> samples() const {
    std::vector<observe::GaugeSample> samples;
    for (const auto& [state, name] : EnumNames<KeyState>::kNames)
      samples.push_back({std::string(name), static_cast<double>(of(state))});
    return samples;
  }

 private:
  static constexpr std::size_t index_of(KeyState state) { return static_cast<std::size_t>(state); }

  std::array<std::atomic<std::size_t>, EnumNames<KeyState>::kNames.size()> counts_{};
};

}  // namespace geminate::app
