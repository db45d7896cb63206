#include <algorithm>
#include <utility>

#include "backend/keys/key_pool.h"
#include "backend/keys/pacific_day.h"
#include "backend/keys/pool_snapshot.h"

namespace geminate::keys {

KeyLease::KeyLease(std::shared_ptr<const PoolEntry> entry, std::string_view model, std::int64_t reserved,
                   const Now& now)
    : entry_(std::move(entry)), model_(model), reserved_(reserved), begun_(now.wall), held_(true) {}

KeyLease::KeyLease(KeyLease&& other) noexcept
    : entry_(std::move(other.entry_)),
      model_(other.model_),
      reserved_(other.reserved_),
      begun_(other.begun_),
      held_(std::exchange(other.held_, false)) {}

KeyLease& KeyLease::operator=(KeyLease&& other) noexcept {
  if (this == &other) return *this;
  release();
  entry_ = std::move(other.entry_);
  model_ = other.model_;
  reserved_ = other.reserved_;
  begun_ = other.begun_;
  held_ = std::exchange(other.held_, false);
  return *this;
}

KeyLease::~KeyLease() { release(); }

const UpstreamKey& KeyLease::key() const { return entry_->key; }

void KeyLease::settle(std::int64_t tokens, const Now& now) {
  if (!std::exchange(held_, false)) return;
  entry_->runtime->settle(reserved_, std::max<std::int64_t>(0, tokens), pacific_day(now.wall));
}

void KeyLease::release() {
  if (!std::exchange(held_, false)) return;
  entry_->runtime->settle(reserved_, reserved_, pacific_day(begun_));
}

}  // namespace geminate::keys
