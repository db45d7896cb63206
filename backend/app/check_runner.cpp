#include "backend/app/check_runner.h"

#include <algorithm>
#include <utility>

namespace geminate::app {
namespace {

bool runs(const KeyCheckJob& view) { return view.state == CheckState::Running; }

std::int64_t& count_of(KeyCheckJob& view, CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::Valid:
      return view.valid;
    case CheckVerdict::Dead:
      return view.dead;
    case CheckVerdict::Suspect:
      return view.suspect;
    case CheckVerdict::Limited:
      return view.limited;
    case CheckVerdict::Unknown:
      break;
  }
  return view.unknown;
}

/// Lists a result as long as there is room. What is not valid is what an admin looks for: it takes the place
/// of one that is.
void list_result(KeyCheckJob& view, KeyCheckResultView result) {
  auto& results = view.results;
  if (results.size() == CheckRunner::kMostResults) {
    ++view.results_left_out;
    if (result.verdict == CheckVerdict::Valid) return;
    const auto valid = std::find_if(results.begin(), results.end(), [](const KeyCheckResultView& listed) {
      return listed.verdict == CheckVerdict::Valid;
    });
    if (valid == results.end()) return;
    results.erase(valid);
  }
  results.push_back(std::move(result));
}

KeyCheckJob without_results(const KeyCheckJob& view) {
  KeyCheckJob copy = view;
  copy.results_left_out += static_cast<std::int64_t>(copy.results.size());
  copy.results.clear();
  return copy;
}

}  // namespace

CheckRunner::CheckRunner(std::size_t at_once, Send send) : send_(std::move(send)), at_once_(at_once) {}

void CheckRunner::set_at_once(std::size_t at_once) {
  const std::lock_guard lock(mutex_);
  at_once_ = at_once;
  send_more();
}

Status CheckRunner::may_start(const std::vector<std::int64_t>& ids) {
  const std::lock_guard lock(mutex_);
  return has_room(ids);
}

Status CheckRunner::has_room(const std::vector<std::int64_t>& ids) const {
  if (ids.empty()) return Error{ErrorCode::BadRequest, "there is no key to check", {}, "ids", {}};
  const auto running =
      std::count_if(jobs_.begin(), jobs_.end(), [](const auto& job) { return runs(job->view); });
  if (static_cast<std::size_t>(running) >= kMostRunning) {
    return Error{ErrorCode::RateLimited,
                 "too many checks are running; cancel one or wait",
                 {},
                 {},
                 std::chrono::seconds{5}};
  }
  return Status::success();
}

Result<KeyCheckJob> CheckRunner::start(std::vector<std::int64_t> ids, Timestamp now) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  const std::lock_guard lock(mutex_);
  GEMINATE_CHECK_OK(has_room(ids));
  Job& job = add_job(std::move(ids), CheckOrigin::Admin, now);
  send_more();
  return job.view;
}

void CheckRunner::check_added(const std::vector<std::int64_t>& ids, Timestamp now) {
  if (ids.empty()) return;
  const std::lock_guard lock(mutex_);
  const auto open = std::find_if(jobs_.begin(), jobs_.end(), [](const auto& job) {
    return job->view.origin == CheckOrigin::Added && runs(job->view);
  });
  if (open == jobs_.end()) {
    add_job(ids, CheckOrigin::Added, now);
  } else {
    (*open)->ids.insert((*open)->ids.end(), ids.begin(), ids.end());
    (*open)->view.total += static_cast<std::int64_t>(ids.size());
  }
  send_more();
}

void CheckRunner::recheck(std::int64_t key_id, proxy::KeyChecks::Done done) {
  const std::lock_guard lock(mutex_);
  rechecks_.push_back({key_id, std::move(done)});
  send_more();
}

Result<KeyCheckJob> CheckRunner::find(std::int64_t job_id) const {
  const std::lock_guard lock(mutex_);
  const auto job = find_job(job_id);
  if (job == nullptr) return Error{ErrorCode::NotFound, "there is no check with this id", {}, {}, {}};
  return job->view;
}

KeyCheckJobs CheckRunner::list() const {
  const std::lock_guard lock(mutex_);
  KeyCheckJobs jobs;
  for (auto job = jobs_.rbegin(); job != jobs_.rend(); ++job) {
    jobs.checks.push_back(without_results((*job)->view));
  }
  return jobs;
}

Result<KeyCheckJob> CheckRunner::cancel(std::int64_t job_id, Timestamp now) {
  const std::lock_guard lock(mutex_);
  const auto job = find_job(job_id);
  if (job == nullptr) return Error{ErrorCode::NotFound, "there is no check with this id", {}, {}, {}};
  if (runs(job->view)) end(*job, CheckState::Cancelled, now);
  return job->view;
}

void CheckRunner::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
}

CheckRunner::Job& CheckRunner::add_job(std::vector<std::int64_t> ids, CheckOrigin origin, Timestamp now) {
  auto job = std::make_shared<Job>();
  job->view.id = next_job_++;
  job->view.origin = origin;
  job->view.total = static_cast<std::int64_t>(ids.size());
  job->view.started_at = now;
  job->ids = std::move(ids);
  jobs_.push_back(std::move(job));
  forget_old_jobs();
  return *jobs_.back();
}

std::shared_ptr<CheckRunner::Job> CheckRunner::find_job(std::int64_t id) const {
  const auto found =
      std::find_if(jobs_.begin(), jobs_.end(), [id](const auto& job) { return job->view.id == id; });
  return found == jobs_.end() ? nullptr : *found;
}

void CheckRunner::forget_old_jobs() {
  while (jobs_.size() > kMostKept) {
    const auto ended =
        std::find_if(jobs_.begin(), jobs_.end(), [](const auto& job) { return !runs(job->view); });
    if (ended == jobs_.end()) return;
    jobs_.erase(ended);
  }
}

void CheckRunner::send_more() {
  while (!stopped_ && in_flight_ < at_once_) {
    // Re-checks are few, and spaced by whoever asks for them.
    if (!send_recheck() && !send_of_next_job()) return;
    ++in_flight_;
  }
}

bool CheckRunner::send_recheck() {
  if (rechecks_.empty()) return false;
  Recheck next = std::move(rechecks_.front());
  rechecks_.pop_front();
  send_(next.key_id, "recheck-" + std::to_string(next_check_++),
        [this, done = std::move(next.done)](const proxy::KeyCheckOutcome& outcome) {
          done(outcome);
          on_done(nullptr, outcome);
        });
  return true;
}

bool CheckRunner::send_of_next_job() {
  for (std::size_t tried = 0; tried < jobs_.size(); ++tried) {
    const auto& job = jobs_[turn_++ % jobs_.size()];
    if (job->next == job->ids.size()) continue;
    const std::string request_id =
        "check-" + std::to_string(job->view.id) + '-' + std::to_string(next_check_++);
    send_(job->ids[job->next++], request_id,
          [this, job](const proxy::KeyCheckOutcome& outcome) { on_done(job, outcome); });
    return true;
  }
  return false;
}

void CheckRunner::on_done(const std::shared_ptr<Job>& job, const proxy::KeyCheckOutcome& outcome) {
  const std::lock_guard lock(mutex_);
  --in_flight_;
  if (job != nullptr) count(*job, outcome, now().wall);
  send_more();
}

void CheckRunner::count(Job& job, const proxy::KeyCheckOutcome& outcome, Timestamp now) {
  KeyCheckJob& view = job.view;
  ++view.done;
  ++count_of(view, outcome.verdict);
  KeyCheckResultView result;
  result.key_id = outcome.key_id;
  result.verdict = outcome.verdict;
  if (outcome.http_status != 0) result.http_status = outcome.http_status;
  result.reason = outcome.reason;
  result.at = now;
  list_result(view, std::move(result));
  if (runs(view) && view.done == view.total) end(job, CheckState::Done, now);
}

void CheckRunner::end(Job& job, CheckState state, Timestamp now) {
  job.view.state = state;
  job.view.finished_at = now;
  // A job is kept for its result, not for what it was about.
  job.ids = {};
  job.next = 0;
}

}  // namespace geminate::app
