#include "backend/keys/day_capacity.h"
#include "tests/unit/keys/pool_fixture.h"

namespace geminate::keys {
namespace {

TEST(DayCapacity, SumsWhatIsKnownAndCountsWhatIsNot) {
  ModelCapacity sum;
  add_project(sum, {.requests = 30, .tokens = 1000, .requests_limit = 100});
  add_project(sum, {.requests = 120, .tokens = 10, .requests_limit = 100, .tokens_limit = 500});
  add_project(sum, {});
  EXPECT_EQ(sum.projects, 3);
  EXPECT_EQ(sum.requests_today, 150);
  EXPECT_EQ(sum.requests_known, 2);
  EXPECT_EQ(sum.requests_limit, 200);
  EXPECT_EQ(sum.requests_left, 70) << "beyond its limit a project has nothing left, not less";
  EXPECT_EQ(sum.tokens_known, 1);
  EXPECT_EQ(sum.tokens_left, 490);
}

class PoolCapacity : public PoolTest {
 protected:
  void set_daily(std::int64_t key, std::int64_t requests) {
    QuotaPatch patch;
    patch.key_id = key;
    patch.model = kModel;
    patch.requests_per_day = Patch<std::int64_t>::to(requests);
    const auto set = pool_.set_quota(patch, {Caller::server(), AuditAction::QuotaUpdate}, now_);
    EXPECT_TRUE(set.ok()) << set.error().message;
  }
  ModelCapacity of_model() {
    const auto report = pool_.capacity(now_);
    for (const ModelCapacity& each : report.models) {
      if (each.model == kModel) return each;
    }
    ADD_FAILURE() << "nothing is said of the model";
    return {};
  }
};

TEST_F(PoolCapacity, AnUnusedPoolHasNothingToSay) {
  add_many(3);
  EXPECT_TRUE(pool_.capacity(now_).models.empty());
}

TEST_F(PoolCapacity, CountsKeysThatWereNeverUsedAsWell) {
  const auto ids = add_many(3);
  set_daily(ids[0], 100);
  const ModelCapacity sum = of_model();
  EXPECT_EQ(sum.projects, 3);
  EXPECT_EQ(sum.requests_known, 1);
  EXPECT_EQ(sum.requests_left, 100);
}

TEST_F(PoolCapacity, LeavesOutWhatCannotServe) {
  const auto ids = add_many(2);
  set_daily(ids[0], 100);
  set_daily(ids[1], 50);
  KeyPatch off;
  off.is_active = Patch<bool>::to(false);
  edit(ids[0], off);
  EXPECT_EQ(of_model().projects, 1);
  EXPECT_EQ(of_model().requests_left, 50);
}

TEST_F(PoolCapacity, KeysOfAProjectShareItsDay) {
  KeyDraft draft;
  draft.project = "alpha";
  draft.key_string = "AIzaFirst";
  add(draft);
  draft.key_string = "AIzaSecond";
  add(draft);
  QuotaPatch patch;
  patch.project = "alpha";
  patch.model = kModel;
  patch.requests_per_day = Patch<std::int64_t>::to(20);
  ASSERT_TRUE(pool_.set_quota(patch, {Caller::server(), AuditAction::QuotaUpdate}, now_).ok());
  EXPECT_EQ(of_model().projects, 1);
  EXPECT_EQ(of_model().requests_limit, 20);
}

TEST_F(PoolCapacity, TheDayEndsAtMidnightInCalifornia) {
  now_.wall = at("2026-11-27T12:00:00Z");
  EXPECT_EQ(pool_.capacity(now_).resets_at, at("2026-11-28T08:00:00Z"));
}

}  // namespace
}  // namespace geminate::keys
