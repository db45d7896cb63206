#include "shared/codec/codec.h"
#include "tests/unit/keys/pool_fixture.h"

namespace geminate::keys {
namespace {

class KeyView : public PoolTest {};

TEST_F(KeyView, ShowsEveryFieldOfTheRowAndNotTheKey) {
  KeyDraft draft;
  draft.key_string = "AIzaSyCanaryCanaryCanaryWXYZ";
  draft.description = "note";
  draft.expires_at = now_.wall + 24h;
  draft.enable_context_management = true;
  draft.context_window = 1000;
  draft.max_tokens_per_day = 2000;
  draft.rate_limit_per_minute = 30;
  draft.user_id = "someone";
  draft.project = "alpha";
  draft.tags = std::vector<std::string>{"a", "b"};
  draft.weight = 5;
  draft.priority = -3;
  const auto view = add(draft);
  EXPECT_EQ(view.key_preview, "WXYZ");
  EXPECT_EQ(view.fingerprint.size(), 32U);
  EXPECT_EQ(view.description, "note");
  EXPECT_EQ(view.expires_at, draft.expires_at);
  EXPECT_TRUE(view.is_active);
  EXPECT_FALSE(view.is_system);
  EXPECT_TRUE(view.enable_context_management);
  EXPECT_EQ(view.context_window, 1000);
  EXPECT_EQ(view.max_tokens_per_day, 2000);
  EXPECT_EQ(view.rate_limit_per_minute, 30);
  EXPECT_EQ(view.proxy_key_type, "gemini");
  EXPECT_EQ(view.user_id, "someone");
  EXPECT_EQ(view.project, "alpha");
  EXPECT_EQ(view.tags, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(view.weight, 5);
  EXPECT_EQ(view.priority, -3);
  EXPECT_EQ(view.state, KeyState::Ready);
  EXPECT_FALSE(view.state_reason || view.state_until || view.last_used_at);
  EXPECT_EQ(codec::to_json(view).find("Canary"), std::string::npos);
}

TEST_F(KeyView, KnowsTheEnvironmentsKeys) {
  MemoryKeyStore store({Secret(std::string("AIzaSyFromEnvironment"))});
  KeyPool pool(store);
  ASSERT_TRUE(pool.load().ok());
  EXPECT_TRUE(pool.list(now_).at(0).is_system);
  EXPECT_EQ(pool.list(now_).at(0).origin, Origin::Environment);
}

TEST_F(KeyView, LastUsedIsWhenARequestTookIt) {
  const std::int64_t id = add("AIzaSyA").id;
  pass(5s);
  served_by();
  EXPECT_EQ(view(id).last_used_at, now_.wall);
}

TEST_F(KeyView, TheGravestStateIsShown) {
  KeyDraft draft;
  draft.key_string = "AIzaSyA";
  draft.rate_limit_per_minute = 3;
  draft.expires_at = now_.wall + 24h;
  const std::int64_t id = add(draft).id;
  EXPECT_EQ(view(id).state, KeyState::Ready);

  report(id, limited(10min, "PerDay"));
  EXPECT_EQ(view(id).state, KeyState::Cooling);
  EXPECT_EQ(view(id).state_until, now_.wall + 10min);
  EXPECT_EQ(view(id).state_reason, "quota is spent");

  EXPECT_EQ(served_by("other"), id);
  auto lease = acquire("other");
  ASSERT_TRUE(lease.ok());
  EXPECT_EQ(view(id).state, KeyState::Spent);
  EXPECT_EQ(view(id).state_until, now_.wall + 60s);
  EXPECT_NE(view(id).state_reason->find("3 requests"), std::string::npos);

  pool_.report(*lease, {VerdictKind::Suspect, 0ms, "", "denied"}, {}, now_);
  EXPECT_EQ(view(id).state, KeyState::Suspect);
  EXPECT_EQ(view(id).state_reason, "denied");

  pool_.report(*lease, {VerdictKind::Dead, 0ms, "", "invalid"}, {}, now_);
  EXPECT_EQ(view(id).state, KeyState::Dead);

  pass(24h);
  EXPECT_EQ(view(id).state, KeyState::Expired);
  EXPECT_NE(view(id).state_reason->find("2026-06-16T12:00:00Z"), std::string::npos);

  edit(id, patch_with(&KeyPatch::is_active, false));
  EXPECT_EQ(view(id).state, KeyState::Disabled);
  EXPECT_TRUE(view(id).state_reason);
}

TEST_F(KeyView, ASpentDaySaysSoWithItsEnd) {
  KeyDraft draft;
  draft.key_string = "AIzaSyA";
  draft.max_tokens_per_day = 10;
  const std::int64_t id = add(draft).id;
  acquire()->settle(12, now_);
  EXPECT_EQ(view(id).state, KeyState::Spent);
  EXPECT_EQ(view(id).state_reason, "12 of 10 tokens of the day are spent");
  EXPECT_EQ(view(id).state_until, at("2026-06-16T07:00:00Z"));
}

TEST_F(KeyView, CooldownsAreListedInEveryStateAndVanishWhenTheyEnd) {
  const std::int64_t id = add("AIzaSyA").id;
  report(id, limited(20s, "q1"), "one");
  report(id, limited(10s, "q2"), "two");
  edit(id, patch_with(&KeyPatch::is_active, false));
  auto cooldowns = view(id).cooldowns;
  ASSERT_EQ(cooldowns.size(), 2U);
  EXPECT_EQ(cooldowns[0].model, "two");
  EXPECT_EQ(cooldowns[0].quota, "q2");
  pass(10s);
  EXPECT_EQ(view(id).cooldowns.size(), 1U);
  pass(10s);
  EXPECT_TRUE(view(id).cooldowns.empty());
}

TEST_F(KeyView, TheListIsInTheOrderOfIds) {
  const auto ids = add_many(10);
  edit(ids[3], patch_with(&KeyPatch::priority, 100));
  const auto views = pool_.list(now_);
  for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(views[i].id, ids[i]);
}

}  // namespace
}  // namespace geminate::keys
