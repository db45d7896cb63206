#include <algorithm>
#include <utility>

#include "backend/keys/key_pool.h"
#include "backend/keys/lease_counter.h"
#include "backend/keys/pacific_day.h"

namespace geminate::keys {

KeyLease::KeyLease(Ref<const PoolEntry> entry, ModelLedger* ledger, LeaseCounter* counter,
                   std::string_view model, std::int64_t reserved, const Now& now)
    : entry_(std::move(entry)),
      ledger_(ledger),
      counter_(counter),
      model_(model),
      reserved_(reserved),
      begun_(now),
      held_(true) {}

KeyLease::KeyLease(KeyLease&& other) noexcept
    : entry_(std::move(other.entry_)),
      ledger_(other.ledger_),
      counter_(other.counter_),
      model_(other.model_),
      reserved_(other.reserved_),
      begun_(other.begun_),
      held_(std::exchange(other.held_, false)) {}

KeyLease& KeyLease::operator=(KeyLease&& other) noexcept {
  if (this == &other) return *this;
  release();
  entry_ = std::move(other.entry_);
  ledger_ = other.ledger_;
  counter_ = other.counter_;
  model_ = other.model_;
  reserved_ = other.reserved_;
  begun_ = other.begun_;
  held_ = std::exchange(other.held_, false);
  return *this;
}

KeyLease::~KeyLease() { release(); }

const PoolEntry& KeyLease::key() const { return *entry_; }

void KeyLease::end(std::int64_t total, std::int64_t input, std::int32_t day) {
  entry_->runtime().settle(reserved_, total, day);
  if (ledger_ == nullptr) return;
  ledger_->end(MinuteWindow::piece_of(begun_.steady), pacific_day(begun_.wall), reserved_, input, total);
  counter_->ended(*entry_, *ledger_);
}

void KeyLease::settle(std::int64_t tokens, const Now& now, std::optional<std::int64_t> input) {
  if (!std::exchange(held_, false)) return;
  const std::int64_t total = std::max<std::int64_t>(0, tokens);
  const std::int64_t prompt = total == 0 ? 0 : std::max<std::int64_t>(0, input.value_or(reserved_));
  end(total, prompt, pacific_day(now.wall));
}

void KeyLease::release() {
  if (!std::exchange(held_, false)) return;
  end(reserved_, reserved_, pacific_day(begun_.wall));
}

}  // namespace geminate::keys
