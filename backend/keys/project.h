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
  /// `name` is empty for a key's own, `key_id` 0 for any other.
  Project(std::string name, std::int64_t key_id) : name_(std::move(name)), key_id_(key_id) {}
  ~Project();
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::int64_t key_id() const { return key_id_; }
  /// Whether one of its ledgers waits to be saved.
  [[nodiscard]] bool is_listed() const;

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
  std::int64_t key_id_;
};

}  // namespace geminate::keys
