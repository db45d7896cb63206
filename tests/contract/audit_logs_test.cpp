// What every AuditLog promises, in memory and in a database.
#include <gtest/gtest.h>

#include <limits>
#include <memory>

#include "backend/audit/memory_audit_log.h"
#include "backend/storage/sql_audit_log.h"
#include "tests/unit/storage/database_fixture.h"

namespace geminate::audit {
namespace {

/// A log, with a database under it where it is the SQL one.
class AuditLogContract : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (!GetParam()) {
      log_ = std::make_unique<MemoryAuditLog>();
      return;
    }
    const auto path = folder_ / "geminate.db";
    storage::need(storage::create_database(path, [](storage::SqlConnection&) { return Status::success(); }));
    const storage::SqlAuditTrail trail(Secret(std::string(32, 'k')));
    storage::need(trail.begin_log(*storage::need(storage::open_database(path))));
    log_ = std::make_unique<storage::SqlAuditLog>(storage::need(storage::open_database(path)),
                                                  storage::need(storage::open_database(path)), trail);
  }
  void add(const std::string& who, AuditAction action, const std::string& kind = "key",
           const std::string& id = "1") {
    Caller caller = Caller::first_admin(Entrance::Bearer);
    caller.name = who;
    caller.address = "10.0.0.1";
    caller.request_id = "r";
    storage::need(log_->append({caller, action, kind, id, {{"description", std::nullopt, "语"}}}));
  }
  std::vector<std::int64_t> newest(const Filter& filter, std::int64_t before = kLast,
                                   std::int64_t limit = 100) {
    std::vector<std::int64_t> ids;
    storage::need(log_->visit_newest(filter, before, limit, [&ids](const Record& record) {
      ids.push_back(record.id);
      return Status::success();
    }));
    return ids;
  }
  std::vector<std::int64_t> oldest(const Filter& filter, std::int64_t after = 0, std::int64_t limit = 100) {
    std::vector<std::int64_t> ids;
    storage::need(log_->visit_oldest(filter, after, limit, [&ids](const Record& record) {
      ids.push_back(record.id);
      return Status::success();
    }));
    return ids;
  }

  static constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
  using Ids = std::vector<std::int64_t>;
  ScratchFolder folder_;
  std::unique_ptr<AuditLog> log_;
};

TEST_P(AuditLogContract, KeepsWhatItWasTold) {
  const Timestamp before = now().wall;
  add("ann", AuditAction::TokenRotate, "token", "7");
  AuditRow row;
  storage::need(log_->visit_newest({}, kLast, 1, [&row](const Record& record) {
    row = row_of(record);
    return Status::success();
  }));
  EXPECT_EQ(row.id, 1);
  EXPECT_GE(row.at, before);
  EXPECT_EQ(row.account_id, 0);
  EXPECT_EQ(row.name, "ann");
  EXPECT_EQ(row.role, "admin");
  EXPECT_EQ(row.entrance, "bearer");
  EXPECT_EQ(row.address, "10.0.0.1");
  EXPECT_EQ(row.request_id, "r");
  EXPECT_EQ(row.action, "tokens/rotate");
  EXPECT_EQ(row.target_kind, "token");
  EXPECT_EQ(row.target_id, "7");
  EXPECT_EQ(row.changes, (std::vector<FieldMove>{{"description", std::nullopt, "语"}}));
  EXPECT_EQ(row.outcome, "done");
  EXPECT_EQ(row.hash.size(), 64U);
}

TEST_P(AuditLogContract, PagesInBothDirections) {
  for (int i = 0; i < 10; ++i) add("ann", AuditAction::KeyAdd);
  EXPECT_EQ(newest({}, kLast, 3), (Ids{10, 9, 8}));
  EXPECT_EQ(newest({}, 8, 3), (Ids{7, 6, 5}));
  EXPECT_EQ(oldest({}, 0, 3), (Ids{1, 2, 3}));
  EXPECT_EQ(oldest({}, 8, 3), (Ids{9, 10}));
}

TEST_P(AuditLogContract, FindsWhatIsAskedFor) {
  add("ann", AuditAction::KeyAdd, "key", "1");
  add("bob", AuditAction::KeyUpdate, "key", "12");
  add("ann", AuditAction::TokenAdd, "token", "1");
  EXPECT_EQ(newest({"ann", {}, {}, {}, {}}), (Ids{3, 1}));
  EXPECT_EQ(newest({{}, "keys/", {}, {}, {}}), (Ids{2, 1}));
  EXPECT_EQ(newest({{}, "keys/update", {}, {}, {}}), (Ids{2}));
  EXPECT_EQ(newest({{}, {}, "key", {}, {}}), (Ids{2, 1}));
  EXPECT_EQ(newest({{}, {}, "key/1", {}, {}}), (Ids{1}));
  EXPECT_EQ(newest({{}, {}, {}, now().wall + std::chrono::hours{1}, {}}), (Ids{}));
  EXPECT_EQ(newest({{}, {}, {}, {}, now().wall - std::chrono::hours{1}}), (Ids{}));
  EXPECT_EQ(oldest({"ann", "tokens/", "token", now().wall - std::chrono::hours{1}, {}}), (Ids{3}));
}

TEST_P(AuditLogContract, DropsOnlyTheOldestAndStillVerifies) {
  for (int i = 0; i < 10; ++i) add("ann", AuditAction::KeyAdd);
  EXPECT_EQ(*log_->drop_before(now().wall - std::chrono::hours{1}, 100), 0);
  EXPECT_EQ(*log_->drop_before(now().wall + std::chrono::hours{1}, 4), 4);
  const auto left = oldest({});
  EXPECT_EQ(left.front(), 5);
  const auto found = storage::need(log_->verify());
  EXPECT_TRUE(found.ok) << found.reason.value_or("");
  EXPECT_EQ(found.first_id, 5);
  add("ann", AuditAction::KeyAdd);
  EXPECT_TRUE(storage::need(log_->verify()).ok);
}

TEST_P(AuditLogContract, EndsAVisitWithTheVisitorsError) {
  add("ann", AuditAction::KeyAdd);
  const auto result = log_->visit_oldest({}, 0, 10, [](const Record&) -> Status {
    return Error{ErrorCode::Internal, "enough", {}, {}, {}};
  });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message, "enough");
}

INSTANTIATE_TEST_SUITE_P(Memory, AuditLogContract, testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Sql, AuditLogContract, testing::Values(true));

TEST(MemoryAuditLog, IsBoundedAndItsChainHolds) {
  MemoryAuditLog log(100);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(log.append({Caller::server(), AuditAction::KeyAdd}).ok());
  const auto found = storage::need(log.verify());
  EXPECT_TRUE(found.ok);
  EXPECT_EQ(found.rows, 100);
  EXPECT_EQ(found.first_id, 901);
}

}  // namespace
}  // namespace geminate::audit
