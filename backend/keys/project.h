#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "backend/keys/cooldowns.h"
#include "backend/keys/model_ledger.h"

namespace geminate::keys {

/// A Google project: whose quota its keys share. A key that names none has one of its own. Asking takes no
/// lock (any thread); what is seldom there (rests, further ledgers) is made when it is needed and kept as
/// long as the project. It counts who holds it and leaves it to the pool's book, which owns it, to look for
/// those that nobody does.
class Project {
 public:
  /// A key's own.
  explicit Project(std::int64_t key_id) : key_id_(key_id) {}
  ~Project();
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;

  /// Empty for a key's own.
  [[nodiscard]] const std::string& name() const;
  /// Whose own it is; 0 for one with a name.
  [[nodiscard]] std::int64_t key_id() const { return key_id_; }

  void hold() const { holders_.fetch_add(1, std::memory_order_relaxed); }
  void let_go() const { holders_.fetch_sub(1, std::memory_order_release); }
  /// Whether nobody holds it, nor has it listed to be saved. What the last holder did is seen.
  [[nodiscard]] bool is_unused() const;

  /// Null until the model was first asked for.
  [[nodiscard]] ModelLedger* find_ledger(ModelId model) const {
    ModelLedger* each = ledgers_.load(std::memory_order_acquire);
    while (each != nullptr && each->model() != model) each = each->next;
    return each;
  }
  ModelLedger& ledger(ModelId model);
  /// Calls `visit(ModelLedger&)` with each.
  template <class Visit>
  void for_each_ledger(Visit&& visit) const {
    for (ModelLedger* each = ledgers_.load(std::memory_order_acquire); each != nullptr; each = each->next)
      visit(*each);
  }

  /// What rests of it, with reasons for people; null while nothing has ever rested.
  [[nodiscard]] const Cooldowns* cooldowns() const { return cooldowns_.load(std::memory_order_acquire); }
  Cooldowns& make_cooldowns();

  /// The slots of its keys. Changed by the management thread; any thread may read.
  void join(std::uint32_t slot);
  void leave(std::uint32_t slot);
  template <class Visit>
  void for_each_slot(Visit&& visit) const;

  /// Has the memory on its way that find_ledger needs.
  void fetch() const { __builtin_prefetch(this); }

 private:
  static constexpr std::uint32_t kNoSlot = std::numeric_limits<std::uint32_t>::max();

  std::atomic<ModelLedger*> ledgers_{nullptr};
  std::atomic<Cooldowns*> cooldowns_{nullptr};
  std::int64_t key_id_;
  mutable std::atomic<std::uint32_t> holders_{0};
  /// Of a key's own: its key has it or, while it names another project, not.
  std::atomic<std::uint32_t> own_slot_{kNoSlot};
};

/// One that keys name.
class NamedProject final : public Project {
 public:
  explicit NamedProject(std::string name) : Project(0), name_(std::move(name)) {}

 private:
  friend class Project;

  /// One of a few for all projects: a lock in each would be a third of its size.
  [[nodiscard]] std::mutex& lock() const;

  std::vector<std::uint32_t> slots_;
  std::string name_;
};

template <class Visit>
void Project::for_each_slot(Visit&& visit) const {
  if (key_id_ != 0) {
    const std::uint32_t slot = own_slot_.load(std::memory_order_acquire);
    if (slot != kNoSlot) visit(slot);
    return;
  }
  const auto& named = static_cast<const NamedProject&>(*this);
  const std::lock_guard lock(named.lock());
  for (const std::uint32_t slot : named.slots_) visit(slot);
}

}  // namespace geminate::keys
