#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

#include "backend/keys/model_table.h"
#include "backend/keys/ready_set.h"
#include "backend/keys/returns.h"

namespace geminate::keys {

/// What one model may be served by at the moment. Any thread, no lock. The sets are hints: a key that is in
/// one is looked at before it is taken; a key that was taken out has an entry in `returns`, or comes back
/// with an edit or a change of its health.
struct Lane {
  explicit Lane(std::size_t capacity);

  ReadySet ready;
  /// Beyond a limit that is only believed in: tried when nothing is ready.
  ReadySet believed;
  /// Beyond what Google once said of its day: tried when there is nothing else.
  ReadySet doubtful;
  /// How much of its project's day was spent when the key was last looked at, 0 to 200: what a choice begins
  /// with, at the cost of a byte.
  std::unique_ptr<std::atomic<std::uint8_t>[]> day_pressure;
  /// The Pacific day that the bytes are of.
  std::atomic<std::int32_t> pressure_day{0};
  Returns returns;

  void bring_back(std::uint32_t slot) {
    ready.insert(slot);
    believed.erase(slot);
    doubtful.erase(slot);
  }
  void take_out(std::uint32_t slot) {
    ready.erase(slot);
    believed.erase(slot);
    doubtful.erase(slot);
  }
  /// Yesterday's bytes say nothing of today.
  void begin_day(std::int32_t day);

 private:
  std::size_t capacity_;
};

/// The lanes of all models, for slots below `capacity`. A lane begins with every active key ready.
class Lanes {
 public:
  /// `generation`: tells these lanes from those before them.
  Lanes(std::size_t capacity, std::uint8_t generation);
  ~Lanes();

  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] std::uint8_t generation() const { return generation_; }
  /// Made when the model is first asked for. Any thread.
  Lane& lane(ModelId model);

  /// Which slots hold keys that the admin wants used. Management thread.
  void set_active(std::uint32_t slot, bool is_active);
  /// Something about the key or its project has changed for the better: every model looks at it again. Any
  /// thread.
  void wake(std::uint32_t slot);
  /// Every model looks at every key again: a clock was set.
  void wake_all();

 private:
  std::size_t capacity_;
  std::uint8_t generation_;
  std::array<std::atomic<Lane*>, ModelTable::kMost> lanes_{};
  /// Guards active_ and the making of lanes, so that a lane never misses a key.
  std::mutex mutex_;
  ReadySet active_;
};

}  // namespace geminate::keys
