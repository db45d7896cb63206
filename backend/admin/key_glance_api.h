#pragma once

#include <functional>
#include <optional>

#include "backend/admin/binding.h"
#include "backend/keys/key_pool.h"
#include "backend/usage/key_hours.h"
#include "backend/usage/recorder.h"

namespace geminate::admin {

/// What keys/glance is put together from; all of it outlives the handlers.
struct GlanceSources {
  const keys::KeyPool& pool;
  /// The usage reader's thread.
  usage::KeyHours& hours;
  usage::Recorder& recorder;
  /// Management thread.
  std::function<std::optional<KeyEventView>(std::int64_t key_id)> last_fault;
};

/// keys/glance. `read_usage` runs a task on the usage reader's thread, `run` on the management thread.
void register_key_glance_api(const http::AddManagementRoute& add_route, GlanceSources sources,
                             const RunInBackground& read_usage, const RunInBackground& run);

}  // namespace geminate::admin
