#include "backend/app/check_runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

namespace geminate::app {
namespace {

constexpr Timestamp kNow{std::chrono::milliseconds{1'900'000'000'000}};

class CheckRunnerTest : public ::testing::Test {
 protected:
  struct Sent {
    std::int64_t key_id;
    std::string request_id;
    proxy::KeyChecks::Done done;
  };

  KeyCheckJob start(std::vector<std::int64_t> ids) {
    auto job = runner_.start(std::move(ids), kNow);
    EXPECT_TRUE(job.ok());
    return job.ok() ? *job : KeyCheckJob{};
  }
  KeyCheckJob job(std::int64_t id) {
    auto found = runner_.find(id);
    EXPECT_TRUE(found.ok());
    return found.ok() ? *found : KeyCheckJob{};
  }
  /// Answers the oldest check in flight and gives its key's id back.
  std::int64_t answer(CheckVerdict verdict = CheckVerdict::Valid, int status = 200) {
    if (sent_.empty()) {
      ADD_FAILURE() << "nothing is in flight";
      return 0;
    }
    Sent first = std::move(sent_.front());
    sent_.pop_front();
    first.done({first.key_id, verdict, status, {}});
    return first.key_id;
  }
  static std::vector<std::int64_t> many(std::size_t count) {
    std::vector<std::int64_t> ids(count);
    std::iota(ids.begin(), ids.end(), 1);
    return ids;
  }

  std::deque<Sent> sent_;
  std::size_t most_in_flight_ = 0;
  CheckRunner runner_{3, [this](std::int64_t id, std::string request_id, proxy::KeyChecks::Done done) {
                        sent_.push_back({id, std::move(request_id), std::move(done)});
                        most_in_flight_ = std::max(most_in_flight_, sent_.size());
                      }};
};

TEST_F(CheckRunnerTest, CountsWhatItFindsUntilAllIsDone) {
  const auto begun = start({5, 6, 7, 8, 9, 5});
  EXPECT_EQ(begun.total, 5) << "a key that is named twice is checked once";
  EXPECT_EQ(begun.state, CheckState::Running);
  EXPECT_EQ(sent_.size(), 3U);
  EXPECT_EQ(answer(CheckVerdict::Valid), 5);
  EXPECT_EQ(answer(CheckVerdict::Dead, 400), 6);
  EXPECT_EQ(answer(CheckVerdict::Suspect, 403), 7);
  EXPECT_EQ(job(begun.id).done, 3);
  EXPECT_EQ(job(begun.id).state, CheckState::Running);
  EXPECT_EQ(answer(CheckVerdict::Limited, 429), 8);
  EXPECT_EQ(answer(CheckVerdict::Unknown, 0), 9);
  const auto ended = job(begun.id);
  EXPECT_EQ(ended.state, CheckState::Done);
  EXPECT_TRUE(ended.finished_at);
  EXPECT_EQ(ended.done, 5);
  EXPECT_EQ((std::vector{ended.valid, ended.dead, ended.suspect, ended.limited, ended.unknown}),
            (std::vector<std::int64_t>{1, 1, 1, 1, 1}));
  ASSERT_EQ(ended.results.size(), 5U);
  EXPECT_EQ(ended.results[1].key_id, 6);
  EXPECT_EQ(ended.results[1].http_status, 400);
  EXPECT_FALSE(ended.results[4].http_status);
}

TEST_F(CheckRunnerTest, HasNoMoreThanSoManyInFlightHoweverManyKeysThereAre) {
  const auto begun = start(many(100'000));
  while (!sent_.empty()) answer();
  EXPECT_EQ(most_in_flight_, 3U);
  const auto ended = job(begun.id);
  EXPECT_EQ(ended.state, CheckState::Done);
  EXPECT_EQ(ended.valid, 100'000);
  EXPECT_EQ(ended.results.size(), CheckRunner::kMostResults);
  EXPECT_EQ(ended.results_left_out, 99'000);
}

TEST_F(CheckRunnerTest, ListsWhatIsNotValidBeforeWhatIs) {
  const auto begun = start(many(3000));
  for (int i = 0; i < 2999; ++i) answer();
  const auto dead = answer(CheckVerdict::Dead, 400);
  const auto ended = job(begun.id);
  EXPECT_EQ(ended.results.size(), CheckRunner::kMostResults);
  EXPECT_EQ(ended.results.back().key_id, dead);
  EXPECT_EQ(static_cast<std::int64_t>(ended.results.size()) + ended.results_left_out, 3000);
}

TEST_F(CheckRunnerTest, SendsNothingMoreForAJobThatIsCancelled) {
  const auto begun = start(many(10));
  answer();
  auto cancelled = runner_.cancel(begun.id, kNow);
  ASSERT_TRUE(cancelled.ok());
  EXPECT_EQ(cancelled->state, CheckState::Cancelled);
  while (!sent_.empty()) answer();
  const auto ended = job(begun.id);
  EXPECT_EQ(ended.state, CheckState::Cancelled);
  EXPECT_EQ(ended.done, 4) << "those in flight came to their end";
  EXPECT_EQ(ended.finished_at, kNow);
  start({77});
  EXPECT_EQ(answer(), 77) << "others go on";
}

TEST_F(CheckRunnerTest, LetsASmallJobPassALargeOne) {
  start(many(1000));
  const auto small = start({5000});
  for (int i = 0; i < 6 && job(small.id).state == CheckState::Running; ++i) answer();
  EXPECT_EQ(job(small.id).state, CheckState::Done);
}

TEST_F(CheckRunnerTest, GathersAddedKeysInOneJobWhileItRuns) {
  runner_.check_added({1, 2}, kNow);
  runner_.check_added({3}, kNow);
  runner_.check_added({}, kNow);
  auto jobs = runner_.list().checks;
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].total, 3);
  EXPECT_EQ(jobs[0].origin, CheckOrigin::Added);
  while (!sent_.empty()) answer();
  runner_.check_added({4}, kNow);
  jobs = runner_.list().checks;
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[1].state, CheckState::Done);
  EXPECT_TRUE(jobs[1].results.empty()) << "the list is short";
  EXPECT_EQ(jobs[1].results_left_out, 3);
}

TEST_F(CheckRunnerTest, RechecksBeforeJobsAndTellsWhatCameOfIt) {
  start(many(10));
  std::optional<CheckVerdict> verdict;
  runner_.recheck(99, [&verdict](const proxy::KeyCheckOutcome& outcome) { verdict = outcome.verdict; });
  for (int i = 0; i < 3; ++i) answer();
  EXPECT_FALSE(verdict);
  EXPECT_EQ(answer(CheckVerdict::Suspect, 403), 99);
  EXPECT_EQ(verdict, CheckVerdict::Suspect);
  EXPECT_EQ(runner_.list().checks.size(), 1U) << "nobody watches a re-check";
}

TEST_F(CheckRunnerTest, RefusesNoKeysTooManyJobsAndUnknownOnes) {
  EXPECT_EQ(runner_.start({}, kNow).error().code, ErrorCode::BadRequest);
  for (std::size_t i = 0; i < CheckRunner::kMostRunning; ++i) start(many(100));
  EXPECT_EQ(runner_.start({1}, kNow).error().code, ErrorCode::RateLimited);
  EXPECT_EQ(runner_.find(4711).error().code, ErrorCode::NotFound);
  EXPECT_EQ(runner_.cancel(4711, kNow).error().code, ErrorCode::NotFound);
}

TEST_F(CheckRunnerTest, ForgetsOldJobsButNoneThatRuns) {
  start({1});
  const auto first = runner_.list().checks[0].id;
  // Its only check stays in flight, while others come and go.
  Sent held = std::move(sent_.front());
  sent_.clear();
  for (std::size_t i = 0; i < CheckRunner::kMostKept + 10; ++i) {
    start({2});
    answer();
  }
  EXPECT_LE(runner_.list().checks.size(), CheckRunner::kMostKept);
  EXPECT_EQ(job(first).state, CheckState::Running);
  held.done({1, CheckVerdict::Valid, 200, {}});
  EXPECT_EQ(job(first).state, CheckState::Done);
}

TEST_F(CheckRunnerTest, SendsNothingOnceItIsStopped) {
  start(many(10));
  runner_.stop();
  answer();
  EXPECT_EQ(sent_.size(), 2U);
  runner_.recheck(1, [](const proxy::KeyCheckOutcome&) {});
  EXPECT_EQ(sent_.size(), 2U);
}

TEST_F(CheckRunnerTest, NamesEachCheckDifferently) {
  start(many(3));
  EXPECT_NE(sent_[0].request_id, sent_[1].request_id);
}

TEST(CheckRunnerThreads, AskAnswerAndCancelAtTheSameTime) {
  struct Waiting {
    std::mutex mutex;
    std::deque<std::pair<std::int64_t, proxy::KeyChecks::Done>> checks;
    bool over = false;
  } waiting;
  CheckRunner runner(8, [&waiting](std::int64_t id, const std::string&, proxy::KeyChecks::Done done) {
    const std::lock_guard lock(waiting.mutex);
    waiting.checks.emplace_back(id, std::move(done));
  });
  std::vector<std::thread> workers;
  for (int i = 0; i < 3; ++i) {
    workers.emplace_back([&waiting] {
      for (;;) {
        std::unique_lock lock(waiting.mutex);
        if (waiting.checks.empty() && waiting.over) return;
        if (waiting.checks.empty()) {
          lock.unlock();
          std::this_thread::yield();
          continue;
        }
        const auto [id, done] = std::move(waiting.checks.front());
        waiting.checks.pop_front();
        lock.unlock();
        done({id, CheckVerdict::Valid, 200, {}});
      }
    });
  }
  std::vector<std::int64_t> ids(5000);
  std::iota(ids.begin(), ids.end(), 1);
  const auto whole = runner.start(ids, kNow);
  const auto cancelled = runner.start(ids, kNow);
  ASSERT_TRUE(whole.ok() && cancelled.ok());
  std::atomic<int> rechecked{0};
  for (int i = 0; i < 100; ++i) {
    runner.recheck(i, [&rechecked](const proxy::KeyCheckOutcome&) { ++rechecked; });
    runner.check_added({i}, kNow);
  }
  EXPECT_TRUE(runner.cancel(cancelled->id, kNow).ok());
  const auto runs = [](const KeyCheckJob& job) { return job.state == CheckState::Running; };
  for (auto jobs = runner.list().checks; std::any_of(jobs.begin(), jobs.end(), runs);) {
    std::this_thread::yield();
    jobs = runner.list().checks;
  }
  {
    const std::lock_guard lock(waiting.mutex);
    waiting.over = true;
  }
  for (auto& worker : workers) worker.join();
  EXPECT_EQ(runner.find(whole->id)->valid, 5000);
  EXPECT_LE(runner.find(cancelled->id)->done, 5000);
  EXPECT_EQ(rechecked, 100);
}

}  // namespace
}  // namespace geminate::app
