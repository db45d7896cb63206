#pragma once

#include <cstdint>
#include <string>

#include "shared/dto/pool.h"

namespace geminate::keys {

/// What one project has of a model's day; a limit of 0 is not known.
struct ProjectDay {
  std::int64_t requests = 0;
  std::int64_t tokens = 0;
  std::int64_t requests_limit = 0;
  std::int64_t tokens_limit = 0;
};

/// Adds a project to what the pool has of the model. Pure.
inline void add_project(ModelCapacity& sum, const ProjectDay& day) {
  const auto left = [](std::int64_t limit, std::int64_t used) { return used < limit ? limit - used : 0; };
  ++sum.projects;
  sum.requests_today += day.requests;
  sum.tokens_today += day.tokens;
  if (day.requests_limit > 0) {
    ++sum.requests_known;
    sum.requests_limit += day.requests_limit;
    sum.requests_left += left(day.requests_limit, day.requests);
  }
  if (day.tokens_limit > 0) {
    ++sum.tokens_known;
    sum.tokens_limit += day.tokens_limit;
    sum.tokens_left += left(day.tokens_limit, day.tokens);
  }
}

}  // namespace geminate::keys
