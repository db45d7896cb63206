#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shared/dto/usage.h"

namespace geminate::ui {

/// Requests that failed in the same way.
struct TopError {
  std::int32_t status = 0;
  RequestOutcome outcome = RequestOutcome::Error;
  std::string model;
  std::int64_t count = 0;
  Timestamp last_at{};
};

/// The most frequent first, of equals the one that was last. Pure.
std::vector<TopError> top_errors(const std::vector<RequestView>& failed);

}  // namespace geminate::ui
