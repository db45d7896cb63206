#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "backend/proxy/key_check.h"
#include "shared/core/result.h"
#include "shared/dto/health.h"

namespace geminate::app {

/// Checks of many keys at once: jobs that an admin starts, watches and cancels, and re-checks that nobody
/// watches. Of all of them together no more than `at_once` are in flight; what waits costs eight bytes a key.
/// Jobs take turns, so that a small one does not wait for a large one. Any thread.
class CheckRunner {
 public:
  /// Hands one check to a worker, without waiting; `done` comes back on that worker's thread, later. Called
  /// with a lock held: it must not call `done` before it returns.
  using Send = std::function<void(std::int64_t key_id, std::string request_id, proxy::KeyChecks::Done done)>;

  CheckRunner(std::size_t at_once, Send send);

  /// Begins a job over these keys (repetitions are dropped) and answers with it. BadRequest when there are
  /// none, RateLimited while too many jobs run.
  Result<KeyCheckJob> start(std::vector<std::int64_t> ids, Timestamp now);
  /// Whether start would begin a check of these now.
  Status may_start(const std::vector<std::int64_t>& ids);
  /// Keys that have just been added: they join the job of the ones before, as long as that runs.
  void check_added(const std::vector<std::int64_t>& ids, Timestamp now);
  /// A check that is no job's; `done` is told what it proved, on a worker's thread.
  void recheck(std::int64_t key_id, proxy::KeyChecks::Done done);

  /// NotFound when it never was or is no longer kept.
  [[nodiscard]] Result<KeyCheckJob> find(std::int64_t job_id) const;
  /// The latest jobs, newest first, without results.
  [[nodiscard]] KeyCheckJobs list() const;
  /// Checks in flight come to their end and are counted. A job that has ended stays as it is.
  Result<KeyCheckJob> cancel(std::int64_t job_id, Timestamp now);

  /// Those in flight beyond a lower number come to their end.
  void set_at_once(std::size_t at_once);

  /// Sends nothing more: once it has returned, workers may go.
  void stop();

  static constexpr std::size_t kMostResults = 1000;
  static constexpr std::size_t kMostRunning = 16;
  static constexpr std::size_t kMostKept = 64;

 private:
  struct Job {
    KeyCheckJob view;
    std::vector<std::int64_t> ids;
    std::size_t next = 0;
  };
  struct Recheck {
    std::int64_t key_id;
    proxy::KeyChecks::Done done;
  };

  // All with the lock held.
  /// With the lock held.
  [[nodiscard]] Status has_room(const std::vector<std::int64_t>& ids) const;
  Job& add_job(std::vector<std::int64_t> ids, CheckOrigin origin, Timestamp now);
  [[nodiscard]] std::shared_ptr<Job> find_job(std::int64_t id) const;
  void send_more();
  bool send_recheck();
  bool send_of_next_job();
  void forget_old_jobs();
  static void end(Job& job, CheckState state, Timestamp now);
  static void count(Job& job, const proxy::KeyCheckOutcome& outcome, Timestamp now);

  void on_done(const std::shared_ptr<Job>& job, const proxy::KeyCheckOutcome& outcome);

  const Send send_;
  mutable std::mutex mutex_;
  std::size_t at_once_;
  std::deque<std::shared_ptr<Job>> jobs_;
  std::deque<Recheck> rechecks_;
  std::size_t in_flight_ = 0;
  std::size_t turn_ = 0;
  std::int64_t next_job_ = 1;
  std::uint64_t next_check_ = 1;
  bool stopped_ = false;
};

}  // namespace geminate::app
