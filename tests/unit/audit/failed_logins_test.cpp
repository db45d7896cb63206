#include "backend/audit/failed_logins.h"

#include <gtest/gtest.h>

namespace geminate::audit {
namespace {

using namespace std::chrono_literals;

class FailedLoginsTest : public testing::Test {
 protected:
  std::size_t fail(const std::string& address) {
    Caller who;
    who.address = address;
    who.request_id = "id";
    return failures_.note(who, now_).size();
  }
  static std::string attempts(const Change& row) { return row.moves.front().after.value_or(""); }

  Now now_{Timestamp{}, MonotonicTime{} + 1h};
  FailedLogins failures_;
};

TEST_F(FailedLoginsTest, TellOfAnAddressesFirstAtOnceAndCountTheRest) {
  EXPECT_EQ(fail("a"), 1U);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(fail("a"), 0U);
  EXPECT_EQ(fail("b"), 1U);
  EXPECT_TRUE(failures_.take_due(now_).empty());
  now_.steady += FailedLogins::kSpan;
  const auto rows = failures_.take_due(now_);
  ASSERT_EQ(rows.size(), 1U) << "b had no more";
  EXPECT_EQ(rows[0].who.address, "a");
  EXPECT_EQ(rows[0].action, AuditAction::LoginFailed);
  EXPECT_EQ(rows[0].outcome, AuditOutcome::Refused);
  EXPECT_FALSE(rows[0].who.account_id);
  EXPECT_EQ(attempts(rows[0]), "1000");
  EXPECT_EQ(fail("a"), 1U) << "a new span";
}

TEST_F(FailedLoginsTest, MakeFewRowsOfManyAddresses) {
  std::size_t rows = 0;
  for (int i = 0; i < 10'000; ++i) rows += fail("address " + std::to_string(i));
  EXPECT_EQ(rows, FailedLogins::kMostAddresses);
  const auto rest = failures_.take_due(now_, true);
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].who.address, "other addresses");
  EXPECT_EQ(attempts(rest[0]), std::to_string(10'000 - FailedLogins::kMostAddresses));
  EXPECT_TRUE(failures_.take_due(now_, true).empty());
}

}  // namespace
}  // namespace geminate::audit
