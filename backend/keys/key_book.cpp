#include "backend/keys/key_book.h"

#include <algorithm>
#include <set>

namespace geminate::keys {

std::shared_ptr<Cooldowns> KeyBook::cooldowns_for(const UpstreamKey& row, const Record& record) {
  if (!row.project) return record.own;
  auto& shared = projects_[*row.project];
  auto cooldowns = shared.lock();
  if (cooldowns == nullptr) {
    cooldowns = std::make_shared<Cooldowns>();
    shared = cooldowns;
  }
  return cooldowns;
}

void KeyBook::put(UpstreamKey row) {
  Record& record = records_[row.id];
  const auto former = record.entry;
  const bool is_other_text = former != nullptr && former->key.fingerprint != row.fingerprint;
  // What rested was the former key's.
  if (record.own == nullptr || is_other_text) record.own = std::make_shared<Cooldowns>();
  auto entry = std::make_shared<PoolEntry>();
  entry->runtime = former != nullptr ? former->runtime : std::make_shared<KeyRuntime>(row);
  if (is_other_text) entry->runtime->revive();
  entry->epoch = entry->runtime->epoch();
  entry->cooldowns = cooldowns_for(row, record);
  entry->minute = window_for(row.rate_limit_per_minute, former != nullptr ? former->minute : nullptr);
  entry->key = std::move(row);
  record.entry = std::move(entry);
}

void KeyBook::replace_all(std::vector<UpstreamKey> rows) {
  std::set<std::int64_t> ids;
  for (UpstreamKey& row : rows) {
    ids.insert(row.id);
    put(std::move(row));
  }
  std::erase_if(records_, [&](const auto& record) { return !ids.contains(record.first); });
}

std::shared_ptr<const PoolSnapshot> KeyBook::snapshot() {
  std::erase_if(projects_, [](const auto& project) { return project.second.expired(); });
  auto snapshot = std::make_shared<PoolSnapshot>();
  snapshot->entries.reserve(records_.size());
  std::vector<KeySelector::Candidate> candidates;
  for (const auto& [id, record] : records_) {
    const UpstreamKey& key = record.entry->key;
    const auto position = static_cast<std::uint32_t>(snapshot->entries.size());
    if (key.is_active) candidates.push_back({position, key.priority, key.weight});
    snapshot->entries.push_back(record.entry);
  }
  snapshot->selector = KeySelector(candidates, cursors_);
  return snapshot;
}

std::shared_ptr<const PoolEntry> KeyBook::find(std::int64_t id) const {
  const auto found = records_.find(id);
  return found == records_.end() ? nullptr : found->second.entry;
}

std::vector<KeyFinding> KeyBook::take_findings() {
  std::vector<KeyFinding> findings;
  for (const auto& [id, record] : records_) {
    if (auto finding = record.entry->runtime->take_finding(id)) findings.push_back(std::move(*finding));
  }
  return findings;
}

}  // namespace geminate::keys
