#include "tests/unit/keys/pool_fixture.h"

namespace geminate::keys {
namespace {

/// Keys in projects, and what Google says of their quotas.
class KeyPoolQuota : public PoolTest {
 protected:
  std::int64_t add_in(const std::string& project) {
    KeyDraft draft;
    draft.key_string = "AIzaSyIn" + project + std::to_string(++added_);
    draft.project = project;
    return add(draft).id;
  }
  /// A 429 about this quota as Google writes it.
  static Verdict spent(std::string quota, std::int64_t limit, std::chrono::milliseconds wait) {
    Verdict verdict = limited(wait, quota);
    verdict.violations.push_back({std::move(quota), "", std::string(kModel), limit});
    return verdict;
  }
  static Verdict minute_spent(std::int64_t limit, std::chrono::milliseconds wait = 20s) {
    return spent("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", limit, wait);
  }
  static Verdict day_spent(std::int64_t limit, std::chrono::milliseconds wait = 36s) {
    return spent("GenerateRequestsPerDayPerProjectPerModel-FreeTier", limit, wait);
  }
  /// A request that serves; the key it got, or 0.
  std::int64_t serve(std::string_view model = kModel, std::uint64_t affinity = 0) {
    auto lease = pool_.acquire({model, 0, {}, affinity, {}}, now_);
    if (!lease.ok()) return 0;
    pool_.report(*lease, {}, {}, now_);
    lease->settle(0, now_);
    return lease->key().id();
  }
  /// The next request meets this verdict; the key that met it.
  std::int64_t meet(const Verdict& verdict) {
    auto lease = acquire();
    if (!lease.ok()) return 0;
    pool_.report(*lease, verdict, {}, now_);
    lease->settle(0, now_);
    return lease->key().id();
  }

  int added_ = 0;
};

TEST_F(KeyPoolQuota, SiblingsRestTogetherAndOthersGoOn) {
  const std::int64_t a1 = add_in("alpha");
  const std::int64_t a2 = add_in("alpha");
  const std::int64_t b1 = add_in("beta");
  std::int64_t limited_key = 0;
  while (limited_key != a1 && limited_key != a2) limited_key = served_by();
  auto lease = pool_.lease_for_check(limited_key, now_);
  ASSERT_TRUE(lease.ok());
  // The verdict of a real request, for the model.
  std::int64_t met = 0;
  while (met != a1 && met != a2) met = meet(minute_spent(5, 30s));
  for (int i = 0; i < 20; ++i) {
    const std::int64_t id = served_by();
    EXPECT_TRUE(id == b1 || id == 0) << id;
  }
  EXPECT_EQ(view(a1).state, KeyState::Cooling);
  EXPECT_EQ(view(a2).state, KeyState::Cooling);
  EXPECT_EQ(view(a2).cooldowns.at(0).project, "alpha");
  EXPECT_EQ(served_by("gemini-2.5-pro") == 0, false) << "another model has a quota of its own";
}

TEST_F(KeyPoolQuota, ALimitThatWasLearntIsKeptWithoutAskingUpstreamAgain) {
  const std::int64_t only = add_in("alpha");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(serve(), only);
  EXPECT_EQ(meet(minute_spent(5, 10s)), only);
  pass(70s);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(serve(), only) << i;
  const auto refused = acquire();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::RateLimited);
  EXPECT_GE(*refused.error().retry_after, 60s);
  EXPECT_LE(*refused.error().retry_after, 64s);
  pass(*refused.error().retry_after);
  EXPECT_EQ(serve(), only);
}

TEST_F(KeyPoolQuota, ALimitThatWasLearntDaysAgoIsTriedAndGivesWayToWhatGoogleSaysNow) {
  const std::int64_t only = add_in("alpha");
  EXPECT_EQ(serve(), only);
  EXPECT_EQ(meet(minute_spent(5, 10s)), only);
  pass(48h);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(serve(), only);
  EXPECT_EQ(meet(minute_spent(5, 10s)), only) << "beyond it Google is asked again";
  pass(70s);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(serve(), only);
  EXPECT_FALSE(acquire().ok()) << "it was said again, and is firm";
  pass(48h);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(serve(), only) << "the project was raised to another tier";
  EXPECT_EQ(pool_.quotas(now_)[0].requests_per_minute->origin, LimitOrigin::Believed)
      << "what is known of the model, no longer of this project";
}

TEST_F(KeyPoolQuota, AModelsFirstRequestCountsToo) {
  const std::int64_t only = add_in("alpha");
  EXPECT_EQ(serve(), only);
  EXPECT_EQ(serve(), only);
  ASSERT_EQ(pool_.quotas(now_).size(), 1U);
  EXPECT_EQ(pool_.quotas(now_)[0].requests_today, 2);
  EXPECT_EQ(pool_.quotas(now_)[0].requests_this_minute, 2);
}

TEST_F(KeyPoolQuota, WhatOneProjectTaughtIsBelievedOfTheOthers) {
  const std::int64_t a = add_in("alpha");
  const std::int64_t b = add_in("beta");
  const std::int64_t c = add_in("gamma");
  std::map<std::int64_t, int> counts;
  for (int i = 0; i < 9; ++i) ++counts[serve()];
  // The fourth of the first meets the limit of 3.
  const std::int64_t first = meet(minute_spent(3, 50s));
  ASSERT_TRUE(first == a || first == b || first == c);
  for (int i = 0; i < 2; ++i) {
    // Nobody is known to have room; each of the others is asked once, as nothing better is there.
    auto lease = acquire();
    ASSERT_TRUE(lease.ok());
    EXPECT_NE(lease->key().id(), first);
    pool_.report(*lease, minute_spent(3, 50s), {}, now_);
    lease->settle(0, now_);
  }
  EXPECT_EQ(served_by(), 0);
}

TEST_F(KeyPoolQuota, ADayThatIsSpentComesBackWhenGoogleSaysAndIsTriedLast) {
  const std::int64_t spent_key = add_in("alpha");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(serve(), spent_key);
  EXPECT_EQ(meet(day_spent(4, 36s)), spent_key);
  EXPECT_EQ(acquire().error().retry_after, 36s) << "the delay beats the quota's name";
  pass(36s);
  const std::int64_t fresh = add_in("beta");
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(serve(), fresh) << "while another has room, the doubtful one is left alone";
  EXPECT_EQ(serve(), fresh)
      << "what is only believed of it is tried before what Google has said of the other";
  edit(fresh, patch_with(&KeyPatch::is_active, false));
  EXPECT_EQ(serve(), spent_key) << "there is nothing better";
}

TEST_F(KeyPoolQuota, MostHeadroomFirst) {
  const std::int64_t a = add_in("alpha");
  const std::int64_t b = add_in("beta");
  const std::int64_t c = add_in("gamma");
  for (int i = 0; i < 3; ++i) serve();
  // What gamma is told of its day is believed of the others.
  std::vector<std::int64_t> others = {a, b};
  auto lease = acquire(kModel, 0, others);
  ASSERT_TRUE(lease.ok());
  ASSERT_EQ(lease->key().id(), c);
  pool_.report(*lease, day_spent(100, 24h), {}, now_);
  lease->settle(0, now_);
  // Half a day's worth goes to alpha alone.
  edit(b, patch_with(&KeyPatch::is_active, false));
  for (int i = 0; i < 50; ++i) EXPECT_EQ(serve(), a);
  edit(b, patch_with(&KeyPatch::is_active, true));
  for (int i = 0; i < 40; ++i) EXPECT_EQ(serve(), b) << i;
}

TEST_F(KeyPoolQuota, AfterARestWithoutALimitOnlyOneRequestGoesAhead) {
  const std::int64_t only = add_in("alpha");
  EXPECT_EQ(meet(limited(10s, "")), only);
  pass(10s);
  auto probe = acquire();
  ASSERT_TRUE(probe.ok());
  const auto herd = acquire();
  ASSERT_FALSE(herd.ok());
  EXPECT_EQ(herd.error().code, ErrorCode::RateLimited);
  pool_.report(*probe, {}, {}, now_);
  auto next = acquire();
  EXPECT_TRUE(next.ok()) << "it has served: the gate is open";
  probe->settle(0, now_);
}

TEST_F(KeyPoolQuota, AProbeThatFailsOtherwiseLetsTheNextOneTry) {
  add_in("alpha");
  ASSERT_NE(meet(limited(10s, "")), 0);
  pass(10s);
  auto probe = acquire();
  ASSERT_TRUE(probe.ok());
  EXPECT_FALSE(acquire().ok());
  pool_.report(*probe, {VerdictKind::UpstreamFault, 0ms, "", "reset"}, {}, now_);
  probe->release();
  EXPECT_TRUE(acquire().ok());
}

TEST_F(KeyPoolQuota, AConversationStaysWithItsProjectWhileThatHasRoom) {
  for (int i = 0; i < 10; ++i) add_in("project-" + std::to_string(i));
  const std::int64_t first = serve(kModel, 0xABCDEF0123456789);
  for (int i = 0; i < 10; ++i) {
    serve();
    EXPECT_EQ(serve(kModel, 0xABCDEF0123456789), first);
  }
  edit(first, patch_with(&KeyPatch::is_active, false));
  const std::int64_t second = serve(kModel, 0xABCDEF0123456789);
  EXPECT_NE(second, first);
  EXPECT_NE(second, 0);
  edit(first, patch_with(&KeyPatch::is_active, true));
  EXPECT_EQ(serve(kModel, 0xABCDEF0123456789), second) << "its cache is there now";
}

TEST_F(KeyPoolQuota, AConversationMayUseAnotherKeyOfItsProject) {
  for (int i = 0; i < 5; ++i) add_in("other-" + std::to_string(i));
  const std::int64_t a1 = add_in("alpha");
  const std::int64_t a2 = add_in("alpha");
  std::uint64_t affinity = 1;
  while (serve(kModel, affinity << 32U) != a1) ++affinity;
  edit(a1, patch_with(&KeyPatch::expires_at, now_.wall));
  EXPECT_EQ(serve(kModel, affinity << 32U), a2);
}

TEST_F(KeyPoolQuota, AnOwnedResourceGoesToItsProjectOrNowhere) {
  const std::int64_t a1 = add_in("alpha");
  const std::int64_t a2 = add_in("alpha");
  const std::int64_t b = add_in("beta");
  const auto of_owner = [&](std::int64_t owner) { return pool_.acquire({kModel, 0, {}, 0, owner}, now_); };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(of_owner(a1)->key().id(), a1);
  edit(a1, patch_with(&KeyPatch::is_active, false));
  EXPECT_EQ(of_owner(a1)->key().id(), a2) << "a sibling shares the project's files";
  edit(a2, patch_with(&KeyPatch::is_active, false));
  EXPECT_EQ(of_owner(a1).error().code, ErrorCode::NoUpstreamKey);
  EXPECT_EQ(of_owner(b)->key().id(), b);
  EXPECT_EQ(of_owner(999).error().code, ErrorCode::NotFound);
  EXPECT_EQ(pool_.acquire({kModel, 0, {}, 0, 999, "beta"}, now_)->key().id(), b) << "any key of the project";
  EXPECT_EQ(pool_.acquire({kModel, 0, {}, 0, 999, "gamma"}, now_).error().code, ErrorCode::NotFound);
}

TEST_F(KeyPoolQuota, TheProjectThatGoogleNamesIsSuggested) {
  const std::int64_t id = add_in("alpha");
  Verdict verdict = limited(10s);
  verdict.consumer = "projects/123";
  EXPECT_EQ(meet(verdict), id);
  EXPECT_EQ(view(id).suggested_project, "projects/123");
  EXPECT_EQ(view(id).project, "alpha") << "the admin decides";
}

TEST_F(KeyPoolQuota, WhatWasNotTheProjectsFaultIsForgiven) {
  const std::int64_t a = add_in("alpha");
  const std::int64_t b = add_in("beta");
  Verdict unexplained = limited(10s, "");
  unexplained.is_unexplained = true;
  const std::int64_t first = meet(unexplained);
  EXPECT_EQ(meet(limited(30s, "PerMinute")), first == a ? b : a);
  EXPECT_EQ(served_by(), 0);
  pool_.forgive_unexplained();
  EXPECT_EQ(served_by(), first);
  EXPECT_EQ(view(first).state, KeyState::Ready);
  EXPECT_EQ(view(first == a ? b : a).state, KeyState::Cooling);
}

TEST_F(KeyPoolQuota, NamesOfModelsThatDoNotExistTakeNoRoom) {
  add_in("alpha");
  for (int i = 0; i < 2000; ++i) {
    auto lease = acquire("made-up-" + std::to_string(i));
    ASSERT_TRUE(lease.ok());
    pool_.report(*lease, {VerdictKind::ClientFault, 0ms, "", "no such model"}, {}, now_);
    lease->settle(0, now_);
  }
  EXPECT_EQ(meet(limited(10s)) != 0, true);
  EXPECT_EQ(served_by(), 0) << "a real model still gets a rest of its own";
  EXPECT_NE(served_by("made-up-1"), 0);
}

TEST_F(KeyPoolQuota, AClockThatIsSetForwardEndsTheDayAtOnce) {
  KeyDraft draft;
  draft.key_string = "AIzaSyDaily";
  draft.max_tokens_per_day = 10;
  const std::int64_t id = add(draft).id;
  acquire()->settle(10, now_);
  EXPECT_EQ(served_by(), 0);
  now_.wall = at("2026-06-16T08:00:00Z");
  EXPECT_EQ(served_by(), id);
}

TEST_F(KeyPoolQuota, TheShareOfALongRowOfRestingKeysIsSpreadOverAllOthers) {
  const auto ids = add_many(200);
  // The first hundred, side by side, rest.
  std::set<std::int64_t> tried;
  for (std::size_t i = 0; i < 100; ++i) {
    std::vector<std::int64_t> others;
    for (const std::int64_t id : ids) {
      if (id != ids[i]) others.push_back(id);
    }
    auto lease = acquire(kModel, 0, others);
    ASSERT_TRUE(lease.ok());
    pool_.report(*lease, limited(60s), {}, now_);
    lease->settle(0, now_);
  }
  const auto counts = tally(1000);
  EXPECT_EQ(counts.size(), 100U);
  for (const auto& [id, count] : counts) EXPECT_NEAR(count, 10, 5) << id;
}

TEST_F(KeyPoolQuota, ManyKeysComeAndGoWithoutLosingAny) {
  std::vector<std::int64_t> ids = add_many(200);
  for (int i = 0; i < 150; ++i) ASSERT_NE(meet(limited(60s)), 0);
  for (std::size_t i = 0; i < 100; ++i) ASSERT_TRUE(pool_.erase(ids[i], kChange).ok());
  for (int i = 0; i < 300; ++i) add("AIzaSyLater" + std::to_string(i));
  std::set<std::int64_t> served;
  for (int i = 0; i < 3000; ++i) served.insert(served_by());
  EXPECT_GE(served.size(), 300U);
  pass(60s);
  served.clear();
  for (int i = 0; i < 3000; ++i) {
    auto lease = acquire();
    ASSERT_TRUE(lease.ok());
    pool_.report(*lease, {}, {}, now_);
    served.insert(lease->key().id());
  }
  EXPECT_EQ(served.size(), 400U);
}

}  // namespace
}  // namespace geminate::keys
