#include "tests/unit/keys/pool_fixture.h"

namespace geminate::keys {
namespace {

class KeyPoolEdits : public PoolTest {
 protected:
  static KeyDraft draft_of(const std::string& text) {
    KeyDraft draft;
    draft.key_string = text;
    return draft;
  }
};

TEST_F(KeyPoolEdits, AnAddedKeyServesTheNextRequest) {
  const auto view = add("AIzaSyAdded");
  EXPECT_EQ(view.key_preview, "dded");
  EXPECT_EQ(view.origin, Origin::Console);
  EXPECT_EQ(view.revision, 1);
  EXPECT_EQ(served_by(), view.id);
  EXPECT_EQ(pool_.mode(), KeyStorageMode::Memory);
}

TEST_F(KeyPoolEdits, ADuplicateIsAConflictAndChangesNothing) {
  add("AIzaSyA");
  const auto version = pool_.version();
  KeyDraft draft;
  draft.key_string = " AIzaSyA ";
  EXPECT_EQ(pool_.add(draft, kChange, now_).error().code, ErrorCode::Conflict);
  EXPECT_EQ(pool_.list(now_).size(), 1U);
  EXPECT_EQ(pool_.version(), version);
}

TEST_F(KeyPoolEdits, AnEmptyKeyIsABadRequest) {
  const auto outcome = pool_.add({}, kChange, now_);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::BadRequest);
  EXPECT_EQ(outcome.error().field, "key_string");
}

TEST_F(KeyPoolEdits, DisableAndEnableHoldForTheNextRequest) {
  const auto view = add("AIzaSyA");
  edit(view.id, patch_with(&KeyPatch::is_active, false));
  EXPECT_EQ(served_by(), 0);
  edit(view.id, patch_with(&KeyPatch::is_active, true));
  EXPECT_EQ(served_by(), view.id);
}

TEST_F(KeyPoolEdits, AnEditAnswersWithTheNewRow) {
  const auto view = add("AIzaSyA");
  KeyPatch patch = patch_with<std::string>(&KeyPatch::description, "note");
  patch.revision = view.revision;
  const auto edited = pool_.update(view.id, patch, kChange, now_);
  ASSERT_TRUE(edited.ok());
  EXPECT_EQ(edited->description, "note");
  EXPECT_EQ(edited->revision, 2);
  EXPECT_EQ(pool_.update(view.id, patch, kChange, now_).error().code, ErrorCode::Conflict) << "stale by now";
  EXPECT_EQ(pool_.update(99, patch, kChange, now_).error().code, ErrorCode::NotFound);
}

TEST_F(KeyPoolEdits, ADeletedKeyIsGone) {
  const auto ids = add_many(2);
  ASSERT_TRUE(pool_.erase(ids[0], kChange).ok());
  EXPECT_EQ(tally(4), (std::map<std::int64_t, int>{{ids[1], 4}}));
  EXPECT_EQ(pool_.list(now_).size(), 1U);
  EXPECT_EQ(pool_.erase(ids[0], kChange).error().code, ErrorCode::NotFound);
}

TEST_F(KeyPoolEdits, AKeyThatIsAddedAgainBeginsAfresh) {
  const auto first = add("AIzaSyA");
  report(first.id, limited(1h));
  ASSERT_TRUE(pool_.erase(first.id, kChange).ok());
  const auto second = add("AIzaSyA");
  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(served_by(), second.id);
}

TEST_F(KeyPoolEdits, LoadShowsWhatTheStoreHolds) {
  add_many(2);
  ASSERT_TRUE(store_.erase({1}, kChange).ok());
  UpstreamKey row;
  row.text = Secret(std::string("AIzaSyBehindThePoolsBack"));
  ASSERT_TRUE(store_.insert({row}, kChange).ok());
  ASSERT_TRUE(pool_.load().ok());
  const auto views = pool_.list(now_);
  ASSERT_EQ(views.size(), 2U);
  EXPECT_EQ(views[0].id, 2);
  EXPECT_EQ(views[1].id, 3);
}

TEST_F(KeyPoolEdits, ImportAddsWhatIsNewAndTellsTheRest) {
  add("AIzaSyThere");
  const auto result =
      pool_.import({"AIzaSyThere, AIzaSyNew1\nAIzaSyNew2 AIzaSyNew1,密钥-very-wrong"}, kChange);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->added, 2);
  EXPECT_EQ(result->duplicates, 2);
  ASSERT_EQ(result->rejected.size(), 1U);
  EXPECT_EQ(result->rejected[0].position, 5);
  EXPECT_EQ(pool_.list(now_).size(), 3U);
  EXPECT_EQ(tally(9).size(), 3U);
  EXPECT_EQ(pool_.import({"AIzaSyNew1"}, kChange)->added, 0);
  EXPECT_EQ(pool_.import({" "}, kChange).error().code, ErrorCode::BadRequest);
}

TEST_F(KeyPoolEdits, ADryRunOfAnImportSaysTheSameAndChangesNothing) {
  add("AIzaSyThere");
  const auto result = pool_.import({"AIzaSyNew1 AIzaSyThere AIzaSyNew1 密钥", {}, true}, kChange);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->added, 1);
  EXPECT_EQ(result->duplicates, 2);
  EXPECT_EQ(result->duplicate_positions, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(result->rejected.size(), 1U);
  EXPECT_EQ(pool_.list(now_).size(), 1U);
  EXPECT_EQ(store_.load()->size(), 1U);
  EXPECT_EQ(pool_.import({"AIzaSyNew1"}, kChange)->added, 1) << "the dry run took its place";
}

TEST_F(KeyPoolEdits, BulkActionsAreDoneWholeOrNotAtAll) {
  const auto ids = add_many(3);
  EXPECT_EQ(pool_.bulk({{ids[0], ids[1], ids[0]}, BulkAction::Disable, {}}, kChange)->changed, 2);
  EXPECT_EQ(tally(3), (std::map<std::int64_t, int>{{ids[2], 3}}));
  EXPECT_EQ(pool_.bulk({{ids[0], 99}, BulkAction::Enable, {}}, kChange).error().code, ErrorCode::NotFound);
  EXPECT_FALSE(view(ids[0]).is_active);
  EXPECT_EQ(pool_.bulk({{ids[0]}, BulkAction::Enable, {}}, kChange)->changed, 1);
  EXPECT_TRUE(view(ids[0]).is_active);
  EXPECT_EQ(pool_.bulk({{ids[0], ids[1]}, BulkAction::SetProject, "alpha"}, kChange)->changed, 2);
  EXPECT_EQ(view(ids[1]).project, "alpha");
  EXPECT_EQ(pool_.bulk({{ids[0]}, BulkAction::SetProject, {}}, kChange)->changed, 1);
  EXPECT_FALSE(view(ids[0]).project);
  EXPECT_EQ(pool_.bulk({{ids[0], 99}, BulkAction::Delete, {}}, kChange).error().code, ErrorCode::NotFound);
  EXPECT_EQ(pool_.bulk({{ids[0], ids[1]}, BulkAction::Delete, {}}, kChange)->changed, 2);
  EXPECT_EQ(pool_.list(now_).size(), 1U);
  EXPECT_EQ(pool_.bulk({{99}, BulkAction::Check, {}}, kChange).error().code, ErrorCode::NotFound);
  EXPECT_EQ(pool_.bulk({{}, BulkAction::Enable, {}}, kChange).error().field, "ids");
}

TEST_F(KeyPoolEdits, BulkActionsSetAndClearTagsAndLimits) {
  const auto ids = add_many(2);
  EXPECT_EQ(pool_.bulk({ids, BulkAction::SetTags, "prod, eu,prod"}, kChange)->changed, 2);
  EXPECT_EQ(view(ids[1]).tags, (std::vector<std::string>{"prod", "eu"}));
  EXPECT_EQ(pool_.bulk({{ids[0]}, BulkAction::SetTags, {}}, kChange)->changed, 1);
  EXPECT_TRUE(view(ids[0]).tags.empty());
  EXPECT_EQ(pool_.bulk({ids, BulkAction::SetTokensPerDay, "600000"}, kChange)->changed, 2);
  EXPECT_EQ(pool_.bulk({ids, BulkAction::SetRequestsPerMinute, "10"}, kChange)->changed, 2);
  EXPECT_EQ(view(ids[0]).max_tokens_per_day, 600000);
  EXPECT_EQ(view(ids[1]).rate_limit_per_minute, 10);
  EXPECT_EQ(pool_.bulk({ids, BulkAction::SetTokensPerDay, {}}, kChange)->changed, 2);
  EXPECT_FALSE(view(ids[0]).max_tokens_per_day);
  for (const char* wrong : {"", "many", "10x", "0", "-1"}) {
    const auto refused = pool_.bulk({ids, BulkAction::SetRequestsPerMinute, wrong}, kChange);
    EXPECT_EQ(refused.error().code, ErrorCode::BadRequest) << wrong;
  }
  EXPECT_EQ(view(ids[0]).rate_limit_per_minute, 10);
}

/// A store whose disk is full.
class FailingStore final : public KeyStore {
 public:
  explicit FailingStore(KeyStore& inner) : inner_(inner) {}
  bool fails = false;

  [[nodiscard]] KeyStorageMode mode() const override { return inner_.mode(); }
  Result<std::vector<UpstreamKey>> load() override {
    if (fails) return fault();
    return inner_.load();
  }
  Result<std::vector<UpstreamKey>> insert(std::vector<UpstreamKey> rows, const Change& change) override {
    if (fails) return fault();
    return inner_.insert(std::move(rows), change);
  }
  Result<UpstreamKey> update(std::int64_t id, const KeyPatch& patch, const Change& change) override {
    if (fails) return fault();
    return inner_.update(id, patch, change);
  }
  Result<std::vector<UpstreamKey>> update_many(const std::vector<std::int64_t>& ids, const KeyPatch& patch,
                                               const Change& change) override {
    if (fails) return fault();
    return inner_.update_many(ids, patch, change);
  }
  Status erase(const std::vector<std::int64_t>& ids, const Change& change) override {
    if (fails) return fault();
    return inner_.erase(ids, change);
  }
  Status save_findings(const std::vector<KeyFinding>& findings) override {
    if (fails) return fault();
    return inner_.save_findings(findings);
  }
  [[nodiscard]] std::string fingerprint_of(const Secret& text) const override {
    return inner_.fingerprint_of(text);
  }

 private:
  static Error fault() { return Error{ErrorCode::Unavailable, "the disk is full", {}, {}, {}}; }
  KeyStore& inner_;
};

TEST_F(KeyPoolEdits, WhatTheStoreRefusesTheRequestsDoNotSee) {
  FailingStore failing(store_);
  KeyPool pool(failing);
  const std::int64_t id = pool.add(draft_of("AIzaSyA"), kChange, now_)->id;
  failing.fails = true;
  EXPECT_FALSE(pool.add(draft_of("AIzaSyB"), kChange, now_).ok());
  EXPECT_FALSE(pool.update(id, patch_with(&KeyPatch::is_active, false), kChange, now_).ok());
  EXPECT_FALSE(pool.erase(id, kChange).ok());
  EXPECT_FALSE(pool.import({"AIzaSyC"}, kChange).ok());
  EXPECT_FALSE(pool.bulk({{id}, BulkAction::Disable, {}}, kChange).ok());
  EXPECT_FALSE(pool.bulk({{id}, BulkAction::Delete, {}}, kChange).ok());
  EXPECT_FALSE(pool.load().ok());
  ASSERT_EQ(pool.list(now_).size(), 1U);
  EXPECT_EQ(pool.acquire({kModel, 0, {}}, now_)->key().id(), id) << "proxying goes on from memory";
}

TEST_F(KeyPoolEdits, FindingsThatCouldNotBeSavedAreOfferedAgain) {
  FailingStore failing(store_);
  KeyPool pool(failing);
  ASSERT_TRUE(pool.add(draft_of("AIzaSyA"), kChange, now_).ok());
  pool.acquire({kModel, 0, {}}, now_)->settle(5, now_);
  failing.fails = true;
  EXPECT_FALSE(pool.flush_findings().ok());
  failing.fails = false;
  ASSERT_TRUE(pool.flush_findings().ok());
  EXPECT_EQ(store_.load()->front().tokens_used, 5);
}

}  // namespace
}  // namespace geminate::keys
