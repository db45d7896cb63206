#include "backend/keys/key_book.h"

#include <algorithm>
#include <bit>
#include <unordered_set>

namespace geminate::keys {

Project& KeyBook::project_named(const std::string& name) {
  const auto found = projects_.find(name);
  if (found != projects_.end()) return *found->second;
  auto project = std::make_unique<NamedProject>(name);
  return *projects_.emplace(project->name(), std::move(project)).first->second;
}

Project& KeyBook::project_for(const UpstreamKey& row, const PoolEntry* former) {
  const bool has_own = former != nullptr && former->project().key_id() != 0;
  if (row.project) {
    if (has_own) away_.emplace(row.id, &former->project());
    return project_named(*row.project);
  }
  if (has_own) return former->project();
  if (const auto away = away_.find(row.id); away != away_.end()) {
    Project& project = *away->second;
    away_.erase(away);
    return project;
  }
  return own_projects_.make(row.id);
}

void KeyBook::retire_own_project(const PoolEntry& entry) {
  if (entry.project().key_id() != 0) {
    own_projects_.retire(entry.project());
  } else if (const auto away = away_.find(entry.id()); away != away_.end()) {
    own_projects_.retire(*away->second);
    away_.erase(away);
  }
}

KeyRuntime& KeyBook::runtime_for(const UpstreamKey& row, const PoolEntry* former) {
  if (former == nullptr) return runtimes_.make(row);
  if (former->text().reveal() == row.text.reveal()) return former->runtime();
  // What was found out about it was the former key's.
  former->runtime().retire();
  runtimes_.retire(former->runtime());
  return runtimes_.make(former->runtime());
}

std::uint32_t KeyBook::take_slot() {
  if (free_slots_.empty()) return slots_++;
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  return slot;
}

KeyIndex& KeyBook::own_index() {
  if (index_is_shared_) index_ = std::make_shared<KeyIndex>(*index_);
  index_is_shared_ = false;
  return *index_;
}

void KeyBook::put(UpstreamKey row) {
  const auto former = find(row.id);
  const std::uint32_t slot = former ? former->slot() : take_slot();
  KeyRuntime& runtime = runtime_for(row, former.get());
  const bool is_other_text = former && &runtime != &former->runtime();
  if (is_other_text) retire_own_project(*former);
  Project& project = project_for(row, is_other_text ? nullptr : former.get());
  row.project.reset();
  row.fingerprint.clear();
  auto minute = window_for(row.rate_limit_per_minute, former ? former->minute() : nullptr);
  const auto entry = PoolEntry::make(row, slot, runtime, project, std::move(minute));
  if (former && &former->project() != &project) former->project().leave(slot);
  project.join(slot);
  if (!former) own_index().put(row.id, slot);
  tiers_changed_ = tiers_changed_ || !former || former->is_active() != entry->is_active() ||
                   former->weight() != entry->weight() || former->priority() != entry->priority();
  edited_.emplace_back(slot, entry->is_active());
  entries_.set(slot, entry);
}

void KeyBook::remove(std::int64_t id) {
  const auto entry = find(id);
  if (!entry) return;
  entry->project().leave(entry->slot());
  entries_.set(entry->slot(), {});
  edited_.emplace_back(entry->slot(), false);
  free_slots_.push_back(entry->slot());
  runtimes_.retire(entry->runtime());
  retire_own_project(*entry);
  own_index().remove(id);
  tiers_changed_ = true;
}

void KeyBook::replace_all(std::vector<UpstreamKey> rows) {
  std::unordered_set<std::int64_t> ids;
  for (const UpstreamKey& row : rows) ids.insert(row.id);
  std::vector<std::int64_t> gone;
  index_->for_each([&](std::int64_t id, std::uint32_t) {
    if (!ids.contains(id)) gone.push_back(id);
  });
  for (const std::int64_t id : gone) remove(id);
  for (UpstreamKey& row : rows) put(std::move(row));
}

std::vector<TurnTier::Member> KeyBook::members() const {
  std::vector<TurnTier::Member> members;
  members.reserve(index_->size());
  for_each_entry([&members](const PoolEntry& entry) {
    if (entry.is_active()) members.push_back({entry.slot(), entry.priority(), entry.weight()});
  });
  return members;
}

void KeyBook::make_room() {
  if (slots_ <= lanes_->capacity()) return;
  const auto generation = static_cast<std::uint8_t>(lanes_->generation() + 1);
  lanes_ = std::make_shared<Lanes>(std::bit_ceil(slots_), generation);
  for_each_entry([this](const PoolEntry& entry) { lanes_->set_active(entry.slot(), entry.is_active()); });
}

std::shared_ptr<const PoolSnapshot> KeyBook::snapshot() {
  make_room();
  if (!index_is_shared_) index_->tidy();
  index_is_shared_ = true;
  if (tiers_changed_) tiers_ = tiers_of(members(), cursors_);
  tiers_changed_ = false;
  auto snapshot = std::make_shared<PoolSnapshot>();
  snapshot->entries = entries_.share();
  snapshot->index = index_;
  snapshot->tiers = tiers_;
  snapshot->lanes = lanes_;
  return snapshot;
}

void KeyBook::wake_edited() {
  for (const auto& [slot, is_active] : edited_) lanes_->set_active(slot, is_active);
  edited_.clear();
  // As many as there were at once; a start has all keys here.
  edited_.shrink_to_fit();
  runtimes_.sweep();
  own_projects_.sweep();
  std::erase_if(projects_, [](const auto& project) { return project.second->is_unused(); });
}

Ref<const PoolEntry> KeyBook::find(std::int64_t id) const {
  const auto slot = index_->find(id);
  return slot ? entries_.at(*slot) : Ref<const PoolEntry>();
}

Project* KeyBook::find_project(std::string_view name, std::int64_t id) const {
  if (!name.empty()) {
    const auto found = projects_.find(name);
    return found == projects_.end() ? nullptr : found->second.get();
  }
  const auto entry = find(id);
  return entry && entry->project().key_id() != 0 ? &entry->project() : nullptr;
}

std::vector<KeyFinding> KeyBook::take_findings() {
  std::vector<KeyFinding> findings;
  for_each_entry([&findings](const PoolEntry& entry) {
    if (auto finding = entry.runtime().take_finding()) findings.push_back(std::move(*finding));
  });
  return findings;
}

void KeyBook::keep_finding(std::int64_t id) {
  if (const auto entry = find(id)) entry->runtime().keep_finding();
}

}  // namespace geminate::keys
