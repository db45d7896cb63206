#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/time.h"
#include "shared/dto/keys.h"

namespace geminate::keys {

/// A model's name as cooldowns look it up: hashed once per request, not once per key.
using ModelHash = std::uint64_t;
ModelHash hash_of_model(std::string_view model);

/// What rests of one Google project: model × quota, each until its own time. Keys that share a project share
/// one of these; a key without a project has its own. Asking takes no lock (any thread); a rest is begun
/// under one, which is rare. Time is the monotonic clock's: a clock that is set does not end a rest.
class Cooldowns {
 public:
  /// More rests than this at once, and the one that ends first is forgotten: the worst of it is an early try.
  static constexpr std::size_t kMaxRests = 32;

  /// How long calls that name this model still rest; nothing when they may go.
  [[nodiscard]] std::optional<std::chrono::milliseconds> rests_for(ModelHash model, MonotonicTime now) const;

  /// When they do, in milliseconds of the monotonic clock; 0 or past when they may go.
  [[nodiscard]] std::int64_t rest_ends(ModelHash model) const;

  /// Whether anything rests at all.
  [[nodiscard]] bool rests(MonotonicTime now) const;

  /// Lets model × quota rest from now on for `duration`; a rest that is there already ends when this one
  /// does. `is_unexplained`: upstream named neither quota nor time.
  void rest(std::string_view model, std::string_view quota, std::string_view reason,
            std::chrono::milliseconds duration, const Now& now, bool is_unexplained = false);

  /// Ends the rests that upstream did not explain: they were not this project's fault.
  void forgive_unexplained();

  /// Ends every rest.
  void clear();

  /// What still rests, the one that ends first in front. `project` is put into the views.
  [[nodiscard]] std::vector<CooldownView> list(std::string_view project, const Now& now) const;

 private:
  struct Slot {
    std::atomic<ModelHash> model{0};
    /// Milliseconds of the monotonic clock.
    std::atomic<std::int64_t> until{0};
  };
  using Slots = std::array<Slot, kMaxRests>;
  /// What people want to know about the slot of the same number.
  struct Story {
    std::string model;
    std::string quota;
    std::string reason;
    bool is_unexplained = false;
  };

  void update_last_until();
  std::size_t slot_for(std::string_view model, std::string_view quota);

  /// When the last of all rests ends: the one load that a request on an unharmed project costs.
  std::atomic<std::int64_t> last_until_{0};
  /// Made with the first rest and kept.
  std::atomic<Slots*> slots_{nullptr};
  mutable std::mutex mutex_;
  std::unique_ptr<Slots> owned_;
  std::vector<Story> stories_;
};

}  // namespace geminate::keys
