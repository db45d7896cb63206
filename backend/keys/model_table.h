#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "backend/keys/cooldowns.h"
#include "backend/keys/model_ledger.h"
#include "backend/keys/quota_limits.h"

namespace geminate::keys {

/// Numbers for models. A model gets one when upstream has shown that it exists (it served, or a quota of it
/// was spent), so that callers cannot fill the table with names of their own; all others share kUnlisted.
/// Looking up takes no lock (any thread); adding does, and is rare.
class ModelTable {
 public:
  static constexpr ModelId kUnlisted = 0;
  /// Requests that name no model.
  static constexpr ModelId kNoModel = 1;
  /// Far more than Google offers; those that come later stay unlisted.
  static constexpr std::size_t kMost = 256;

  ModelTable();

  /// kUnlisted for a model that has no number.
  [[nodiscard]] ModelId find(ModelHash hash) const;
  ModelId add(std::string_view model);
  /// Those given out, from 0 on.
  [[nodiscard]] std::size_t size() const { return size_.load(std::memory_order_acquire); }
  /// Without "models/" in front; empty for kUnlisted and kNoModel.
  [[nodiscard]] std::string name(ModelId id) const;
  /// The limits that were learnt of the model on any project: the smallest of each.
  [[nodiscard]] QuotaLimits& beliefs(ModelId id) { return *beliefs_[id]; }
  [[nodiscard]] const QuotaLimits& beliefs(ModelId id) const { return *beliefs_[id]; }

 private:
  static constexpr std::size_t kPlaces = 1024;
  struct Place {
    /// 0: free.
    std::atomic<ModelHash> hash{0};
    std::atomic<ModelId> id{0};
  };
  static ModelHash usable(ModelHash hash) { return hash == 0 ? 1 : hash; }

  std::array<Place, kPlaces> places_;
  std::array<std::unique_ptr<QuotaLimits>, kMost> beliefs_;
  std::atomic<std::size_t> size_{0};
  mutable std::mutex mutex_;
  std::deque<std::string> names_;
};

/// The model's name as ledgers and cooldowns know it.
std::string_view plain_model(std::string_view model);

}  // namespace geminate::keys
