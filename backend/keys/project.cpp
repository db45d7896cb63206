#include "backend/keys/project.h"

#include <algorithm>
#include <array>

namespace geminate::keys {

Project::~Project() {
  ModelLedger* each = ledgers_.load(std::memory_order_relaxed);
  while (each != nullptr) delete std::exchange(each, each->next);
  delete cooldowns_.load(std::memory_order_relaxed);
}

ModelLedger* Project::find_ledger(ModelId model) const {
  ModelLedger* each = ledgers_.load(std::memory_order_acquire);
  while (each != nullptr && each->model() != model) each = each->next;
  return each;
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

bool Project::is_listed() const {
  bool is_any = false;
  for_each_ledger([&is_any](const ModelLedger& ledger) { is_any = is_any || ledger.is_listed.load(); });
  return is_any;
}

Cooldowns& Project::make_cooldowns() {
  if (Cooldowns* found = cooldowns_.load(std::memory_order_acquire)) return *found;
  auto made = std::make_unique<Cooldowns>();
  Cooldowns* present = nullptr;
  if (cooldowns_.compare_exchange_strong(present, made.get(), std::memory_order_acq_rel))
    return *made.release();
  return *present;
}

std::mutex& Project::slots_lock() const {
  static std::array<std::mutex, 64> locks;
  return locks[reinterpret_cast<std::uintptr_t>(this) / 64 % locks.size()];
}

void Project::join(std::uint32_t slot) {
  const std::lock_guard lock(slots_lock());
  if (std::find(slots_.begin(), slots_.end(), slot) == slots_.end()) slots_.push_back(slot);
}

void Project::leave(std::uint32_t slot) {
  const std::lock_guard lock(slots_lock());
  std::erase(slots_, slot);
}

}  // namespace geminate::keys
