#include "backend/keys/key_book.h"

#include <algorithm>
#include <bit>
#include <set>

namespace geminate::keys {

std::shared_ptr<Project> KeyBook::project_for(const UpstreamKey& row, Record& record) {
  if (row.project) {
    auto& shared = projects_[*row.project];
    if (shared == nullptr) shared = std::make_shared<Project>(*row.project, 0);
    return shared;
  }
  if (record.own == nullptr) record.own = std::make_shared<Project>(std::string(), row.id);
  return record.own;
}

std::uint32_t KeyBook::take_slot() {
  if (free_slots_.empty()) return slots_++;
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  return slot;
}

void KeyBook::put(UpstreamKey row) {
  Record& record = records_[row.id];
  const auto former = record.entry;
  const bool is_other_text = former != nullptr && former->key.fingerprint != row.fingerprint;
  auto entry = std::make_shared<PoolEntry>();
  entry->slot = former != nullptr ? former->slot : take_slot();
  // What was counted and what rested was the former key's.
  if (is_other_text && record.own != nullptr) {
    record.own->leave(entry->slot);
    retired_.push_back(std::move(record.own));
    record.own = nullptr;
  }
  entry->runtime = former != nullptr ? former->runtime : std::make_shared<KeyRuntime>(row);
  if (is_other_text) entry->runtime->revive();
  entry->epoch = entry->runtime->epoch();
  entry->project = project_for(row, record);
  if (former != nullptr && former->project != entry->project) former->project->leave(entry->slot);
  entry->project->join(entry->slot);
  entry->minute = window_for(row.rate_limit_per_minute, former != nullptr ? former->minute : nullptr);
  entry->id = row.id;
  entry->is_active = row.is_active;
  entry->expires_at = row.expires_at.value_or(Timestamp::max());
  entry->has_day_limit = row.max_tokens_per_day.has_value();
  entry->key = std::move(row);
  ids_changed_ = ids_changed_ || former == nullptr;
  tiers_changed_ = tiers_changed_ || former == nullptr || former->key.is_active != entry->key.is_active ||
                   former->key.weight != entry->key.weight || former->key.priority != entry->key.priority;
  edited_.emplace_back(entry->slot, entry->key.is_active);
  entries_.set(entry->slot, entry);
  record.entry = std::move(entry);
}

void KeyBook::remove(std::int64_t id) {
  const auto found = records_.find(id);
  if (found == records_.end()) return;
  const auto entry = found->second.entry;
  entry->project->leave(entry->slot);
  entries_.set(entry->slot, nullptr);
  edited_.emplace_back(entry->slot, false);
  free_slots_.push_back(entry->slot);
  if (found->second.own != nullptr) retired_.push_back(std::move(found->second.own));
  records_.erase(found);
  ids_changed_ = true;
  tiers_changed_ = true;
}

void KeyBook::replace_all(std::vector<UpstreamKey> rows) {
  std::set<std::int64_t> ids;
  for (const UpstreamKey& row : rows) ids.insert(row.id);
  std::vector<std::int64_t> gone;
  for (const auto& [id, record] : records_) {
    if (!ids.contains(id)) gone.push_back(id);
  }
  for (const std::int64_t id : gone) remove(id);
  for (UpstreamKey& row : rows) put(std::move(row));
}

void KeyBook::drop_unused_projects() {
  // Nobody else has it, so nobody can list it any more.
  const auto is_unused = [](const std::shared_ptr<Project>& project) {
    return project.use_count() == 1 && !project->is_listed();
  };
  std::erase_if(projects_, [&](const auto& project) { return is_unused(project.second); });
  std::erase_if(retired_, is_unused);
}

std::vector<TurnTier::Member> KeyBook::members() const {
  std::vector<TurnTier::Member> members;
  for (const auto& [id, record] : records_) {
    const UpstreamKey& key = record.entry->key;
    if (key.is_active) members.push_back({record.entry->slot, key.priority, key.weight});
  }
  return members;
}

void KeyBook::make_room() {
  if (slots_ <= lanes_->capacity()) return;
  const auto generation = static_cast<std::uint8_t>(lanes_->generation() + 1);
  lanes_ = std::make_shared<Lanes>(std::bit_ceil(slots_), generation);
  for (const auto& [id, record] : records_)
    lanes_->set_active(record.entry->slot, record.entry->key.is_active);
}

std::shared_ptr<const PoolSnapshot> KeyBook::snapshot() {
  make_room();
  if (ids_changed_) {
    auto ids = std::make_shared<std::vector<PoolSnapshot::IdSlot>>();
    ids->reserve(records_.size());
    for (const auto& [id, record] : records_) ids->emplace_back(id, record.entry->slot);
    ids_ = std::move(ids);
    ids_changed_ = false;
  }
  if (tiers_changed_) tiers_ = tiers_of(members(), cursors_);
  tiers_changed_ = false;
  auto snapshot = std::make_shared<PoolSnapshot>();
  snapshot->entries = entries_.share();
  snapshot->ids = ids_;
  snapshot->tiers = tiers_;
  snapshot->lanes = lanes_;
  return snapshot;
}

void KeyBook::wake_edited() {
  for (const auto& [slot, is_active] : edited_) lanes_->set_active(slot, is_active);
  edited_.clear();
  drop_unused_projects();
}

std::shared_ptr<const PoolEntry> KeyBook::find(std::int64_t id) const {
  const auto found = records_.find(id);
  return found == records_.end() ? nullptr : found->second.entry;
}

std::shared_ptr<Project> KeyBook::find_project(std::string_view name, std::int64_t id) const {
  if (!name.empty()) {
    const auto found = projects_.find(name);
    return found == projects_.end() ? nullptr : found->second;
  }
  const auto found = records_.find(id);
  return found == records_.end() ? nullptr : found->second.own;
}

std::vector<KeyFinding> KeyBook::take_findings() {
  std::vector<KeyFinding> findings;
  for (const auto& [id, record] : records_) {
    if (auto finding = record.entry->runtime->take_finding(id)) findings.push_back(std::move(*finding));
  }
  return findings;
}

}  // namespace geminate::keys
