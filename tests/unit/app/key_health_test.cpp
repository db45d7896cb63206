#include "backend/app/key_health.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "backend/keys/memory_key_store.h"

namespace geminate::app {
namespace {

using namespace std::chrono_literals;

const Caller kWho = Caller::first_admin(Entrance::Session);

observe::LogOptions quiet() {
  observe::LogOptions options;
  options.level = observe::Level::Error;
  return options;
}

class KeyHealthTest : public ::testing::Test {
 protected:
  struct Sent {
    std::int64_t key_id;
    proxy::KeyChecks::Done done;
  };
  using Kinds = std::vector<KeyEventKind>;

  void SetUp() override {
    ASSERT_TRUE(pool_.load().ok());
    ASSERT_TRUE(health_.load().ok());
  }
  std::int64_t add(const std::string& text) {
    KeyDraft draft;
    draft.key_string = text;
    const auto view = edits_.add(draft, kWho);
    EXPECT_TRUE(view.ok());
    return view.ok() ? view->id : 0;
  }
  /// What happened to the key, oldest first.
  Kinds kinds_of(std::int64_t id) {
    Kinds kinds;
    for (const auto& event : health_.api_facts().history(id, 100, {}).events) {
      kinds.insert(kinds.begin(), event.kind);
    }
    return kinds;
  }
  void pass(std::chrono::seconds time) {
    for (; time.count() > 0; time -= 1s) {
      now_.wall += 1s;
      now_.steady += 1s;
      health_.tick(now_);
    }
  }
  void blame(std::int64_t id, keys::VerdictKind kind) {
    auto lease = pool_.lease_for_check(id, now_);
    ASSERT_TRUE(lease.ok());
    pool_.report_check(*lease, {kind, {}, {}, "because"}, {"r-1", 403, "denied"}, now_);
  }

  keys::MemoryKeyStore store_{{}};
  keys::KeyPool pool_{store_};
  observe::LiveFeed feed_;
  observe::Metrics metrics_{1};
  observe::Log log_{quiet()};
  std::vector<Sent> sent_;
  Now now_ = geminate::now();
  KeyHealth health_{pool_,
                    feed_,
                    metrics_,
                    log_,
                    {true, 100, 60s},
                    nullptr,
                    [this](std::int64_t id, std::string, proxy::KeyChecks::Done done) {
                      sent_.push_back({id, std::move(done)});
                    },
                    [](const std::function<void()>& task) { task(); }};
  admin::KeyEdits edits_{pool_, health_.edit_hooks()};
};

TEST_F(KeyHealthTest, ChecksWhatIsAddedImportedOrGivenANewText) {
  const auto id = add("first-key-aaaa");
  ASSERT_EQ(sent_.size(), 1U);
  EXPECT_EQ(sent_[0].key_id, id);
  ASSERT_TRUE(edits_.import({"other-key-bbbb third-key-cccc first-key-aaaa"}, kWho).ok());
  EXPECT_EQ(sent_.size(), 3U) << "the duplicate is not checked";
  KeyPatch patch;
  patch.key_string = Patch<std::string>::to("fresh-key-dddd");
  ASSERT_TRUE(edits_.update(id, patch, kWho).ok());
  ASSERT_EQ(sent_.size(), 4U);
  EXPECT_EQ(sent_[3].key_id, id);
  EXPECT_EQ(kinds_of(id), (Kinds{KeyEventKind::Added, KeyEventKind::Replaced}));
}

TEST_F(KeyHealthTest, WritesDownWhatAnAdminChangesAndNothingElse) {
  const auto id = add("first-key-aaaa");
  const auto other = add("other-key-bbbb");
  KeyPatch patch;
  patch.is_active = Patch<bool>::to(true);
  patch.description = Patch<std::string>::to("mine");
  ASSERT_TRUE(edits_.update(id, patch, kWho).ok()) << "says what it was already";
  patch.is_active = Patch<bool>::to(false);
  ASSERT_TRUE(edits_.update(id, patch, kWho).ok());
  ASSERT_TRUE(edits_.bulk({{id, other}, BulkAction::Enable, {}}, kWho).ok());
  ASSERT_TRUE(edits_.bulk({{id, other}, BulkAction::Disable, {}}, kWho).ok());
  ASSERT_TRUE(edits_.bulk({{other}, BulkAction::Delete, {}}, kWho).ok());
  ASSERT_TRUE(edits_.erase(id, kWho).ok());
  EXPECT_EQ(kinds_of(id), (Kinds{KeyEventKind::Added, KeyEventKind::Disabled, KeyEventKind::Enabled,
                                 KeyEventKind::Disabled, KeyEventKind::Deleted}));
  EXPECT_EQ(kinds_of(other), (Kinds{KeyEventKind::Added, KeyEventKind::Disabled, KeyEventKind::Deleted}));
}

TEST_F(KeyHealthTest, KeepsTheEvidenceOfWhatARequestFoundOut) {
  const auto id = add("first-key-aaaa");
  blame(id, keys::VerdictKind::Suspect);
  const auto event = health_.api_facts().history(id, 1, {}).events.at(0);
  EXPECT_EQ(event.kind, KeyEventKind::Suspect);
  EXPECT_EQ(event.reason, "because");
  EXPECT_EQ(event.request_id, "r-1");
  EXPECT_EQ(event.http_status, 403);
  EXPECT_EQ(event.excerpt, "denied");
}

TEST_F(KeyHealthTest, NoticesWhenAKeysTimeIsOver) {
  const auto id = add("first-key-aaaa");
  KeyPatch patch;
  patch.expires_at = Patch<Timestamp>::to(now_.wall + 25s);
  ASSERT_TRUE(edits_.update(id, patch, kWho).ok());
  pass(20s);
  EXPECT_EQ(kinds_of(id), (Kinds{KeyEventKind::Added}));
  pass(60s);
  EXPECT_EQ(kinds_of(id), (Kinds{KeyEventKind::Added, KeyEventKind::Expired})) << "once";
}

TEST_F(KeyHealthTest, ChecksSuspectsAgainOnceWorkersAreThere) {
  const auto id = add("first-key-aaaa");
  sent_.clear();
  blame(id, keys::VerdictKind::Suspect);
  pass(80s);
  EXPECT_TRUE(sent_.empty()) << "no worker yet";
  health_.begin_rechecks();
  pass(2s);
  ASSERT_EQ(sent_.size(), 1U);
  EXPECT_EQ(sent_[0].key_id, id);
}

TEST_F(KeyHealthTest, ChecksNoSuspectAgainThatIsNotInUse) {
  const auto id = add("first-key-aaaa");
  sent_.clear();
  health_.begin_rechecks();
  ASSERT_TRUE(edits_.bulk({{id}, BulkAction::Disable, {}}, kWho).ok());
  health_.save();
  // A request that was in flight finds it out.
  blame(id, keys::VerdictKind::Suspect);
  pass(3600s);
  EXPECT_TRUE(sent_.empty());
}

TEST_F(KeyHealthTest, SumsAMassEditUpInOneEvent) {
  const auto id = add("first-key-aaaa");
  blame(id, keys::VerdictKind::Suspect);
  std::string text;
  for (int i = 0; i < 1500; ++i) text += "mass-key-" + std::to_string(i) + ' ';
  ASSERT_TRUE(edits_.import({text}, kWho).ok());
  const auto newest = health_.api_facts().history({}, 1, {}).events.at(0);
  EXPECT_EQ(newest.kind, KeyEventKind::Added);
  EXPECT_EQ(newest.key_id, 0);
  EXPECT_NE(newest.reason.find("1500 keys"), std::string::npos) << newest.reason;
  EXPECT_EQ(kinds_of(id), (Kinds{KeyEventKind::Added, KeyEventKind::Suspect}));
}

TEST_F(KeyHealthTest, LeavesDeadKeysAlone) {
  const auto id = add("first-key-aaaa");
  sent_.clear();
  health_.begin_rechecks();
  blame(id, keys::VerdictKind::Dead);
  pass(3600s);
  EXPECT_TRUE(sent_.empty());
}

TEST_F(KeyHealthTest, BeginsFewRechecksAtATime) {
  for (int i = 0; i < 100; ++i) blame(add("some-key-" + std::to_string(i)), keys::VerdictKind::Suspect);
  for (const auto& sent : std::exchange(sent_, {})) sent.done({sent.key_id, CheckVerdict::Suspect, 403, {}});
  health_.begin_rechecks();
  std::size_t most = 0;
  for (int second = 0; second < 120; ++second) {
    const auto before = sent_.size();
    pass(1s);
    most = std::max(most, sent_.size() - before);
  }
  EXPECT_EQ(sent_.size(), 100U);
  EXPECT_LE(most, 4U);
}

TEST_F(KeyHealthTest, StartsAJobForASelectionForAllAndForTheBulkAction) {
  const auto id = add("first-key-aaaa");
  add("other-key-bbbb");
  const auto facts = health_.api_facts();
  EXPECT_EQ(facts.start({std::vector<std::int64_t>{id}, {}}, kWho)->total, 1);
  EXPECT_EQ(facts.start({{}, true}, kWho)->total, 2);
  ASSERT_TRUE(edits_.bulk({{id}, BulkAction::Check, {}}, kWho).ok());
  EXPECT_EQ(facts.list().checks.at(0).total, 1);
  EXPECT_EQ(facts.start({{}, {}}, kWho).error().code, ErrorCode::BadRequest);
  EXPECT_EQ(facts.start({std::vector<std::int64_t>{id}, true}, kWho).error().code, ErrorCode::BadRequest);
  EXPECT_EQ(facts.start({std::vector<std::int64_t>{4711}, {}}, kWho).error().code, ErrorCode::NotFound);
}

TEST_F(KeyHealthTest, TellsThoseWhoListen) {
  const auto listener = feed_.subscribe([] {});
  ASSERT_TRUE(listener.ok());
  const auto id = add("first-key-aaaa");
  std::shared_ptr<const std::string> frame;
  ASSERT_EQ(feed_.take(**listener, frame), observe::LiveFeed::Next::Frame);
  EXPECT_NE(frame->find("event: key\n"), std::string::npos);
  EXPECT_NE(frame->find("\"key_id\":" + std::to_string(id)), std::string::npos) << *frame;
  EXPECT_NE(frame->find("\"kind\":\"added\""), std::string::npos) << *frame;
  EXPECT_NE(metrics_.render().find("geminate_key_events_total{kind=\"added\"} 1\n"), std::string::npos);
}

}  // namespace
}  // namespace geminate::app
