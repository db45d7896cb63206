#pragma once

// What every KeyStore promises. A store's own test includes this and instantiates the suite:
//
//   INSTANTIATE_TEST_SUITE_P(Memory, KeyStoreContract, testing::Values(&make_memory_bench));

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "backend/keys/key_store.h"

namespace geminate::keys::contract {

/// A store to test and whatever it stands on (a folder, a file). Begins without keys.
class KeyStoreBench {
 public:
  virtual ~KeyStoreBench() = default;
  virtual KeyStore& store() = 0;
  /// Closes the store and opens it anew over the same data, as a restart would; false where a restart keeps
  /// nothing.
  virtual bool restart() = 0;
};

using MakeBench = std::function<std::unique_ptr<KeyStoreBench>()>;

class KeyStoreContract : public testing::TestWithParam<MakeBench> {
 protected:
  KeyStore& store() { return bench_->store(); }
  bool restart() { return bench_->restart(); }

  static UpstreamKey row(const std::string& text) {
    UpstreamKey key;
    key.text = Secret(text);
    return key;
  }

  UpstreamKey insert(const std::string& text) { return insert(row(text)); }
  UpstreamKey insert(const UpstreamKey& key) {
    auto rows = store().insert({key}, kChange);
    if (!rows.ok()) {
      ADD_FAILURE() << rows.error().message;
      return {};
    }
    EXPECT_EQ(rows->size(), 1U);
    return rows->front();
  }

  std::vector<UpstreamKey> load() {
    auto rows = store().load();
    EXPECT_TRUE(rows.ok());
    return rows.ok() ? std::move(rows).value() : std::vector<UpstreamKey>{};
  }

  /// The stored row; fails the test when it is not there.
  UpstreamKey loaded(std::int64_t id) {
    for (UpstreamKey& key : load()) {
      if (key.id == id) return key;
    }
    ADD_FAILURE() << "no row " << id;
    return {};
  }

  static void expect_same(const UpstreamKey& left, const UpstreamKey& right) {
    EXPECT_EQ(left.id, right.id);
    EXPECT_EQ(left.text.reveal(), right.text.reveal());
    EXPECT_EQ(left.fingerprint, right.fingerprint);
    EXPECT_EQ(left.description, right.description);
    EXPECT_EQ(left.created_at, right.created_at);
    EXPECT_EQ(left.expires_at, right.expires_at);
    EXPECT_EQ(left.is_active, right.is_active);
    EXPECT_EQ(left.enable_context_management, right.enable_context_management);
    EXPECT_EQ(left.context_window, right.context_window);
    EXPECT_EQ(left.max_tokens_per_day, right.max_tokens_per_day);
    EXPECT_EQ(left.rate_limit_per_minute, right.rate_limit_per_minute);
    EXPECT_EQ(left.user_id, right.user_id);
    EXPECT_EQ(left.project, right.project);
    EXPECT_EQ(left.tags, right.tags);
    EXPECT_EQ(left.weight, right.weight);
    EXPECT_EQ(left.priority, right.priority);
    EXPECT_EQ(left.revision, right.revision);
    EXPECT_EQ(left.is_dead, right.is_dead);
    EXPECT_EQ(left.dead_reason, right.dead_reason);
    EXPECT_EQ(left.last_used_at, right.last_used_at);
    EXPECT_EQ(left.tokens_used, right.tokens_used);
    EXPECT_EQ(left.used_day, right.used_day);
  }

  static UpstreamKey full_row() {
    UpstreamKey key = row("AIzaSyWithEverything-set_0123456789");
    key.description = "生产环境 \"quoted\" 'and' \\ \n second line 🔑";
    key.expires_at = parse_rfc3339("2031-05-06T07:08:09.123Z");
    key.is_active = false;
    key.enable_context_management = true;
    key.context_window = 128'000;
    key.max_tokens_per_day = 1'000'000'000'000;
    key.rate_limit_per_minute = 15;
    key.user_id = "Frau Müller; DROP TABLE upstream_keys";
    key.project = "项目-a";
    key.tags = {"paid", "tag, with comma", "标签", "\"quoted\""};
    key.weight = 1000;
    key.priority = -1000;
    return key;
  }

  static KeyPatch described(const std::string& description) {
    KeyPatch patch;
    patch.description = Patch<std::string>::to(description);
    return patch;
  }

  inline static const Change kChange{Caller::server(), AuditAction::KeyUpdate};

 private:
  std::unique_ptr<KeyStoreBench> bench_ = GetParam()();
};

TEST_P(KeyStoreContract, BeginsEmpty) { EXPECT_TRUE(load().empty()); }

TEST_P(KeyStoreContract, GivesNewRowsIdFingerprintTimeAndRevision) {
  const Timestamp before = now().wall;
  const UpstreamKey key = insert("AIzaSyFirst");
  EXPECT_GT(key.id, 0);
  EXPECT_EQ(key.fingerprint, store().fingerprint_of(Secret(std::string("AIzaSyFirst"))));
  EXPECT_FALSE(key.fingerprint.empty());
  EXPECT_EQ(key.revision, 1);
  EXPECT_GE(key.created_at, before);
  EXPECT_LE(key.created_at, now().wall);
  EXPECT_EQ(key.text.reveal(), "AIzaSyFirst");
}

TEST_P(KeyStoreContract, GivesDifferentKeysDifferentIdsAndFingerprints) {
  std::set<std::int64_t> ids;
  std::set<std::string> fingerprints;
  for (int i = 0; i < 20; ++i) {
    const UpstreamKey key = insert("AIzaSyKey" + std::to_string(i));
    EXPECT_TRUE(ids.insert(key.id).second);
    EXPECT_TRUE(fingerprints.insert(key.fingerprint).second);
    EXPECT_EQ(key.fingerprint.find("AIza"), std::string::npos);
  }
}

TEST_P(KeyStoreContract, KeepsEveryFieldOfARow) {
  const UpstreamKey key = insert(full_row());
  UpstreamKey expected = full_row();
  expected.id = key.id;
  expected.fingerprint = key.fingerprint;
  expected.created_at = key.created_at;
  expect_same(key, expected);
  expect_same(loaded(key.id), expected);
}

TEST_P(KeyStoreContract, KeepsTheAbsenceOfEveryOptionalField) {
  const UpstreamKey key = loaded(insert("AIzaSyBare").id);
  EXPECT_FALSE(key.description || key.expires_at || key.context_window || key.max_tokens_per_day);
  EXPECT_FALSE(key.rate_limit_per_minute || key.user_id || key.project || key.last_used_at);
  EXPECT_TRUE(key.tags.empty());
  EXPECT_TRUE(key.is_active);
  EXPECT_EQ(key.weight, 1);
  EXPECT_EQ(key.priority, 0);
}

TEST_P(KeyStoreContract, KeepsWhetherARowIsTheEnvironments) {
  UpstreamKey key = row("AIzaSyFromEnvironment");
  key.origin = Origin::Environment;
  EXPECT_EQ(loaded(insert(key).id).origin, Origin::Environment);
}

TEST_P(KeyStoreContract, InsertsManyInTheirOrder) {
  std::vector<UpstreamKey> rows;
  for (int i = 0; i < 50; ++i) rows.push_back(row("AIzaSyMany" + std::to_string(i)));
  const auto inserted = store().insert(rows, kChange);
  ASSERT_TRUE(inserted.ok());
  ASSERT_EQ(inserted->size(), 50U);
  for (int i = 0; i < 50; ++i) EXPECT_EQ((*inserted)[i].text.reveal(), "AIzaSyMany" + std::to_string(i));
  EXPECT_EQ(load().size(), 50U);
}

TEST_P(KeyStoreContract, RefusesADuplicateAndAddsNothingOfTheSameCall) {
  insert("AIzaSyThere");
  const auto outcome = store().insert({row("AIzaSyNew"), row("AIzaSyThere")}, kChange);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::Conflict);
  EXPECT_EQ(load().size(), 1U);
}

TEST_P(KeyStoreContract, RefusesTheSameTextTwiceInOneCall) {
  const auto outcome = store().insert({row("AIzaSyTwin"), row("AIzaSyTwin")}, kChange);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::Conflict);
  EXPECT_TRUE(load().empty());
}

TEST_P(KeyStoreContract, NeverNamesAKeyInItsErrors) {
  insert("AIzaSyVerySecretText");
  const auto outcome = store().insert({row("AIzaSyVerySecretText")}, kChange);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ((outcome.error().message + outcome.error().detail).find("VerySecret"), std::string::npos);
}

TEST_P(KeyStoreContract, InsertingNothingIsNoFault) {
  const auto outcome = store().insert({}, kChange);
  ASSERT_TRUE(outcome.ok());
  EXPECT_TRUE(outcome->empty());
}

TEST_P(KeyStoreContract, AppliesAnEditAndRaisesTheRevision) {
  const std::int64_t id = insert(full_row()).id;
  KeyPatch patch = described("new");
  patch.expires_at = Patch<Timestamp>::cleared();
  patch.weight = Patch<std::int32_t>::to(7);
  const auto edited = store().update(id, patch, kChange);
  ASSERT_TRUE(edited.ok());
  EXPECT_EQ(edited->description, "new");
  EXPECT_FALSE(edited->expires_at);
  EXPECT_EQ(edited->weight, 7);
  EXPECT_EQ(edited->revision, 2);
  EXPECT_EQ(edited->rate_limit_per_minute, 15) << "a field that the edit leaves out stays";
  expect_same(loaded(id), *edited);
}

TEST_P(KeyStoreContract, TakesAnEditAtThePresentRevisionAndRefusesAStaleOne) {
  const std::int64_t id = insert("AIzaSyRevised").id;
  KeyPatch patch = described("one");
  patch.revision = 1;
  ASSERT_TRUE(store().update(id, patch, kChange).ok());
  patch.description = Patch<std::string>::to("two");
  const auto stale = store().update(id, patch, kChange);
  ASSERT_FALSE(stale.ok());
  EXPECT_EQ(stale.error().code, ErrorCode::Conflict);
  EXPECT_EQ(loaded(id).description, "one");
  EXPECT_EQ(loaded(id).revision, 2);
}

TEST_P(KeyStoreContract, RefusesABadValueNamingTheFieldAndChangesNothing) {
  const std::int64_t id = insert("AIzaSyGood").id;
  KeyPatch patch = described("must not appear");
  patch.rate_limit_per_minute = Patch<std::int64_t>::to(0);
  const auto outcome = store().update(id, patch, kChange);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::BadRequest);
  EXPECT_EQ(outcome.error().field, "rate_limit_per_minute");
  EXPECT_FALSE(loaded(id).description);
  EXPECT_EQ(loaded(id).revision, 1);
}

TEST_P(KeyStoreContract, DoesNotKnowRowsThatAreNotThere) {
  EXPECT_EQ(store().update(999, described("x"), kChange).error().code, ErrorCode::NotFound);
  EXPECT_EQ(store().erase({999}, kChange).error().code, ErrorCode::NotFound);
  EXPECT_EQ(store().update_many({999}, described("x"), kChange).error().code, ErrorCode::NotFound);
}

TEST_P(KeyStoreContract, ANewTextBringsItsFingerprintAndHealth) {
  UpstreamKey key = insert("AIzaSyOldText");
  ASSERT_TRUE(store().save_findings({{.id = key.id, .is_dead = true, .dead_reason = "leaked"}}).ok());
  KeyPatch patch;
  patch.key_string = Patch<std::string>::to("AIzaSyNewText");
  const auto edited = store().update(key.id, patch, kChange);
  ASSERT_TRUE(edited.ok());
  EXPECT_EQ(edited->text.reveal(), "AIzaSyNewText");
  EXPECT_EQ(edited->fingerprint, store().fingerprint_of(Secret(std::string("AIzaSyNewText"))));
  EXPECT_FALSE(edited->is_dead);
  expect_same(loaded(key.id), *edited);
  insert("AIzaSyOldText");  // The old text is free again.
}

TEST_P(KeyStoreContract, RefusesANewTextThatAnotherRowHas) {
  insert("AIzaSyTaken");
  const std::int64_t id = insert("AIzaSyOther").id;
  KeyPatch patch;
  patch.key_string = Patch<std::string>::to("AIzaSyTaken");
  EXPECT_EQ(store().update(id, patch, kChange).error().code, ErrorCode::Conflict);
  EXPECT_EQ(loaded(id).text.reveal(), "AIzaSyOther");
  patch.key_string = Patch<std::string>::to("AIzaSyOther");
  EXPECT_TRUE(store().update(id, patch, kChange).ok()) << "its own text is no duplicate";
}

TEST_P(KeyStoreContract, EditsManyRowsOrNone) {
  const std::int64_t first = insert("AIzaSyA").id;
  const std::int64_t second = insert("AIzaSyB").id;
  KeyPatch patch;
  patch.is_active = Patch<bool>::to(false);
  const auto edited = store().update_many({first, second}, patch, kChange);
  ASSERT_TRUE(edited.ok());
  EXPECT_EQ(edited->size(), 2U);
  EXPECT_FALSE(loaded(first).is_active || loaded(second).is_active);
  EXPECT_EQ(loaded(second).revision, 2);

  patch.is_active = Patch<bool>::to(true);
  EXPECT_EQ(store().update_many({first, 999}, patch, kChange).error().code, ErrorCode::NotFound);
  EXPECT_FALSE(loaded(first).is_active);
}

TEST_P(KeyStoreContract, DeletesManyRowsOrNone) {
  const std::int64_t first = insert("AIzaSyA").id;
  const std::int64_t second = insert("AIzaSyB").id;
  EXPECT_EQ(store().erase({first, 999}, kChange).error().code, ErrorCode::NotFound);
  EXPECT_EQ(load().size(), 2U);
  ASSERT_TRUE(store().erase({first, second}, kChange).ok());
  EXPECT_TRUE(load().empty());
}

TEST_P(KeyStoreContract, NeverGivesADeletedRowsIdToAnother) {
  insert("AIzaSyStays");
  const std::int64_t gone = insert("AIzaSyGoes").id;
  ASSERT_TRUE(store().erase({gone}, kChange).ok());
  EXPECT_NE(insert("AIzaSyGoes").id, gone);
}

TEST_P(KeyStoreContract, KeepsFindingsWithoutCountingThemAsEdits) {
  const std::int64_t id = insert("AIzaSyUsed").id;
  const auto used = parse_rfc3339("2026-01-02T03:04:05.678Z");
  ASSERT_TRUE(
      store().save_findings({{id, used, 12'345, 20'455, true, "原因"}, {.id = 999, .tokens_used = 1}}).ok());
  const UpstreamKey key = loaded(id);
  EXPECT_EQ(key.last_used_at, used);
  EXPECT_EQ(key.tokens_used, 12'345);
  EXPECT_EQ(key.used_day, 20'455);
  EXPECT_TRUE(key.is_dead);
  EXPECT_EQ(key.dead_reason, "原因");
  EXPECT_EQ(key.revision, 1);
  EXPECT_EQ(load().size(), 1U);
}

TEST_P(KeyStoreContract, AnEditLeavesFindingsAlone) {
  const std::int64_t id = insert("AIzaSyUsed").id;
  ASSERT_TRUE(store().save_findings({{.id = id, .tokens_used = 5, .used_day = 3, .is_dead = true}}).ok());
  ASSERT_TRUE(store().update(id, described("edited"), kChange).ok());
  EXPECT_EQ(loaded(id).tokens_used, 5);
  EXPECT_TRUE(loaded(id).is_dead);
}

TEST_P(KeyStoreContract, ARestartKeepsEverythingOrNothing) {
  const UpstreamKey key = insert(full_row());
  ASSERT_TRUE(store().save_findings({{.id = key.id, .tokens_used = 5, .used_day = 3, .is_dead = true}}).ok());
  const std::int64_t gone = insert("AIzaSyGone").id;
  ASSERT_TRUE(store().erase({gone}, kChange).ok());
  const UpstreamKey before = loaded(key.id);
  if (!restart()) {
    EXPECT_TRUE(load().empty());
    EXPECT_EQ(store().mode(), KeyStorageMode::Memory);
    return;
  }
  EXPECT_EQ(store().mode(), KeyStorageMode::Database);
  ASSERT_EQ(load().size(), 1U);
  expect_same(loaded(key.id), before);
  EXPECT_EQ(store().fingerprint_of(key.text), key.fingerprint);
  EXPECT_NE(insert("AIzaSyAfterwards").id, gone);
}

}  // namespace geminate::keys::contract
