#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <unordered_set>
#include <vector>

#include "backend/admin/health_api.h"
#include "backend/admin/key_edits.h"
#include "backend/app/check_runner.h"
#include "backend/app/key_event_hub.h"
#include "backend/app/recheck_plan.h"
#include "backend/audit/audit_log.h"
#include "backend/keys/key_history.h"
#include "backend/keys/key_pool.h"
#include "backend/observe/log.h"

namespace geminate::app {

struct KeyHealthOptions {
  /// Whether keys that are added are checked at once.
  bool check_on_add = true;
  /// Checks in flight, of all kinds together.
  std::size_t checks_at_once = 8;
  /// From the moment a key becomes suspect to its first check.
  std::chrono::milliseconds recheck_after{60'000};
};

/// All that looks after keys besides the requests that spend them: their history, checks on demand and of new
/// keys, re-checks of suspects, and the moment they expire. Management thread, but for what says otherwise.
class KeyHealth {
 public:
  /// All borrowed. `store`: null where history does not outlive the process. `send` hands a check to a
  /// worker; `run` runs a task on the management thread.
  KeyHealth(keys::KeyPool& pool, observe::LiveFeed& feed, observe::Metrics& metrics, observe::Log& log,
            KeyHealthOptions options, keys::KeyEventStore* store, CheckRunner::Send send,
            std::function<void(std::function<void()>)> run);

  /// Where checks that an admin begins or cancels are written down; it outlives this. Before the first one.
  void set_audit(audit::AuditLog* log) { audit_ = log; }

  /// Takes the history up and listens to the pool. Before the first request.
  Status load();

  /// What recurs, about once in kTick.
  void tick(const Now& now);
  static constexpr std::chrono::seconds kTick{1};
  /// Workers are there from now on. Any thread.
  void begin_rechecks() { workers_ready_.store(true); }
  /// Sends nothing to workers any more. Any thread.
  void stop() { runner_.stop(); }
  /// What the settings say from now on.
  void set_options(const KeyHealthOptions& options);
  /// Moves what happened into the history and saves it.
  void save();

  /// What the management routes ask of it.
  [[nodiscard]] admin::KeyEditHooks edit_hooks();
  [[nodiscard]] admin::HealthFacts api_facts();
  /// The last answer that spoke against the key, as far as the history goes back.
  [[nodiscard]] std::optional<KeyEventView> last_fault(std::int64_t key_id);
  /// Any thread.
  [[nodiscard]] std::uint64_t dropped_events() const { return history_.dropped(); }

 private:
  Result<KeyCheckJob> start_checks(const KeyCheckRequest& request, const Caller& who);
  Result<KeyCheckJob> cancel_check(std::int64_t job_id, const Caller& who);
  Status write_down(const Change& change);
  void recheck_suspects(const Now& now);
  /// Looks through all rows: notes those whose time is over, and plans no re-check of what is not in use.
  void sweep(const Now& now);

  keys::KeyPool& pool_;
  observe::Log& log_;
  audit::AuditLog* audit_ = nullptr;
  KeyHealthOptions options_;
  const std::function<void(std::function<void()>)> run_;
  keys::KeyHistory history_;
  KeyEventHub hub_;
  CheckRunner runner_;
  std::minstd_rand random_;
  RecheckPlan plan_;
  /// Keys whose time is over; none before the first look.
  std::optional<std::unordered_set<std::int64_t>> expired_;
  std::uint64_t ticks_ = 0;
  std::atomic<bool> workers_ready_{false};
};

}  // namespace geminate::app
