#include "tests/unit/keys/pool_fixture.h"

#include <array>

namespace geminate::keys {
namespace {

class KeyPoolAcquire : public PoolTest {};

TEST_F(KeyPoolAcquire, GivesTheKeyWithItsText) {
  const auto view = add("AIzaSyOnly");
  const auto lease = acquire();
  ASSERT_TRUE(lease.ok());
  EXPECT_TRUE(lease->held());
  EXPECT_EQ(lease->key().id(), view.id);
  EXPECT_EQ(lease->key().text().reveal(), "AIzaSyOnly");
}

TEST_F(KeyPoolAcquire, EqualsServeEqually) {
  const auto ids = add_many(50);
  const auto counts = tally(500);
  ASSERT_EQ(counts.size(), 50U);
  for (const std::int64_t id : ids) EXPECT_EQ(counts.at(id), 10);
}

TEST_F(KeyPoolAcquire, WeightIsAShare) {
  const auto ids = add_many(2);
  edit(ids[1], patch_with(&KeyPatch::weight, 3));
  const auto counts = tally(400);
  EXPECT_EQ(counts.at(ids[0]), 100);
  EXPECT_EQ(counts.at(ids[1]), 300);
}

TEST_F(KeyPoolAcquire, HigherPriorityFirst) {
  const auto ids = add_many(3);
  edit(ids[1], patch_with(&KeyPatch::priority, 10));
  EXPECT_EQ(tally(10), (std::map<std::int64_t, int>{{ids[1], 10}}));
  edit(ids[1], patch_with(&KeyPatch::is_active, false));
  EXPECT_EQ(tally(10), (std::map<std::int64_t, int>{{ids[0], 5}, {ids[2], 5}}));
}

TEST_F(KeyPoolAcquire, NeverTheKeysThatTheRequestHasTried) {
  const auto ids = add_many(3);
  for (int i = 0; i < 20; ++i) {
    const auto lease = acquire(kModel, 0, {ids[0], ids[2]});
    ASSERT_TRUE(lease.ok());
    EXPECT_EQ(lease->key().id(), ids[1]);
  }
  const auto none = acquire(kModel, 0, ids);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, ErrorCode::Unavailable);
}

TEST_F(KeyPoolAcquire, WithoutKeysThereIsNoUpstreamKey) {
  EXPECT_EQ(refusal_code(), ErrorCode::NoUpstreamKey);
  const auto ids = add_many(2);
  edit(ids[0], patch_with(&KeyPatch::is_active, false));
  edit(ids[1], patch_with(&KeyPatch::expires_at, now_.wall + 1h));
  EXPECT_EQ(served_by(), ids[1]);
  pass(1h);
  EXPECT_EQ(refusal_code(), ErrorCode::NoUpstreamKey) << "one disabled, one expired";
}

TEST_F(KeyPoolAcquire, ExpiryIsEffectiveToTheMillisecond) {
  const auto view = add("AIzaSyA");
  edit(view.id, patch_with(&KeyPatch::expires_at, now_.wall + 10s));
  pass(9'999ms);
  EXPECT_EQ(served_by(), view.id);
  pass(1ms);
  EXPECT_EQ(served_by(), 0);
}

TEST_F(KeyPoolAcquire, WithOnlyDeadKeysCredentialsAreExhausted) {
  const auto ids = add_many(2);
  for (int i = 0; i < 2; ++i) {
    const auto lease = acquire();
    ASSERT_TRUE(lease.ok());
    pool_.report(*lease, {VerdictKind::Dead, 0ms, "", "not valid"}, {}, now_);
  }
  const auto refused = acquire();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::CredentialsExhausted);
  EXPECT_FALSE(refused.error().retry_after) << "nothing comes back by itself";
  edit(ids[0], patch_with(&KeyPatch::is_active, false));
  EXPECT_EQ(refusal_code(), ErrorCode::CredentialsExhausted) << "the one that is wanted is dead";
}

TEST_F(KeyPoolAcquire, WithAllRestingItSaysWhenTheFirstIsBack) {
  const auto ids = add_many(3);
  report(ids[0], limited(30s));
  report(ids[1], limited(10s));
  report(ids[2], {VerdictKind::Dead, 0ms, "", "not valid"});
  auto refused = acquire();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::RateLimited);
  EXPECT_EQ(refused.error().retry_after, 10s);
  pass(4s);
  EXPECT_EQ(acquire().error().retry_after, 6s);
  pass(6s);
  EXPECT_EQ(served_by(), ids[1]);
}

TEST_F(KeyPoolAcquire, RefusalsNameNoKey) {
  add("AIzaSyCanaryCanary");
  report(1, limited(30s));
  const auto refused = acquire();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ((refused.error().message + refused.error().detail).find("nary"), std::string::npos);
}

TEST_F(KeyPoolAcquire, ALeaseOutlivesItsKeyAndItsPoolsSnapshot) {
  const auto view = add("AIzaSyGoes");
  auto lease = acquire();
  ASSERT_TRUE(lease.ok());
  ASSERT_TRUE(pool_.erase(view.id, kChange).ok());
  EXPECT_EQ(served_by(), 0);
  EXPECT_EQ(lease->key().text().reveal(), "AIzaSyGoes");
  pool_.report(*lease, {VerdictKind::Dead, 0ms, "", "not valid"}, {}, now_);
  lease->settle(5, now_);
}

TEST_F(KeyPoolAcquire, ManyKeysMostOfThemRestingStillServe) {
  const auto ids = add_many(300);
  for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
    auto lease = acquire();
    ASSERT_TRUE(lease.ok());
    pool_.report(*lease, limited(1h), {}, now_);
  }
  const std::int64_t last = served_by();
  EXPECT_NE(last, 0);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(served_by(), last);
}

TEST_F(KeyPoolAcquire, ALowerPriorityWaitsUntilTheHigherHasNothingFree) {
  const auto ids = add_many(4);
  edit(ids[0], patch_with(&KeyPatch::priority, -5));
  edit(ids[1], patch_with(&KeyPatch::priority, 10));
  edit(ids[2], patch_with(&KeyPatch::priority, 10));
  EXPECT_EQ(tally(10), (std::map<std::int64_t, int>{{ids[1], 5}, {ids[2], 5}}));
  const std::int64_t first = served_by();
  const std::int64_t second = first == ids[1] ? ids[2] : ids[1];
  report(second, limited(60s));
  EXPECT_EQ(tally(10), (std::map<std::int64_t, int>{{first, 10}}));
  report(first, limited(60s));
  EXPECT_EQ(tally(10), (std::map<std::int64_t, int>{{ids[3], 10}}));
  report(ids[3], limited(60s));
  EXPECT_EQ(tally(10), (std::map<std::int64_t, int>{{ids[0], 10}}));
  report(ids[0], limited(60s));
  EXPECT_EQ(served_by(), 0);
}

TEST_F(KeyPoolAcquire, FindsTheOneFreeKeyAmongThousands) {
  for (const std::size_t wanted : {std::size_t{0}, std::size_t{1}, std::size_t{1500}, std::size_t{2999}}) {
    MemoryKeyStore store;
    KeyPool pool(store);
    std::string text;
    for (int i = 0; i < 3000; ++i) text += "AIzaSyOfThousands" + std::to_string(i) + "\n";
    ASSERT_TRUE(pool.import({text}, kChange).ok());
    const std::int64_t free = pool.list(now_)[wanted].id;
    for (int i = 0; i < 2999; ++i) {
      const std::array<std::int64_t, 1> tried = {free};
      auto lease = pool.acquire({kModel, 0, tried, 0, {}}, now_);
      ASSERT_TRUE(lease.ok()) << i;
      pool.report(*lease, limited(1h), {}, now_);
      lease->settle(0, now_);
    }
    for (int i = 0; i < 5; ++i) {
      auto lease = pool.acquire({kModel, 0, {}, 0, {}}, now_);
      ASSERT_TRUE(lease.ok());
      EXPECT_EQ(lease->key().id(), free);
      lease->settle(0, now_);
    }
  }
}

TEST_F(KeyPoolAcquire, EndsItsSearchWhenAllThatIsReadyWasTried) {
  const auto ids = add_many(3);
  // The first key is left in the ready set, the others rest; whoever has tried the first one gets nothing.
  for (int i = 0; i < 3; ++i) {
    auto lease = acquire();
    ASSERT_TRUE(lease.ok());
    const bool is_first = lease->key().id() == ids[0];
    if (!is_first) pool_.report(*lease, limited(60s), {}, now_);
    lease->settle(0, now_);
  }
  for (int i = 0; i < 6; ++i) EXPECT_FALSE(acquire(kModel, 0, {ids[0]}).ok());
}

}  // namespace
}  // namespace geminate::keys
