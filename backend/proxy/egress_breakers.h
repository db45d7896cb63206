#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "backend/proxy/egress_breaker.h"

namespace geminate::proxy {

/// A breaker for each way to upstream (upstream/egress_routes), by its number: what Google holds against one
/// proxy's address says nothing of the others. One for the process; any thread.
class EgressBreakers {
 public:
  EgressBreakers(std::size_t routes, std::uint64_t seed) {
    for (std::size_t i = 0; i < routes; ++i) all_.push_back(std::make_unique<EgressBreaker>(seed + i));
  }

  [[nodiscard]] EgressBreaker& of(std::size_t route) const { return *all_[route]; }
  [[nodiscard]] bool is_any_open() const {
    return std::any_of(all_.begin(), all_.end(), [](const auto& breaker) { return breaker->is_open(); });
  }

 private:
  std::vector<std::unique_ptr<EgressBreaker>> all_;
};

}  // namespace geminate::proxy
