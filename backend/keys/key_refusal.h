#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>

#include "backend/keys/key_standing.h"
#include "shared/core/error.h"

namespace geminate::keys {

/// Why nothing could be taken; see KeyPool::acquire. `first_return`: when the first key comes back that only
/// its quota or its limits keep away.
///
/// Where none does, all keys have to be looked at to tell the dead from the disabled; that answer is kept for
/// a moment, so that a pool of the dead costs little to ask. Any thread.
class RefusalBook {
 public:
  /// `version`: the pool's, which every change of a state moves on.
  Error refuse(const PoolSnapshot& snapshot, const Asked& asked, std::uint64_t version,
               std::optional<std::chrono::milliseconds> first_return);

 private:
  struct Kept {
    std::uint64_t version = 0;
    std::int64_t until_ms = 0;
    std::optional<Error> error;
  };
  std::mutex mutex_;
  Kept kept_;
};

/// For a demand that only one key and its siblings can meet.
Error refuse_owned(const PoolSnapshot& snapshot, const Asked& asked);

}  // namespace geminate::keys
