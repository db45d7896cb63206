#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "backend/storage/open_stores.h"
#include "tests/unit/storage/database_fixture.h"

// A process that edits keys is killed at random moments, again and again on one database. What it was told is
// saved has to be there afterwards; the one edit that was under way may be there or not, but whole.

namespace geminate::storage {
namespace {

constexpr int kKills = 60;

enum class Edit : std::int32_t { Insert, Update, Erase };

/// What the editing process says over its pipe: first that it is about to edit, then that the edit is saved.
/// Smaller than PIPE_BUF, so a killed writer leaves whole ones.
struct Report {
  bool saved = false;
  Edit edit = Edit::Insert;
  /// The row; of an insert known only when it is saved.
  std::int64_t id = 0;
  /// Makes the new text and description.
  std::int64_t number = 0;
};

std::string text_of(std::int64_t number) { return "AIza-kill-test-" + std::to_string(number); }

/// Edits until it is killed. `number` makes texts that no earlier process used.
[[noreturn]] void edit_for_ever(const config::Config& config, int pipe, std::int64_t number, unsigned seed) {
  auto stores = open_stores(config);
  if (!stores.ok()) ::_exit(1);
  auto loaded = stores->keys->load();
  if (!loaded.ok()) ::_exit(2);
  std::vector<std::int64_t> ids;
  for (const auto& key : *loaded) ids.push_back(key.id);
  std::mt19937 random(seed);
  const auto say = [pipe](const Report& report) {
    if (::write(pipe, &report, sizeof report) != ssize_t{sizeof report}) ::_exit(3);
  };
  for (;; ++number) {
    const std::size_t place = ids.empty() ? 0 : random() % ids.size();
    const auto dice = random() % 10;
    Report report{false, ids.size() < 3 || dice < 4 ? Edit::Insert : (dice < 8 ? Edit::Update : Edit::Erase),
                  0, number};
    if (report.edit != Edit::Insert) report.id = ids[place];
    say(report);
    bool done = false;
    if (report.edit == Edit::Insert) {
      auto row = key_with(text_of(number));
      row.description = text_of(number);
      const auto inserted = stores->keys->insert({row}, kChange);
      done = inserted.ok();
      if (done) ids.push_back(report.id = inserted->front().id);
    } else if (report.edit == Edit::Update) {
      KeyPatch patch;
      patch.key_string = Patch<std::string>::to(text_of(number));
      patch.description = Patch<std::string>::to(text_of(number));
      done = stores->keys->update(report.id, patch, kChange).ok();
    } else {
      done = stores->keys->erase({report.id}, kChange).ok();
      ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(place));
    }
    if (!done) ::_exit(4);
    report.saved = true;
    say(report);
  }
}

/// What the killed process has said, and what it was about to do when it said no more.
struct Told {
  std::vector<Report> saved;
  std::optional<Report> under_way;
};

/// Starts an editing process and kills it after `edits` saved edits and a while more.
Told run_and_kill(const config::Config& config, std::int64_t number, unsigned seed, std::size_t edits,
                  int more_microseconds) {
  int ends[2];
  if (::pipe(ends) != 0) std::abort();
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    edit_for_ever(config, ends[1], number, seed);
  }
  ::close(ends[1]);
  Told told;
  bool killed = false;
  Report report;
  while (::read(ends[0], &report, sizeof report) == ssize_t{sizeof report}) {
    told.under_way.reset();
    if (report.saved) {
      told.saved.push_back(report);
    } else {
      told.under_way = report;
    }
    if (!killed && told.saved.size() >= edits) {
      // The moment of death is what is random here; nothing is waited for.
      ::usleep(static_cast<useconds_t>(more_microseconds));
      ::kill(child, SIGKILL);
      killed = true;
    }
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
      << "it ended by itself: " << WEXITSTATUS(status);
  return told;
}

class KilledProcess : public testing::Test {
 protected:
  void SetUp() override {
    config_.key_storage_mode = KeyStorageMode::Database;
    config_.data_dir = folder_ / "data";
    config_.database_url = "sqlite:" + (folder_ / "data/geminate.db").string();
  }

  static void apply(const Report& report, std::map<std::int64_t, std::string>& rows) {
    if (report.edit == Edit::Erase) {
      rows.erase(report.id);
    } else {
      rows[report.id] = text_of(report.number);
    }
  }

  /// The database's rows: id and text. A description of another edit than the text would be half an edit.
  std::map<std::int64_t, std::string> rows_now() {
    std::map<std::int64_t, std::string> rows;
    const Stores stores = need(open_stores(config_));
    for (const auto& key : need(stores.keys->load())) {
      rows[key.id] = key.text.reveal();
      EXPECT_EQ(key.description, key.text.reveal()) << "half an edit";
    }
    return rows;
  }

  ScratchFolder folder_;
  config::Config config_;
};

TEST_F(KilledProcess, HasSavedEveryEditThatWasAcknowledged) {
  std::random_device device;
  const unsigned seed = device();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::map<std::int64_t, std::string> expected;
  std::size_t saved = 0;
  for (int round = 0; round < kKills; ++round) {
    const Told told = run_and_kill(config_, std::int64_t{round} * 1'000'000, static_cast<unsigned>(random()),
                                   1 + random() % 20, static_cast<int>(random() % 5000));
    saved += told.saved.size();
    for (const Report& report : told.saved) apply(report, expected);
    const auto found = rows_now();
    auto with_last = expected;
    if (told.under_way && told.under_way->edit != Edit::Insert) apply(*told.under_way, with_last);
    if (told.under_way && told.under_way->edit == Edit::Insert) {
      for (const auto& [id, text] : found) {
        if (text == text_of(told.under_way->number)) with_last[id] = text;
      }
    }
    ASSERT_TRUE(found == expected || found == with_last)
        << "round " << round << ": " << found.size() << " rows, " << expected.size() << " were acknowledged";
    expected = found;
  }
  EXPECT_GE(saved, static_cast<std::size_t>(kKills));
}

TEST_F(KilledProcess, LeavesADatabaseThatStartsHoweverEarlyItDied) {
  std::mt19937 random(std::random_device{}());
  for (int round = 0; round < kKills; ++round) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(open_stores(config_).ok() ? 0 : 1);
    // Within the making of folder, key, database and log.
    ::usleep(static_cast<useconds_t>(random() % 12'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) != 0) << "round " << round;
    const auto opened = open_stores(config_);
    ASSERT_TRUE(opened.ok()) << opened.error().message << opened.error().detail;
    if (round % 2 == 0) std::filesystem::remove_all(config_.data_dir);
  }
}

}  // namespace
}  // namespace geminate::storage
