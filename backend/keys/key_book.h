#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backend/keys/key_store.h"
#include "backend/keys/pool_snapshot.h"

namespace geminate::keys {

/// Joins each row with the counters, limits and cooldowns that belong to it and makes snapshots of them.
/// Belongs to whoever holds the pool's management lock; workers only ever see the snapshots.
class KeyBook {
 public:
  /// These rows and no others; keys that stay keep what was counted and found out about them.
  void replace_all(std::vector<UpstreamKey> rows);
  void put(UpstreamKey row);
  void remove(std::int64_t id);

  [[nodiscard]] std::shared_ptr<const PoolSnapshot> snapshot();
  /// Once the snapshot is published: every model looks at the keys that were edited since the last one.
  void wake_edited();
  /// Null when there is none.
  [[nodiscard]] std::shared_ptr<const PoolEntry> find(std::int64_t id) const;

  [[nodiscard]] std::vector<KeyFinding> take_findings();
  /// Calls `visit(Project&, id)` with each; `id` is the key's for a project of its own, 0 for one with a
  /// name.
  template <class Visit>
  void for_each_project(Visit&& visit) const {
    for (const auto& [name, project] : projects_) visit(*project, std::int64_t{0});
    for (const auto& [id, record] : records_) {
      if (record.own != nullptr) visit(*record.own, id);
    }
  }
  /// The project of that name, or else that key's own; null when there is none.
  [[nodiscard]] std::shared_ptr<Project> find_project(std::string_view name, std::int64_t id) const;

 private:
  struct Record {
    std::shared_ptr<const PoolEntry> entry;
    /// The project of a key that names none; kept while it names one, for when it no longer does.
    std::shared_ptr<Project> own;
  };

  std::shared_ptr<Project> project_for(const UpstreamKey& row, Record& record);
  std::uint32_t take_slot();
  void make_room();
  [[nodiscard]] std::vector<TurnTier::Member> members() const;
  void drop_unused_projects();

  std::map<std::int64_t, Record> records_;
  std::map<std::string, std::shared_ptr<Project>, std::less<>> projects_;
  /// Own projects of keys that are gone; leases and lists may still know them.
  std::vector<std::shared_ptr<Project>> retired_;
  TurnCursors cursors_;

  SlotMap entries_;
  std::vector<std::uint32_t> free_slots_;
  std::uint32_t slots_ = 0;
  std::shared_ptr<Lanes> lanes_ = std::make_shared<Lanes>(64, 0);
  /// Whether `ids_` or `tiers_` have to be made anew.
  bool ids_changed_ = false;
  bool tiers_changed_ = false;
  std::shared_ptr<const std::vector<PoolSnapshot::IdSlot>> ids_ =
      std::make_shared<const std::vector<PoolSnapshot::IdSlot>>();
  std::vector<std::shared_ptr<const TurnTier>> tiers_;
  /// Slots that were edited since wake_edited, and whether the admin wants them used.
  std::vector<std::pair<std::uint32_t, bool>> edited_;
};

}  // namespace geminate::keys
