#include "tests/unit/keys/pool_fixture.h"

namespace geminate::keys {
namespace {

class KeyPoolLimits : public PoolTest {
 protected:
  std::int64_t add_limited(std::optional<std::int64_t> tokens_per_day,
                           std::optional<std::int64_t> per_minute) {
    KeyDraft draft;
    draft.key_string = "AIzaSyLimited";
    draft.max_tokens_per_day = tokens_per_day;
    draft.rate_limit_per_minute = per_minute;
    return add(draft).id;
  }
  void spend(std::int64_t tokens) {
    auto lease = acquire();
    ASSERT_TRUE(lease.ok());
    lease->settle(tokens, now_);
  }
};

TEST_F(KeyPoolLimits, CountsTokensPerPacificDay) {
  const std::int64_t id = add_limited({}, {});
  spend(100);
  spend(23);
  EXPECT_EQ(view(id).current_tokens_used_today, 123);
  now_.wall = at("2026-06-16T06:59:59Z");
  EXPECT_EQ(view(id).current_tokens_used_today, 123);
  pass(1s);
  EXPECT_EQ(view(id).current_tokens_used_today, 0);
  spend(7);
  EXPECT_EQ(view(id).current_tokens_used_today, 7);
}

TEST_F(KeyPoolLimits, ASpentDayEndsAtMidnightPacific) {
  const std::int64_t id = add_limited(100, {});
  spend(99);
  EXPECT_EQ(served_by(), id) << "there is a token left";
  spend(50);
  const auto refused = acquire();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::RateLimited);
  EXPECT_EQ(refused.error().retry_after, at("2026-06-16T07:00:00Z") - now_.wall);
  pass(*refused.error().retry_after);
  EXPECT_EQ(served_by(), id);
}

TEST_F(KeyPoolLimits, WhatIsReservedCountsUntilItIsSettled) {
  const std::int64_t id = add_limited(100, {});
  auto lease = acquire(kModel, 100);
  ASSERT_TRUE(lease.ok());
  const auto refused = acquire(kModel, 1);
  ASSERT_FALSE(refused.ok());
  EXPECT_LE(*refused.error().retry_after, 5s) << "the request in flight may give most of it back";
  lease->settle(10, now_);
  EXPECT_EQ(view(id).current_tokens_used_today, 10);
  EXPECT_EQ(served_by(), id);
}

TEST_F(KeyPoolLimits, ALeaseThatIsDroppedLeavesItsEstimateSpent) {
  const std::int64_t id = add_limited({}, {});
  { const auto lease = acquire(kModel, 40); }
  EXPECT_EQ(view(id).current_tokens_used_today, 40);
  {
    auto lease = acquire(kModel, 2);
    ASSERT_TRUE(lease.ok());
    lease->release();
    EXPECT_FALSE(lease->held());
  }
  EXPECT_EQ(view(id).current_tokens_used_today, 42);
}

TEST_F(KeyPoolLimits, ALeaseEndsOnceHoweverOftenItIsTold) {
  const std::int64_t id = add_limited({}, {});
  auto first = acquire(kModel, 10);
  ASSERT_TRUE(first.ok());
  KeyLease moved = std::move(*first);
  moved.settle(5, now_);
  moved.settle(5, now_);
  moved.release();
  EXPECT_EQ(view(id).current_tokens_used_today, 5);
  KeyLease target = acquire(kModel, 10).value();
  target = acquire(kModel, 100).value();
  EXPECT_EQ(view(id).current_tokens_used_today, 15) << "the lease that was assigned over left its estimate";
  target.settle(0, now_);
  EXPECT_EQ(view(id).current_tokens_used_today, 15);
}

TEST_F(KeyPoolLimits, NegativeCountsAreNone) {
  const std::int64_t id = add_limited(100, {});
  auto lease = acquire(kModel, -50);
  ASSERT_TRUE(lease.ok());
  lease->settle(-50, now_);
  EXPECT_EQ(view(id).current_tokens_used_today, 0);
}

TEST_F(KeyPoolLimits, RequestsOfTheMinuteAreCountedAndSayWhenTheyAreBack) {
  const std::int64_t id = add_limited({}, 3);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(served_by(), id);
    pass(10s);
  }
  const auto refused = acquire();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::RateLimited);
  EXPECT_EQ(refused.error().retry_after, 30s);
  pass(30s);
  EXPECT_EQ(served_by(), id);
  EXPECT_EQ(served_by(), 0);
}

TEST_F(KeyPoolLimits, ARefusedRequestLeavesNoReservationBehind) {
  const std::int64_t id = add_limited(100, 1);
  spend(1);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(acquire(kModel, 99).ok());
  pass(60s);
  EXPECT_EQ(served_by(), id);
}

TEST_F(KeyPoolLimits, EditsKeepTheCounters) {
  const std::int64_t id = add_limited(100, 2);
  spend(60);
  edit(id, patch_with<std::string>(&KeyPatch::description, "edited"));
  EXPECT_EQ(view(id).current_tokens_used_today, 60);
  EXPECT_EQ(served_by(), id);
  EXPECT_EQ(served_by(), 0) << "two of the minute, before and after the edit";
  edit(id, patch_with<std::int64_t>(&KeyPatch::rate_limit_per_minute, 3));
  EXPECT_EQ(served_by(), id);
  EXPECT_EQ(served_by(), 0) << "a raised limit does not forget the two";
  edit(id, patch_with<std::int64_t>(&KeyPatch::max_tokens_per_day, 60));
  pass(2min);
  EXPECT_EQ(served_by(), 0) << "60 tokens are spent";
}

TEST_F(KeyPoolLimits, ALimitThatIsClearedHoldsNoMore) {
  const std::int64_t id = add_limited(10, 1);
  spend(10);
  EXPECT_EQ(served_by(), 0);
  KeyPatch patch;
  patch.max_tokens_per_day = Patch<std::int64_t>::cleared();
  patch.rate_limit_per_minute = Patch<std::int64_t>::cleared();
  edit(id, patch);
  EXPECT_EQ(served_by(), id);
  EXPECT_EQ(view(id).current_tokens_used_today, 10);
}

TEST_F(KeyPoolLimits, CountersOfTheStoreGoOn) {
  UpstreamKey row;
  row.text = Secret(std::string("AIzaSyStored"));
  row.max_tokens_per_day = 100;
  ASSERT_TRUE(store_.insert({row}, kChange).ok());
  // Monday noon in California is day 20,619.
  ASSERT_TRUE(store_.save_findings({{1, now_.wall - 1h, 80, 20'619, false, ""}}).ok());
  ASSERT_TRUE(pool_.load().ok());
  EXPECT_EQ(view(1).current_tokens_used_today, 80);
  EXPECT_EQ(view(1).last_used_at, now_.wall - 1h);
  spend(20);
  EXPECT_EQ(served_by(), 0);
}

TEST_F(KeyPoolLimits, FindingsGoToTheStoreOnceEach) {
  const std::int64_t id = add_limited({}, {});
  spend(11);
  ASSERT_TRUE(pool_.flush_findings().ok());
  const UpstreamKey row = store_.load()->front();
  EXPECT_EQ(row.id, id);
  EXPECT_EQ(row.tokens_used, 11);
  EXPECT_EQ(row.last_used_at, now_.wall);
  EXPECT_EQ(row.revision, 1);
  // Nothing new: what is in the store is left alone.
  ASSERT_TRUE(store_.save_findings({{id, {}, 999, row.used_day, false, ""}}).ok());
  ASSERT_TRUE(pool_.flush_findings().ok());
  EXPECT_EQ(store_.load()->front().tokens_used, 999);
}

}  // namespace
}  // namespace geminate::keys
