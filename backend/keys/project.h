#pragma once

#include <atomic>
#include <cstdint>
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
/// long as the project.
class Project {
 public:
  /// `name` is empty for a key's own.
  explicit Project(std::string name) : name_(std::move(name)) {}
  ~Project();
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }

  /// Null until the model was first asked for.
  [[nodiscard]] ModelLedger* find_ledger(ModelId model) const;
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
  void for_each_slot(Visit&& visit) const {
    const std::lock_guard lock(slots_lock());
    for (const std::uint32_t slot : slots_) visit(slot);
  }

 private:
  /// One of a few for all projects: a lock in each would be most of its size.
  [[nodiscard]] std::mutex& slots_lock() const;

  std::atomic<ModelLedger*> ledgers_{nullptr};
  std::atomic<Cooldowns*> cooldowns_{nullptr};
  std::vector<std::uint32_t> slots_;
  std::string name_;
};

}  // namespace geminate::keys
