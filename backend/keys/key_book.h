#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "backend/keys/key_store.h"
#include "backend/keys/pool_snapshot.h"
#include "backend/keys/slab.h"

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
  [[nodiscard]] Ref<const PoolEntry> find(std::int64_t id) const;

  [[nodiscard]] std::vector<KeyFinding> take_findings();
  /// The finding could not be saved: it is offered again.
  void keep_finding(std::int64_t id);
  /// Calls `visit(Project&)` with each.
  template <class Visit>
  void for_each_project(Visit&& visit) const {
    for (const auto& [name, project] : projects_) visit(*project);
    for_each_entry([&visit](const PoolEntry& entry) {
      if (entry.project().key_id() != 0) visit(entry.project());
    });
    for (const auto& [id, project] : away_) visit(*project);
  }
  /// The project of that name, or else that key's own; null when there is none.
  [[nodiscard]] Project* find_project(std::string_view name, std::int64_t id) const;

 private:
  template <class Visit>
  void for_each_entry(Visit&& visit) const {
    index_->for_each([&](std::int64_t, std::uint32_t slot) { visit(*entries_.at(slot)); });
  }

  Project& project_named(const std::string& name);
  /// The one that the row had, or one of its own.
  Project& project_for(const UpstreamKey& row, const PoolEntry* former);
  KeyRuntime& runtime_for(const UpstreamKey& row, const PoolEntry* former);
  /// The key's text is no longer what it was: neither is its own project.
  void retire_own_project(const PoolEntry& entry);
  /// What snapshots do not share.
  KeyIndex& own_index();
  std::uint32_t take_slot();
  void make_room();
  [[nodiscard]] std::vector<TurnTier::Member> members() const;

  // These stay until the last entry has gone.
  Slab<KeyRuntime> runtimes_;
  Slab<Project> own_projects_;
  /// By their own names.
  std::map<std::string_view, std::unique_ptr<NamedProject>> projects_;
  /// The own projects of keys that name another for the time being.
  std::unordered_map<std::int64_t, Project*> away_;
  TurnCursors cursors_;

  SlotMap entries_;
  std::vector<std::uint32_t> free_slots_;
  std::uint32_t slots_ = 0;
  std::shared_ptr<Lanes> lanes_ = std::make_shared<Lanes>(64, 0);
  /// Whether a snapshot may have the index.
  bool index_is_shared_ = false;
  bool tiers_changed_ = false;
  std::shared_ptr<KeyIndex> index_ = std::make_shared<KeyIndex>();
  std::vector<std::shared_ptr<const TurnTier>> tiers_;
  /// Slots that were edited since wake_edited, and whether the admin wants them used.
  std::vector<std::pair<std::uint32_t, bool>> edited_;
};

}  // namespace geminate::keys
