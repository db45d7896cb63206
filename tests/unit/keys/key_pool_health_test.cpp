#include "tests/unit/keys/pool_fixture.h"

namespace geminate::keys {
namespace {

const Verdict kDead{VerdictKind::Dead, 0ms, "", "Google says that the key is not valid"};
const Verdict kSuspect{VerdictKind::Suspect, 0ms, "", "Google did not accept the key (401)"};
const Verdict kFine{};

class KeyPoolHealth : public PoolTest {};

TEST_F(KeyPoolHealth, ALimitRestsOneModelOfOneKeyForExactlySoLong) {
  const auto ids = add_many(2);
  report(ids[0], limited(36s));
  EXPECT_EQ(tally(4), (std::map<std::int64_t, int>{{ids[1], 4}}));
  EXPECT_EQ(view(ids[0]).cooldowns.size(), 1U);
  std::map<std::int64_t, int> others;
  for (int i = 0; i < 4; ++i) ++others[served_by("gemini-2.5-pro")];
  EXPECT_EQ(others.size(), 2U) << "another model goes on";
  pass(35'999ms);
  EXPECT_FALSE(tally(4).contains(ids[0]));
  pass(1ms);
  EXPECT_TRUE(tally(4).contains(ids[0]));
}

TEST_F(KeyPoolHealth, KeysOfOneProjectRestTogetherAndOthersDoNot) {
  const auto ids = add_many(3);
  edit(ids[0], patch_with<std::string>(&KeyPatch::project, "alpha"));
  edit(ids[1], patch_with<std::string>(&KeyPatch::project, "alpha"));
  report(ids[0], limited(30s));
  EXPECT_EQ(tally(6), (std::map<std::int64_t, int>{{ids[2], 6}}));
  EXPECT_EQ(view(ids[1]).cooldowns.at(0).project, "alpha");
  edit(ids[1], patch_with<std::string>(&KeyPatch::project, "beta"));
  EXPECT_TRUE(tally(6).contains(ids[1])) << "moved to a project that has quota";
  edit(ids[1], patch_with<std::string>(&KeyPatch::project, "alpha"));
  EXPECT_FALSE(tally(6).contains(ids[1])) << "and back to the one that rests";
}

TEST_F(KeyPoolHealth, CooldownsOutliveEdits) {
  const auto ids = add_many(2);
  report(ids[0], limited(30s));
  edit(ids[0], patch_with<std::string>(&KeyPatch::description, "edited"));
  EXPECT_FALSE(tally(4).contains(ids[0]));
  ASSERT_TRUE(pool_.load().ok());
  EXPECT_FALSE(tally(4).contains(ids[0])) << "nor does a reload end it";
}

TEST_F(KeyPoolHealth, AModelWithoutQuotaIsLeftOutAndTheKeyServesOthers) {
  const std::int64_t id = add("AIzaSyFree").id;
  report(id, {VerdictKind::NoQuotaForModel, 24h, "q", "no quota for this model"}, "gemini-2.5-pro");
  EXPECT_EQ(served_by("gemini-2.5-pro"), 0);
  EXPECT_EQ(served_by("gemini-2.5-flash"), id);
}

TEST_F(KeyPoolHealth, ADeadKeyIsOutAtOnceWithItsReason) {
  const auto ids = add_many(2);
  const auto version = pool_.version();
  report(ids[0], kDead);
  EXPECT_GT(pool_.version(), version);
  EXPECT_EQ(tally(4), (std::map<std::int64_t, int>{{ids[1], 4}}));
  EXPECT_EQ(view(ids[0]).state, KeyState::Dead);
  EXPECT_EQ(view(ids[0]).state_reason, kDead.reason);
  EXPECT_TRUE(view(ids[0]).is_active) << "the admin's wish is not the server's finding";
  pass(48h);
  EXPECT_FALSE(tally(4).contains(ids[0])) << "time heals no dead key";
}

TEST_F(KeyPoolHealth, DeathIsKeptInTheStore) {
  const std::int64_t id = add("AIzaSyDead").id;
  report(id, kDead);
  ASSERT_TRUE(pool_.flush_findings().ok());
  KeyPool restarted(store_);
  ASSERT_TRUE(restarted.load().ok());
  EXPECT_EQ(restarted.list(now_).at(0).state, KeyState::Dead);
  EXPECT_EQ(restarted.list(now_).at(0).state_reason, kDead.reason);
  EXPECT_EQ(restarted.acquire({kModel, 0, {}}, now_).error().code, ErrorCode::CredentialsExhausted);
}

TEST_F(KeyPoolHealth, ANewTextRevivesAndVerdictsAboutTheOldOneAreVoid) {
  const std::int64_t id = add("AIzaSyOld").id;
  auto old_lease = acquire();
  auto older_lease = acquire();
  ASSERT_TRUE(old_lease.ok() && older_lease.ok());
  pool_.report(*old_lease, kDead, {}, now_);
  edit(id, patch_with<std::string>(&KeyPatch::key_string, "AIzaSyNew"));
  EXPECT_EQ(served_by(), id);
  pool_.report(*older_lease, kDead, {}, now_);
  EXPECT_EQ(served_by(), id) << "a late verdict about the old text";
  EXPECT_EQ(view(id).state, KeyState::Ready);
}

TEST_F(KeyPoolHealth, ANewTextDoesNotInheritCooldowns) {
  const std::int64_t id = add("AIzaSyOld").id;
  report(id, limited(1h));
  edit(id, patch_with<std::string>(&KeyPatch::key_string, "AIzaSyNew"));
  EXPECT_EQ(served_by(), id);
}

TEST_F(KeyPoolHealth, EnablingADeadKeyDoesNotReviveIt) {
  const std::int64_t id = add("AIzaSyDead").id;
  report(id, kDead);
  edit(id, patch_with(&KeyPatch::is_active, false));
  edit(id, patch_with(&KeyPatch::is_active, true));
  EXPECT_EQ(view(id).state, KeyState::Dead);
}

TEST_F(KeyPoolHealth, ASuspectIsBenchedFiveMinutesThenTriedByOneRequest) {
  const auto ids = add_many(2);
  report(ids[0], kSuspect);
  EXPECT_EQ(view(ids[0]).state, KeyState::Suspect);
  EXPECT_EQ(view(ids[0]).state_until, now_.wall + 5min);
  EXPECT_EQ(view(ids[0]).state_reason, kSuspect.reason);
  pass(5min - 1ms);
  EXPECT_FALSE(tally(6).contains(ids[0]));
  pass(1ms);
  EXPECT_EQ(tally(6).at(ids[0]), 1) << "half-open: one try";
}

TEST_F(KeyPoolHealth, ASuspectThatServesIsWellAgain) {
  const auto ids = add_many(2);
  report(ids[0], kSuspect);
  pass(5min);
  bool served = false;
  for (int i = 0; i < 4 && !served; ++i) {
    auto lease = acquire();
    ASSERT_TRUE(lease.ok());
    served = lease->key().id() == ids[0];
    if (served) pool_.report(*lease, kFine, {}, now_);
  }
  ASSERT_TRUE(served);
  EXPECT_EQ(view(ids[0]).state, KeyState::Ready);
  EXPECT_EQ(tally(6).at(ids[0]), 3);
}

TEST_F(KeyPoolHealth, ASuspectThatFailsItsTrialIsBenchedAgain) {
  const std::int64_t id = add("AIzaSyA").id;
  report(id, kSuspect);
  pass(5min);
  report(id, kSuspect);
  EXPECT_EQ(served_by(), 0);
  EXPECT_EQ(view(id).state_until, now_.wall + 5min);
}

TEST_F(KeyPoolHealth, ATrialThatTellsNothingIsRepeatedAMinuteLater) {
  const std::int64_t id = add("AIzaSyA").id;
  report(id, kSuspect);
  pass(5min);
  report(id, {VerdictKind::UpstreamFault, 0ms, "", "Google failed"});
  EXPECT_EQ(served_by(), 0);
  pass(60s);
  EXPECT_EQ(served_by(), id);
}

TEST_F(KeyPoolHealth, OnlySuspectsAreCredentialsExhaustedUntilTheFirstIsBack) {
  const std::int64_t id = add("AIzaSyA").id;
  report(id, kSuspect);
  pass(1min);
  const auto refused = acquire();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::CredentialsExhausted);
  EXPECT_EQ(refused.error().retry_after, 4min);
}

TEST_F(KeyPoolHealth, NobodysFaultBenchesNobody) {
  const std::int64_t id = add("AIzaSyA").id;
  for (const VerdictKind kind :
       {VerdictKind::Fine, VerdictKind::WrongOwner, VerdictKind::ClientFault, VerdictKind::UpstreamFault}) {
    report(id, {kind, 1h, "q", "words"});
    EXPECT_EQ(served_by(), id);
    EXPECT_EQ(view(id).state, KeyState::Ready);
    EXPECT_TRUE(view(id).cooldowns.empty());
  }
}

TEST_F(KeyPoolHealth, AVerdictCountsAfterTheLeaseHasEndedToo) {
  const std::int64_t id = add("AIzaSyA").id;
  auto lease = acquire();
  ASSERT_TRUE(lease.ok());
  lease->settle(0, now_);
  pool_.report(*lease, kDead, {}, now_);
  EXPECT_EQ(view(id).state, KeyState::Dead);
  pool_.report(KeyLease{}, kDead, {}, now_);
}

TEST_F(KeyPoolHealth, ALateSuccessDoesNotTalkADeadKeyBackToLife) {
  const std::int64_t id = add("AIzaSyA").id;
  auto slow = acquire();
  ASSERT_TRUE(slow.ok());
  report(id, kDead);
  pool_.report(*slow, kFine, {}, now_);
  EXPECT_EQ(view(id).state, KeyState::Dead);
}

TEST_F(KeyPoolHealth, ACheckLetsTheNextRequestTry) {
  const std::int64_t id = add("AIzaSyA").id;
  report(id, kDead);
  ASSERT_TRUE(pool_.flush_findings().ok());
  const auto checked = pool_.bulk({{id}, BulkAction::Check, {}}, kChange);
  ASSERT_TRUE(checked.ok());
  EXPECT_EQ(checked->changed, 1);
  report(id, kFine);
  EXPECT_EQ(view(id).state, KeyState::Ready);
  ASSERT_TRUE(pool_.flush_findings().ok());
  EXPECT_FALSE(store_.load()->front().is_dead);
  EXPECT_EQ(pool_.bulk({{id}, BulkAction::Check, {}}, kChange)->changed, 0) << "a healthy one needs none";
}

}  // namespace
}  // namespace geminate::keys
