#pragma once

// What every TokenStore promises; used like key_store_contract.h.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backend/auth/client_token.h"

namespace geminate::auth::contract {

/// A store to test and whatever it stands on. Begins without tokens.
class TokenStoreBench {
 public:
  virtual ~TokenStoreBench() = default;
  virtual TokenStore& store() = 0;
  /// Closes the store and opens it anew over the same data; false where a restart keeps nothing.
  virtual bool restart() = 0;
};

using MakeBench = std::function<std::unique_ptr<TokenStoreBench>()>;

class TokenStoreContract : public testing::TestWithParam<MakeBench> {
 protected:
  TokenStore& store() { return bench_->store(); }
  bool restart() { return bench_->restart(); }

  static ClientToken row(char hash_byte) {
    ClientToken token;
    token.secret_hash = std::string(32, hash_byte);
    token.preview = "wxyz";
    return token;
  }

  static ClientToken full_row() {
    ClientToken token = row('\0');
    token.secret_hash = std::string("\0\xFF'\"", 4) + std::string(28, '\x80');
    token.description = "手机 \"app\"\nsecond line 🔑";
    token.expires_at = parse_rfc3339("2031-05-06T07:08:09.123Z");
    token.is_active = false;
    token.rate_limit_per_minute = 15;
    token.max_tokens_per_day = 1'000'000'000'000;
    token.tokens_per_minute = 250'000;
    token.requests_per_day = 1;
    token.max_tokens_total = 999'999'999'999;
    token.max_cost_micros = 1'000'000'000'000;
    token.cost_period = BudgetPeriod::Life;
    token.models = {"gemini-2.5-flash", "gemini-*"};
    token.allowed_ips = {"192.0.2.0/24", "2001:db8::/32"};
    token.enable_context_management = false;
    token.context_window = 32'768;
    return token;
  }

  ClientToken insert(const ClientToken& token) {
    auto inserted = store().insert(token, kChange);
    if (!inserted.ok()) {
      ADD_FAILURE() << inserted.error().message;
      return {};
    }
    return std::move(inserted).value();
  }

  std::vector<ClientToken> load() {
    auto rows = store().load();
    EXPECT_TRUE(rows.ok());
    return rows.ok() ? std::move(rows).value() : std::vector<ClientToken>{};
  }

  ClientToken loaded(std::int64_t id) {
    for (ClientToken& token : load()) {
      if (token.id == id) return token;
    }
    ADD_FAILURE() << "no row " << id;
    return {};
  }

  static void expect_same(const ClientToken& left, const ClientToken& right) {
    EXPECT_EQ(left.id, right.id);
    EXPECT_EQ(left.secret_hash, right.secret_hash);
    EXPECT_EQ(left.previous_hash, right.previous_hash);
    EXPECT_EQ(left.previous_valid_until, right.previous_valid_until);
    EXPECT_EQ(left.preview, right.preview);
    EXPECT_EQ(left.description, right.description);
    EXPECT_EQ(left.created_at, right.created_at);
    EXPECT_EQ(left.expires_at, right.expires_at);
    EXPECT_EQ(left.is_active, right.is_active);
    EXPECT_EQ(left.rate_limit_per_minute, right.rate_limit_per_minute);
    EXPECT_EQ(left.max_tokens_per_day, right.max_tokens_per_day);
    EXPECT_EQ(left.tokens_per_minute, right.tokens_per_minute);
    EXPECT_EQ(left.requests_per_day, right.requests_per_day);
    EXPECT_EQ(left.max_tokens_total, right.max_tokens_total);
    EXPECT_EQ(left.max_cost_micros, right.max_cost_micros);
    EXPECT_EQ(left.cost_period, right.cost_period);
    EXPECT_EQ(left.models, right.models);
    EXPECT_EQ(left.allowed_ips, right.allowed_ips);
    EXPECT_EQ(left.enable_context_management, right.enable_context_management);
    EXPECT_EQ(left.context_window, right.context_window);
    EXPECT_EQ(left.revision, right.revision);
    EXPECT_EQ(left.last_used_at, right.last_used_at);
    EXPECT_EQ(left.requests_used, right.requests_used);
    EXPECT_EQ(left.tokens_used, right.tokens_used);
    EXPECT_EQ(left.used_day, right.used_day);
    EXPECT_EQ(left.tokens_total, right.tokens_total);
    EXPECT_EQ(left.cost_picos, right.cost_picos);
    EXPECT_EQ(left.cost_start, right.cost_start);
  }

  inline static const Change kChange{Caller::server(), AuditAction::KeyUpdate};

 private:
  std::unique_ptr<TokenStoreBench> bench_ = GetParam()();
};

TEST_P(TokenStoreContract, BeginsEmpty) { EXPECT_TRUE(load().empty()); }

TEST_P(TokenStoreContract, GivesNewRowsIdTimeAndRevisionAndKeepsTheRest) {
  const Timestamp before = now().wall;
  const ClientToken token = insert(full_row());
  EXPECT_GT(token.id, 0);
  EXPECT_EQ(token.revision, 1);
  EXPECT_GE(token.created_at, before);
  EXPECT_LE(token.created_at, now().wall);
  ClientToken expected = full_row();
  expected.id = token.id;
  expected.created_at = token.created_at;
  expect_same(token, expected);
  expect_same(loaded(token.id), expected);
}

TEST_P(TokenStoreContract, KeepsTheAbsenceOfEveryOptionalField) {
  const ClientToken token = loaded(insert(row('a')).id);
  EXPECT_FALSE(token.description || token.expires_at || token.rate_limit_per_minute ||
               token.max_tokens_per_day || token.tokens_per_minute || token.requests_per_day ||
               token.max_tokens_total || token.max_cost_micros || token.previous_valid_until);
  EXPECT_FALSE(token.enable_context_management.has_value() || token.context_window);
  EXPECT_TRUE(token.models.empty() && token.allowed_ips.empty() && token.previous_hash.empty());
  EXPECT_FALSE(token.last_used_at);
  EXPECT_TRUE(token.is_active);
}

TEST_P(TokenStoreContract, RefusesTheSameSecretTwice) {
  insert(row('a'));
  EXPECT_EQ(store().insert(row('a'), kChange).error().code, ErrorCode::Conflict);
  EXPECT_EQ(load().size(), 1U);
}

TEST_P(TokenStoreContract, AppliesAnEditAndRaisesTheRevision) {
  const std::int64_t id = insert(full_row()).id;
  TokenPatch patch;
  patch.description = Patch<std::string>::cleared();
  patch.is_active = Patch<bool>::to(true);
  const auto edited = store().update(id, patch, kChange);
  ASSERT_TRUE(edited.ok());
  EXPECT_FALSE(edited->description);
  EXPECT_TRUE(edited->is_active);
  EXPECT_EQ(edited->rate_limit_per_minute, 15);
  EXPECT_EQ(edited->revision, 2);
  expect_same(loaded(id), *edited);
}

TEST_P(TokenStoreContract, RefusesAStaleRevisionAndABadValue) {
  const std::int64_t id = insert(row('a')).id;
  TokenPatch patch;
  patch.description = Patch<std::string>::to("one");
  patch.revision = 1;
  ASSERT_TRUE(store().update(id, patch, kChange).ok());
  patch.description = Patch<std::string>::to("two");
  EXPECT_EQ(store().update(id, patch, kChange).error().code, ErrorCode::Conflict);
  patch.revision = 2;
  patch.max_tokens_per_day = Patch<std::int64_t>::to(0);
  const auto bad = store().update(id, patch, kChange);
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, ErrorCode::BadRequest);
  EXPECT_EQ(bad.error().field, "max_tokens_per_day");
  EXPECT_EQ(loaded(id).description, "one");
  EXPECT_EQ(loaded(id).revision, 2);
}

TEST_P(TokenStoreContract, ChangesAndClearsTheLists) {
  const std::int64_t id = insert(full_row()).id;
  TokenPatch patch;
  patch.models = Patch<std::vector<std::string>>::to({"models/gemini-2.5-pro"});
  patch.allowed_ips = Patch<std::vector<std::string>>::cleared();
  ASSERT_TRUE(store().update(id, patch, kChange).ok());
  EXPECT_EQ(loaded(id).models, std::vector<std::string>{"gemini-2.5-pro"});
  EXPECT_TRUE(loaded(id).allowed_ips.empty());
  patch.allowed_ips = Patch<std::vector<std::string>>::to({"10.0.0.1/8"});
  EXPECT_EQ(store().update(id, patch, kChange).error().field, "allowed_ips");
}

TEST_P(TokenStoreContract, RotatesASecretAndKeepsTheOneBeforeItsEnd) {
  const std::int64_t id = insert(full_row()).id;
  const std::string first = full_row().secret_hash;
  const auto until = parse_rfc3339("2031-01-02T03:04:05.678Z");
  const auto rotated = store().rotate(id, {std::string(32, 'n'), "newp", until, {}}, kChange);
  ASSERT_TRUE(rotated.ok());
  EXPECT_EQ(rotated->secret_hash, std::string(32, 'n'));
  EXPECT_EQ(rotated->preview, "newp");
  EXPECT_EQ(rotated->previous_hash, first);
  EXPECT_EQ(rotated->previous_valid_until, until);
  EXPECT_EQ(rotated->revision, 2);
  EXPECT_EQ(rotated->models, full_row().models);
  expect_same(loaded(id), *rotated);
  if (restart()) {
    expect_same(loaded(id), *rotated);
  }
}

TEST_P(TokenStoreContract, ASecondRotationEndsTheFirstSecret) {
  const std::int64_t id = insert(row('a')).id;
  const auto until = parse_rfc3339("2031-01-02T03:04:05.678Z");
  ASSERT_TRUE(store().rotate(id, {std::string(32, 'b'), "bbbb", until, 1}, kChange).ok());
  EXPECT_EQ(store().rotate(id, {std::string(32, 'c'), "cccc", until, 1}, kChange).error().code,
            ErrorCode::Conflict)
      << "the revision is stale";
  ASSERT_TRUE(store().rotate(id, {std::string(32, 'c'), "cccc", until, 2}, kChange).ok());
  EXPECT_EQ(loaded(id).previous_hash, std::string(32, 'b'));
  ASSERT_TRUE(store().rotate(id, {std::string(32, 'd'), "dddd", {}, {}}, kChange).ok());
  EXPECT_TRUE(loaded(id).previous_hash.empty()) << "no grace";
  EXPECT_FALSE(loaded(id).previous_valid_until);
  TokenPatch patch;
  patch.revision = 1;
  EXPECT_EQ(store().update(id, patch, kChange).error().code, ErrorCode::Conflict)
      << "who edits what they saw before the rotation is told so";
  EXPECT_EQ(store().rotate(999, {std::string(32, 'e'), "eeee", {}, {}}, kChange).error().code,
            ErrorCode::NotFound);
}

TEST_P(TokenStoreContract, DeletesAndNeverGivesTheIdToAnother) {
  insert(row('a'));
  const std::int64_t id = insert(row('b')).id;
  ASSERT_TRUE(store().erase(id, kChange).ok());
  EXPECT_EQ(load().size(), 1U);
  EXPECT_EQ(store().erase(id, kChange).error().code, ErrorCode::NotFound);
  EXPECT_EQ(store().update(id, {}, kChange).error().code, ErrorCode::NotFound);
  EXPECT_NE(insert(row('b')).id, id);
}

TEST_P(TokenStoreContract, KeepsFindingsWithoutCountingThemAsEdits) {
  const std::int64_t id = insert(row('a')).id;
  const auto used = parse_rfc3339("2026-01-02T03:04:05.678Z");
  ASSERT_TRUE(store()
                  .save_findings({{id, used, 17, 12'345, 20'455, 777'777, 2'000'000'000'000'000'000, 20'454},
                                  {.id = 999, .tokens_used = 1}})
                  .ok());
  const ClientToken token = loaded(id);
  EXPECT_EQ(token.last_used_at, used);
  EXPECT_EQ(token.requests_used, 17);
  EXPECT_EQ(token.tokens_used, 12'345);
  EXPECT_EQ(token.used_day, 20'455);
  EXPECT_EQ(token.tokens_total, 777'777);
  EXPECT_EQ(token.cost_picos, 2'000'000'000'000'000'000);
  EXPECT_EQ(token.cost_start, 20'454);
  EXPECT_EQ(token.revision, 1);
  EXPECT_EQ(load().size(), 1U);
}

TEST_P(TokenStoreContract, ARestartKeepsEverythingOrNothing) {
  const std::int64_t id = insert(full_row()).id;
  ASSERT_TRUE(
      store()
          .save_findings({{.id = id, .requests_used = 2, .tokens_used = 5, .used_day = 3, .tokens_total = 8}})
          .ok());
  const ClientToken before = loaded(id);
  if (!restart()) {
    EXPECT_TRUE(load().empty());
    return;
  }
  ASSERT_EQ(load().size(), 1U);
  expect_same(loaded(id), before);
}

}  // namespace geminate::auth::contract
