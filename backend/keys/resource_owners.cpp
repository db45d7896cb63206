#include "backend/keys/resource_owners.h"

#include <utility>
#include <vector>

namespace geminate::keys {
namespace {

/// Whatever is used all the time is not written all the time.
constexpr std::chrono::hours kLeastProlonging{1};

}  // namespace

std::optional<ResourceOwner> ResourceOwners::find(std::string_view name, Timestamp at) const {
  const std::lock_guard lock(lock_);
  const auto found = by_name_.find(name);
  if (found == by_name_.end() || found->second->expires_at <= at) return std::nullopt;
  return ResourceOwner{found->second->key_id, found->second->project};
}

void ResourceOwners::remember(std::string_view name, const ResourceOwner& owner, Timestamp expires_at) {
  const std::lock_guard lock(lock_);
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    ResourceOwnerRow& known = *found->second;
    rows_.splice(rows_.end(), rows_, found->second);
    const bool is_same = known.key_id == owner.key_id && known.project == owner.project;
    if (is_same && expires_at < known.expires_at + kLeastProlonging) return;
    known.key_id = owner.key_id;
    known.project = owner.project;
    known.expires_at = expires_at;
    return note_change(known.name);
  }
  put({std::string(name), owner.key_id, owner.project, expires_at});
  note_change(rows_.back().name);
}

void ResourceOwners::forget(std::string_view name) {
  const std::lock_guard lock(lock_);
  if (const auto found = by_name_.find(name); found != by_name_.end()) drop(found->second);
}

void ResourceOwners::put(ResourceOwnerRow row) {
  if (rows_.size() >= most_names_) drop(rows_.begin());
  rows_.push_back(std::move(row));
  by_name_.emplace(rows_.back().name, std::prev(rows_.end()));
}

void ResourceOwners::drop(Rows::iterator place) {
  note_change(place->name);
  by_name_.erase(place->name);
  rows_.erase(place);
}

void ResourceOwners::note_change(const std::string& name) {
  // As long as the store fails it falls behind, but what waits for it stays bounded.
  if (store_ != nullptr && changed_.size() < 2 * most_names_) changed_.insert(name);
}

Status ResourceOwners::load(Timestamp at) {
  if (store_ == nullptr) return Status::success();
  GEMINATE_TRY(auto rows, store_->load(at));
  const std::lock_guard lock(lock_);
  for (ResourceOwnerRow& row : rows) {
    if (!by_name_.contains(row.name)) put(std::move(row));
  }
  return Status::success();
}

Status ResourceOwners::save(Timestamp at) {
  std::vector<ResourceOwnerRow> rows;
  std::vector<std::string> forgotten;
  {
    const std::lock_guard lock(lock_);
    for (const std::string& name : changed_) {
      const auto found = by_name_.find(name);
      if (found == by_name_.end()) {
        forgotten.push_back(name);
      } else {
        rows.push_back(*found->second);
      }
    }
    changed_.clear();
  }
  if (rows.empty() && forgotten.empty()) return Status::success();
  auto saved = store_->save(rows, forgotten, at);
  if (saved.ok()) return saved;
  const std::lock_guard lock(lock_);
  for (const auto& row : rows) note_change(row.name);
  for (const auto& name : forgotten) note_change(name);
  return saved;
}

}  // namespace geminate::keys
