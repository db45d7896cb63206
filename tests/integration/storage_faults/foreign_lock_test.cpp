#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "shared/dto/settings.h"
#include "tests/integration/server/served_by_simulator.h"
#include "tests/support/promise.h"

// Another process (this one) holds a database's write lock: edits are refused before long, proxying does not
// notice, and everything is well when the lock goes.

namespace geminate {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

milliseconds since(Clock::time_point begin) {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
}

/// Holds the write lock of a database.
class ForeignLock {
 public:
  explicit ForeignLock(const std::filesystem::path& file) {
    EXPECT_EQ(sqlite3_open_v2(file.c_str(), &database_, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
    sqlite3_busy_timeout(database_, 10'000);
    EXPECT_EQ(sqlite3_exec(database_, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
  }
  ForeignLock(const ForeignLock&) = delete;
  ForeignLock& operator=(const ForeignLock&) = delete;
  ~ForeignLock() { sqlite3_close(database_); }

 private:
  sqlite3* database_ = nullptr;
};

class LockedDatabase : public test::ServedBySimulator {
 protected:
  void begin() {
    start({{"KEY_STORAGE_MODE", "database"}});
    ASSERT_EQ(
        manage("POST", "/api/manage/keys/add", R"({"key_string":"AIzaSyForeignLockForeignLockForeign01"})")
            .status,
        201);
    const auto list = codec::from_json<KeyList>(manage("GET", "/api/manage/keys/data").body);
    ASSERT_TRUE(list.ok());
    key_ = list->keys.front().id;
  }
  test::PlainAnswer edit(const std::string& description) {
    return manage("PUT", "/api/manage/keys/update/" + std::to_string(key_),
                  R"({"description":")" + description + "\"}");
  }
  std::vector<std::string> problems() {
    const auto view = codec::from_json<AboutView>(manage("GET", "/api/manage/about").body);
    EXPECT_TRUE(view.ok());
    return view.ok() ? view->storage_problems : std::vector<std::string>{"?"};
  }

  std::int64_t key_ = 0;
};

/// What the clients saw while the lock was held.
struct Seen {
  std::atomic<int> requests{0};
  std::atomic<int> edits{0};
  std::atomic<std::int64_t> slowest_request{0};
  std::atomic<std::int64_t> slowest_edit{0};
};

void keep_slowest(std::atomic<std::int64_t>& slowest, milliseconds took) {
  std::int64_t known = slowest;
  while (took.count() > known && !slowest.compare_exchange_weak(known, took.count())) {
  }
}

TEST_F(LockedDatabase, RefusesEditsBeforeLongAndGoesOnProxying) {
  begin();
  if (HasFatalFailure()) return;
  // In good order before the lock, so that what is measured is the lock.
  ASSERT_EQ(generate().status, 200);
  const milliseconds held = test::is_long_run() ? milliseconds{60'000} : milliseconds{3'000};
  Seen seen;
  {
    const ForeignLock keys(folder_.path() / "data" / "geminate.db");
    const ForeignLock usage(folder_.path() / "data" / "usage.db");
    const auto end = Clock::now() + held;
    std::vector<std::thread> clients;
    for (int client = 0; client < 2; ++client) {
      clients.emplace_back([&] {
        while (Clock::now() < end) {
          const auto begin = Clock::now();
          EXPECT_EQ(generate().status, 200);
          keep_slowest(seen.slowest_request, since(begin));
          ++seen.requests;
        }
      });
      clients.emplace_back([&] {
        while (Clock::now() < end) {
          const auto begin = Clock::now();
          const auto answer = edit("during");
          keep_slowest(seen.slowest_edit, since(begin));
          ++seen.edits;
          EXPECT_EQ(answer.status, 503) << answer.body;
          EXPECT_NE(answer.body.find("holds the database"), std::string::npos) << answer.body;
        }
      });
    }
    for (auto& client : clients) client.join();
    EXPECT_FALSE(problems().empty());
  }
  // All that stand in line have waited for one statement's patience each, once.
  EXPECT_LT(seen.slowest_edit, 15'000);
  EXPECT_LT(seen.slowest_request, 2'000) << "a worker waited for the disk";
  EXPECT_EQ(edit("after").status, 200);
  const auto healed_by = Clock::now() + std::chrono::seconds{30};
  while (!problems().empty() && Clock::now() < healed_by) std::this_thread::sleep_for(milliseconds{50});
  EXPECT_TRUE(problems().empty()) << problems().front();
  test::note_promise("foreign-lock",
                     "held for " + std::to_string(held.count() / 1000) +
                         " s: " + std::to_string(seen.requests) + " requests served, the slowest in " +
                         std::to_string(seen.slowest_request) + " ms; " + std::to_string(seen.edits) +
                         " edits answered 503, the slowest after " + std::to_string(seen.slowest_edit) +
                         " ms");
}

}  // namespace
}  // namespace geminate
