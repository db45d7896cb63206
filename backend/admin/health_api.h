#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "backend/admin/binding.h"
#include "shared/dto/health.h"
#include "shared/dto/pool.h"

namespace geminate::admin {

/// What the routes about keys' health ask of the rest of the server; management thread.
struct HealthFacts {
  std::function<Result<KeyCheckJob>(const KeyCheckRequest&, const Caller&)> start;
  std::function<Result<KeyCheckJob>(std::int64_t job_id)> find;
  std::function<KeyCheckJobs()> list;
  std::function<Result<KeyCheckJob>(std::int64_t job_id, const Caller&)> cancel;
  /// Of one key or of all, newest first, older than the event `before`.
  std::function<KeyEventPage(std::optional<std::int64_t> key_id, std::size_t limit,
                             std::optional<std::int64_t> before)>
      history;
  /// Of the last day, up to now.
  std::function<KeyTimeline()> timeline;
};

/// Checks of keys, and what happened to them. What `facts` refer to and `run` outlive the handlers.
void register_health_api(const http::AddManagementRoute& add_route, HealthFacts facts,
                         const RunInBackground& run);

}  // namespace geminate::admin
