#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "backend/storage/sql_usage_store.h"
#include "backend/storage/usage_file.h"
#include "backend/usage/recorder.h"
#include "backend/usage/request_search.h"
#include "backend/usage/usage_series.h"
#include "tests/unit/storage/scratch_folder.h"
#include "tests/unit/usage/usage_fixture.h"

// A process that records requests is killed at random moments, again and again on one database. All but what
// it recorded in its last second has to be there afterwards, once, in the records and in the sums.

namespace geminate::usage {
namespace {

constexpr int kKills = 4;
constexpr std::chrono::seconds kMayBeLost{1};

/// What the recording process says over its pipe. Smaller than PIPE_BUF, so a killed writer leaves whole
/// ones.
struct Report {
  std::int64_t at_ms = 0;
  /// So many were recorded by then, and all of them before this is said.
  std::uint64_t recorded = 0;
};

std::int64_t now_ms() { return now().wall.time_since_epoch().count(); }

/// Records until it is killed.
[[noreturn]] void record_for_ever(const std::filesystem::path& path, int pipe, std::uint64_t number) {
  auto store = storage::SqlUsageStore::open(path);
  if (!store.ok()) ::_exit(1);
  Recorder recorder(**store, {}, {});
  if (!recorder.start().ok()) ::_exit(2);
  for (std::uint64_t recorded = 0;;) {
    for (int i = 0; i < 10; ++i, ++recorded) {
      RequestRecord record = record_at(0, number + recorded);
      record.ended = now().wall;
      record.id.high = static_cast<std::uint64_t>(record.ended.time_since_epoch().count()) << 16;
      recorder.worker(0).add(std::move(record));
    }
    const Report report{now_ms(), recorded};
    if (::write(pipe, &report, sizeof report) != ssize_t{sizeof report}) ::_exit(3);
    // A rate that a real server has; nothing is waited for.
    ::usleep(2000);
  }
}

/// Starts a recording process and kills it some time after its first reports; what it has said.
std::vector<Report> run_and_kill(const std::filesystem::path& path, std::uint64_t number,
                                 std::int64_t after_ms) {
  int ends[2];
  if (::pipe(ends) != 0) std::abort();
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    record_for_ever(path, ends[1], number);
  }
  ::close(ends[1]);
  std::vector<Report> said;
  Report report;
  bool killed = false;
  while (::read(ends[0], &report, sizeof report) == ssize_t{sizeof report}) {
    said.push_back(report);
    if (!killed && report.at_ms - said.front().at_ms >= after_ms) {
      ::kill(child, SIGKILL);
      killed = true;
    }
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
      << "it ended by itself: " << WEXITSTATUS(status);
  return said;
}

std::uint64_t count_from(UsageStore& store, std::uint64_t number, std::uint64_t end) {
  std::vector<bool> seen(end - number, false);
  std::uint64_t count = 0;
  std::optional<SearchPosition> before;
  do {
    const SearchPage page = must(search_requests(store, {}, before, 1000));
    for (const auto& record : page.records) {
      if (record.id.low < number || record.id.low >= end) continue;
      EXPECT_FALSE(seen[record.id.low - number]) << "twice: " << record.id.low;
      seen[record.id.low - number] = true;
      ++count;
    }
    before = page.next;
  } while (before);
  return count;
}

TEST(KilledRecorder, HasLostItsLastSecondAtMost) {
  std::random_device device;
  const unsigned seed = device();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  ScratchFolder folder;
  const auto path = storage::usage_file(folder.path());
  constexpr std::uint64_t kApart = 1'000'000;
  for (std::uint64_t round = 1; round <= kKills; ++round) {
    const auto said = run_and_kill(path, round * kApart, 1200 + random() % 1500);
    ASSERT_FALSE(said.empty());
    std::uint64_t safe = 0;
    for (const Report& report : said) {
      if (std::chrono::milliseconds{said.back().at_ms - report.at_ms} >= kMayBeLost) safe = report.recorded;
    }
    const auto store = must(storage::SqlUsageStore::open(path));
    const std::uint64_t found = count_from(*store, round * kApart, (round + 1) * kApart);
    EXPECT_GE(found, safe) << "of " << said.back().recorded;
    EXPECT_GT(found, 0U);
    UsageWriter writer(*store, {});
    must(writer.open());
    const auto all = count_from(*store, kApart, (kKills + 1) * kApart);
    const auto report =
        must(usage_report(*store, writer, PriceTable({}),
                          {now().wall - std::chrono::hours{30}, now().wall + std::chrono::hours{1},
                           UsageStep::Day, UsageGroup::None}));
    EXPECT_EQ(report.total.requests, static_cast<std::int64_t>(all)) << "the sums say the same";
  }
}

}  // namespace
}  // namespace geminate::usage
