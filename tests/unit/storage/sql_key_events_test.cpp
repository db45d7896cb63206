#include "backend/storage/sql_key_events.h"

#include <gtest/gtest.h>

#include "backend/storage/usage_file.h"
#include "tests/unit/storage/database_fixture.h"

namespace geminate::storage {
namespace {

KeyEventView event_of(std::int64_t id, std::int64_t key_id) {
  KeyEventView event;
  event.id = id;
  event.key_id = key_id;
  event.at = Timestamp{std::chrono::milliseconds{1'900'000'000'000 + id}};
  event.kind = KeyEventKind::NoQuotaForModel;
  event.model = "gemini-模型";
  event.quota = "PerDay";
  event.reason = "because of '\";--";
  event.until = Timestamp{std::chrono::milliseconds{1'900'000'100'000}};
  event.request_id = "r-" + std::to_string(id);
  event.http_status = 429;
  event.excerpt = "{\"error\":{}}";
  return event;
}

class SqlKeyEventsTest : public testing::Test {
 protected:
  SqlKeyEvents open() { return SqlKeyEvents(need(open_usage_file(folder_ / "usage.db"))); }
  static std::vector<std::int64_t> ids_in(SqlKeyEvents& store) {
    std::vector<std::int64_t> ids;
    for (const auto& event : need(store.load())) ids.push_back(event.id);
    return ids;
  }

  ScratchFolder folder_;
};

using Ids = std::vector<std::int64_t>;

TEST_F(SqlKeyEventsTest, GiveEveryFieldBackAfterTheFileWasClosed) {
  auto bare = event_of(2, 7);
  bare.until.reset();
  bare.http_status.reset();
  bare.model.clear();
  const std::vector<KeyEventView> events{event_of(1, 7), bare};
  {
    auto store = open();
    need(store.append(events, {}));
  }
  auto store = open();
  const auto kept = need(store.load());
  EXPECT_EQ(codec::to_json(kept), codec::to_json(events));
}

TEST_F(SqlKeyEventsTest, ForgetTheOldestOfAKeyAndOfAll) {
  auto store = open();
  const keys::KeyHistoryLimits limits{2, 4, 100};
  need(store.append(std::vector{event_of(1, 1), event_of(2, 2), event_of(3, 1), event_of(4, 1)}, limits));
  EXPECT_EQ(ids_in(store), (Ids{2, 3, 4})) << "two of a key";
  need(store.append(std::vector{event_of(5, 3), event_of(6, 3)}, limits));
  EXPECT_EQ(ids_in(store), (Ids{3, 4, 5, 6})) << "four in all";
}

TEST_F(SqlKeyEventsTest, AddAllOrNone) {
  auto store = open();
  need(store.append(std::vector{event_of(2, 1)}, {}));
  EXPECT_FALSE(store.append(std::vector{event_of(1, 1), event_of(2, 1)}, {}).ok());
  EXPECT_EQ(ids_in(store), Ids{2});
}

TEST_F(SqlKeyEventsTest, KeepAHistoryOverARestart) {
  {
    auto store = open();
    keys::KeyHistory history({}, &store);
    need(history.load());
    history.add(event_of(0, 7));
    history.absorb();
    need(history.save());
  }
  auto store = open();
  keys::KeyHistory history({}, &store);
  need(history.load());
  history.add(event_of(0, 7));
  history.absorb();
  need(history.save());
  EXPECT_EQ(history.page(7, 10, {}).events.size(), 2U);
  EXPECT_EQ(ids_in(store), (Ids{1, 2}));
}

}  // namespace
}  // namespace geminate::storage
