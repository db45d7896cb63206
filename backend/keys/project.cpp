#include "backend/keys/project.h"

#include <algorithm>
#include <array>

namespace geminate::keys {

Project::~Project() {
  ModelLedger* each = ledgers_.load(std::memory_order_relaxed);
  while (each != nullptr) delete std::exchange(each, each->next);
  delete cooldowns_.load(std::memory_order_relaxed);
}

const std::string& Project::name() const {
  static const std::string kNone;
  return key_id_ != 0 ? kNone : static_cast<const NamedProject*>(this)->name_;
}

ModelLedger& Project::ledger(ModelId model) {
  if (ModelLedger* found = find_ledger(model)) return *found;
  auto made = std::make_unique<ModelLedger>(*this, model);
  ModelLedger* first = ledgers_.load(std::memory_order_acquire);
  do {
    // Another thread may have been first with the same model.
    for (ModelLedger* each = first; each != nullptr; each = each->next) {
      if (each->model() == model) return *each;
    }
    made->next = first;
  } while (!ledgers_.compare_exchange_weak(first, made.get(), std::memory_order_acq_rel));
  return *made.release();
}

std::mutex& NamedProject::lock() const {
  static std::array<std::mutex, 64> locks;
  return locks[reinterpret_cast<std::uintptr_t>(this) / 64 % locks.size()];
}

bool Project::is_unused() const {
  if (holders_.load(std::memory_order_acquire) != 0) return false;
  bool is_listed = false;
  for_each_ledger([&is_listed](const ModelLedger& ledger) {
    is_listed = is_listed || ledger.is_listed.load(std::memory_order_acquire);
  });
  return !is_listed;
}

Cooldowns& Project::make_cooldowns() {
  if (Cooldowns* found = cooldowns_.load(std::memory_order_acquire)) return *found;
  auto made = std::make_unique<Cooldowns>();
  Cooldowns* present = nullptr;
  if (cooldowns_.compare_exchange_strong(present, made.get(), std::memory_order_acq_rel))
    return *made.release();
  return *present;
}

void Project::join(std::uint32_t slot) {
  if (key_id_ != 0) return own_slot_.store(slot, std::memory_order_release);
  auto& named = static_cast<NamedProject&>(*this);
  const std::lock_guard lock(named.lock());
  if (std::find(named.slots_.begin(), named.slots_.end(), slot) == named.slots_.end())
    named.slots_.push_back(slot);
}

void Project::leave(std::uint32_t slot) {
  if (key_id_ != 0) return own_slot_.store(kNoSlot, std::memory_order_release);
  auto& named = static_cast<NamedProject&>(*this);
  const std::lock_guard lock(named.lock());
  std::erase(named.slots_, slot);
}

}  // namespace geminate::keys
