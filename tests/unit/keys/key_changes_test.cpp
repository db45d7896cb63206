#include "backend/keys/key_changes.h"

#include "tests/unit/keys/pool_fixture.h"

namespace geminate::keys {
namespace {

class KeyChangesTest : public PoolTest {
 protected:
  bool look() { return changes_.refresh(pool_, now_); }
  std::vector<std::int64_t> facts_since(std::uint32_t version) const {
    std::vector<std::int64_t> ids;
    for (const auto& row : changes_.rows()) {
      if (row.facts_at > version) ids.push_back(row.id);
    }
    return ids;
  }
  std::vector<std::int64_t> activity_since(std::uint32_t version) const {
    std::vector<std::int64_t> ids;
    for (const auto& row : changes_.rows()) {
      if (row.activity_at > version) ids.push_back(row.id);
    }
    return ids;
  }

  using Ids = std::vector<std::int64_t>;
  KeyChanges changes_;
};

TEST_F(KeyChangesTest, SeesEveryKeyTheFirstTimeAndNothingTheSecond) {
  const Ids ids = add_many(3);
  EXPECT_TRUE(look());
  EXPECT_EQ(facts_since(0), ids);
  EXPECT_EQ(activity_since(0), ids);
  EXPECT_FALSE(look());
  pass(10s);
  EXPECT_FALSE(look()) << "time alone changes nothing of a key that rests from nothing";
}

TEST_F(KeyChangesTest, AnEditIsAFactAndARequestIsActivity) {
  const Ids ids = add_many(3);
  look();
  const std::uint32_t facts = changes_.facts_version();
  const std::uint32_t activity = changes_.activity_version();
  edit(ids[1], patch_with(&KeyPatch::description, std::string("renamed")));
  EXPECT_TRUE(look());
  EXPECT_EQ(facts_since(facts), Ids{ids[1]});
  EXPECT_EQ(activity_since(activity), Ids{});
  auto lease = acquire();
  ASSERT_TRUE(lease.ok());
  lease->settle(120, now_);
  EXPECT_TRUE(look());
  EXPECT_EQ(activity_since(activity), Ids{lease->key().id()});
  EXPECT_EQ(facts_since(changes_.facts_version()), Ids{});
}

TEST_F(KeyChangesTest, StatesThatBeginAndEndAreActivity) {
  const auto id = add("AIzaOnly").id;
  look();
  report(id, limited(30s));
  EXPECT_TRUE(look());
  EXPECT_EQ(changes_.rows().front().mark.state, KeyState::Cooling);
  pass(29s);
  EXPECT_FALSE(look()) << "the same rest, a little later";
  pass(2s);
  EXPECT_TRUE(look());
  EXPECT_EQ(changes_.rows().front().mark.state, KeyState::Ready);
  edit(id, patch_with(&KeyPatch::is_active, false));
  EXPECT_TRUE(look());
  EXPECT_EQ(changes_.rows().front().mark.state, KeyState::Disabled);
}

TEST_F(KeyChangesTest, JudgesEachStateAsTheListDoes) {
  const Ids ids = add_many(6);
  edit(ids[1], patch_with(&KeyPatch::is_active, false));
  edit(ids[2], patch_with(&KeyPatch::expires_at, now_.wall + std::chrono::minutes(1)));
  edit(ids[3], patch_with(&KeyPatch::max_tokens_per_day, std::int64_t{1}));
  for (int turn = 0; turn < 6; ++turn) {
    auto lease = acquire();
    if (!lease.ok()) break;
    const auto id = lease->key().id();
    if (id == ids[4]) pool_.report(*lease, {VerdictKind::Dead, {}, {}, "no such key"}, {}, now_);
    if (id == ids[5]) pool_.report(*lease, limited(10min), {}, now_);
    lease->settle(5, now_);
  }
  pass(2min);
  look();
  for (const auto& row : changes_.rows()) EXPECT_EQ(row.mark.state, view(row.id).state) << row.id;
}

TEST_F(KeyChangesTest, RemembersWhatIsGone) {
  const Ids ids = add_many(3);
  look();
  const std::uint32_t seen = changes_.facts_version();
  ASSERT_TRUE(pool_.erase(ids[0], kChange).ok());
  ASSERT_TRUE(pool_.erase(ids[2], kChange).ok());
  EXPECT_TRUE(look());
  auto gone = changes_.gone_since(seen);
  ASSERT_TRUE(gone);
  std::sort(gone->begin(), gone->end());
  EXPECT_EQ(*gone, (Ids{ids[0], ids[2]}));
  EXPECT_EQ(changes_.gone_since(changes_.facts_version()), Ids{});
  EXPECT_EQ(changes_.rows().size(), 1U);
}

TEST_F(KeyChangesTest, ANewKeyIsToldWhole) {
  add_many(2);
  look();
  const std::uint32_t facts = changes_.facts_version();
  const std::uint32_t activity = changes_.activity_version();
  const auto id = add("AIzaLater").id;
  EXPECT_TRUE(look());
  EXPECT_EQ(facts_since(facts), Ids{id});
  EXPECT_EQ(activity_since(activity), Ids{id});
}

TEST_F(KeyChangesTest, CountsStatesAsTheListHasThem) {
  const Ids ids = add_many(7);
  edit(ids[1], patch_with(&KeyPatch::is_active, false));
  edit(ids[2], patch_with(&KeyPatch::expires_at, now_.wall + std::chrono::minutes(1)));
  report(ids[0], limited(30s));
  const auto agree = [&](const char* when) {
    look();
    std::map<KeyState, std::size_t> listed;
    for (const UpstreamKeyView& key : pool_.list(now_)) ++listed[key.state];
    for (const auto& [state, name] : EnumNames<KeyState>::kNames)
      EXPECT_EQ(changes_.count(state), listed[state]) << name << ", " << when;
  };
  agree("with one that rests");
  pass(2min);
  agree("when its rest is over and another has expired");
  ASSERT_TRUE(pool_.erase(ids[3], kChange).ok());
  agree("after one was deleted");
}

TEST_F(KeyChangesTest, AnErrorAndATighterQuotaAreActivity) {
  const auto id = add("AIzaOnly").id;
  QuotaPatch limit;
  limit.key_id = id;
  limit.model = kModel;
  limit.requests_per_day = Patch<std::int64_t>::to(4);
  ASSERT_TRUE(pool_.set_quota(limit, {Caller::server(), AuditAction::QuotaUpdate}, now_).ok());
  look();
  EXPECT_EQ(view(id).quota_share, 0);
  EXPECT_EQ(view(id).last_error, std::nullopt);
  served_by();
  EXPECT_TRUE(look());
  EXPECT_EQ(view(id).quota_share, 25);
  EXPECT_EQ(view(id).quota_model, kModel);
  report(id, limited(30s));
  EXPECT_TRUE(look());
  EXPECT_EQ(view(id).last_error, KeyEventKind::Limited);
  EXPECT_EQ(view(id).last_error_at, now_.wall);
  pass(31s);
  served_by();
  EXPECT_EQ(view(id).last_error, KeyEventKind::Limited) << "a good answer does not undo it";
}

}  // namespace
}  // namespace geminate::keys
