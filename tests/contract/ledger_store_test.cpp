#include "backend/storage/sql_ledger_store.h"

#include <gtest/gtest.h>

#include "backend/keys/key_pool.h"
#include "backend/keys/memory_key_store.h"
#include "backend/storage/usage_file.h"
#include "tests/unit/storage/database_fixture.h"
#include "tests/unit/storage/scratch_folder.h"

namespace geminate::storage {
namespace {

using namespace std::chrono_literals;

/// A pool whose ledgers are in a file, ended and begun anew over the same file as often as a test wants. The
/// keys are the environment's: the same ids each time.
class KeptLedgers : public testing::Test {
 protected:
  void start() {
    pool_.reset();
    ledgers_.reset();
    ledgers_ = std::make_unique<SqlLedgerStore>(need(open_usage_file(folder_ / "usage.db")));
    store_ = std::make_unique<keys::MemoryKeyStore>(
        std::vector<Secret>{Secret(std::string("AIzaSyFirst")), Secret(std::string("AIzaSySecond"))});
    pool_ = std::make_unique<keys::KeyPool>(*store_, ledgers_.get());
    need(pool_->load(now_));
  }
  void pass(std::chrono::milliseconds time) {
    now_.wall += time;
    now_.steady += time;
  }
  /// The machine was started anew: its monotonic clock counts from elsewhere.
  void boot() { now_.steady = MonotonicTime{} + 5s; }
  std::int64_t serve(const std::optional<keys::Verdict>& verdict = {}) {
    auto lease = pool_->acquire({kModel, 100, {}, 0, {}}, now_);
    if (!lease.ok()) return 0;
    pool_->report(*lease, verdict.value_or(keys::Verdict{}), {}, now_);
    lease->settle(verdict ? 0 : 150, now_, 100);
    return lease->key().id();
  }
  QuotaView quota_of(std::int64_t key) {
    for (QuotaView& view : pool_->quotas(now_)) {
      if (view.key_id == key && view.model == kModel) return view;
    }
    ADD_FAILURE() << "no ledger of key " << key;
    return {};
  }

  static constexpr std::string_view kModel = "gemini-2.5-flash";
  ScratchFolder folder_;
  Now now_{parse_rfc3339("2026-06-15T12:00:00Z").value(), MonotonicTime{} + 1000h};
  std::unique_ptr<SqlLedgerStore> ledgers_;
  std::unique_ptr<keys::MemoryKeyStore> store_;
  std::unique_ptr<keys::KeyPool> pool_;
};

TEST_F(KeptLedgers, CountsAndRestsGoOnAfterARestart) {
  start();
  serve();
  serve();
  const std::int64_t served = serve();
  ASSERT_NE(served, 0);
  keys::Verdict verdict{keys::VerdictKind::Limited, 90s, "GenerateRequestsPerDay", "spent"};
  verdict.violations.push_back({"GenerateRequestsPerDay", "", "", 250});
  const std::int64_t limited = serve(verdict);
  ASSERT_NE(limited, served);
  const QuotaView before = quota_of(served);
  need(pool_->flush_ledgers(now_));
  pass(30s);
  boot();
  start();
  const QuotaView after = quota_of(served);
  EXPECT_EQ(after.requests_today, before.requests_today);
  EXPECT_EQ(after.tokens_today, before.tokens_today);
  EXPECT_EQ(after.requests_this_minute, before.requests_this_minute) << "half a minute is no minute";
  const QuotaView rested = quota_of(limited);
  ASSERT_EQ(rested.cooldowns.size(), 1U);
  EXPECT_EQ(rested.cooldowns[0].until - now_.wall, 60s);
  ASSERT_TRUE(rested.requests_per_day);
  EXPECT_EQ(rested.requests_per_day->amount, 250);
  EXPECT_EQ(rested.requests_per_day->origin, LimitOrigin::Learnt);
  for (int i = 0; i < 10; ++i) EXPECT_NE(serve(), limited);
  pass(60s);
  EXPECT_NE(serve(), limited) << "Google has called its day spent: it is tried when there is nothing better";
  KeyPatch patch;
  patch.is_active = Patch<bool>::to(false);
  need(pool_->update(served, patch, {Caller::server(), AuditAction::KeyUpdate}, now_));
  EXPECT_EQ(serve(), limited);
}

TEST_F(KeptLedgers, TheAgeOfALimitOutlivesRestarts) {
  start();
  keys::Verdict verdict{keys::VerdictKind::Limited, 1s, "GenerateRequestsPerMinute", "spent"};
  verdict.violations.push_back({"GenerateRequestsPerMinute", "", "", 1});
  EXPECT_NE(serve(verdict), 0);
  EXPECT_NE(serve(verdict), 0);
  const auto restart_after = [this](std::chrono::milliseconds time) {
    need(pool_->flush_ledgers(now_));
    pass(time);
    start();
  };
  restart_after(12h);
  for (int i = 0; i < 2; ++i) EXPECT_NE(serve(), 0);
  EXPECT_EQ(serve(), 0) << "a minute's request each";
  restart_after(12h);
  restart_after(24h);
  for (int i = 0; i < 3; ++i) EXPECT_NE(serve(), 0) << "two days later they are but believed";
  restart_after(30 * 24h);
  for (int i = 0; i < 3; ++i) EXPECT_NE(serve(), 0) << "not taken for young ones a month later";
}

TEST_F(KeptLedgers, AMinuteThatIsOverIsNotCountedAgain) {
  start();
  for (int i = 0; i < 6; ++i) serve();
  need(pool_->flush_ledgers(now_));
  pass(61s);
  start();
  for (const QuotaView& view : pool_->quotas(now_)) {
    EXPECT_EQ(view.requests_this_minute, 0);
    EXPECT_GT(view.requests_today, 0);
  }
}

TEST_F(KeptLedgers, AClockThatWasSetBackDoesNotProlongARest) {
  start();
  keys::Verdict verdict{keys::VerdictKind::Limited, 90s, "GenerateRequestsPerMinute", "spent"};
  const std::int64_t limited = serve(verdict);
  need(pool_->flush_ledgers(now_));
  now_.wall -= 5h;
  start();
  EXPECT_LE(quota_of(limited).cooldowns.at(0).until - now_.wall, 90s);
}

TEST_F(KeptLedgers, OnlyWhatHasChangedIsSavedAgain) {
  start();
  for (int i = 0; i < 4; ++i) serve();
  need(pool_->flush_ledgers(now_));
  const auto first = need(ledgers_->load());
  ASSERT_FALSE(first.empty());
  pass(10s);
  need(pool_->flush_ledgers(now_));
  for (const auto& row : need(ledgers_->load())) EXPECT_EQ(row.saved_at, first.front().saved_at);
}

TEST_F(KeptLedgers, AnAdminsLimitHoldsOverARestartAndBeforeItsAnswer) {
  start();
  QuotaPatch patch;
  patch.key_id = 1;
  patch.model = "models/gemini-2.5-flash";
  patch.requests_per_minute = Patch<std::int64_t>::to(2);
  patch.tokens_per_day = Patch<std::int64_t>::to(1'000'000);
  const QuotaView set = need(pool_->set_quota(patch, {Caller::server(), AuditAction::QuotaUpdate}, now_));
  EXPECT_EQ(set.requests_per_minute->origin, LimitOrigin::Admin);
  // Nothing is flushed: the answer itself promised it.
  start();
  EXPECT_EQ(quota_of(1).requests_per_minute->amount, 2);
  EXPECT_EQ(quota_of(1).tokens_per_day->amount, 1'000'000);
  std::map<std::int64_t, int> counts;
  for (int i = 0; i < 20; ++i) ++counts[serve()];
  EXPECT_LE(counts[1], 2);
  EXPECT_GE(counts[2], 18);
  patch.requests_per_minute = Patch<std::int64_t>::cleared();
  EXPECT_FALSE(
      need(pool_->set_quota(patch, {Caller::server(), AuditAction::QuotaUpdate}, now_)).requests_per_minute);
  EXPECT_EQ(quota_of(1).tokens_per_day->amount, 1'000'000) << "a field left out stays";
}

TEST_F(KeptLedgers, LimitsThatMakeNoSenseAreRefused) {
  start();
  QuotaPatch patch;
  patch.key_id = 1;
  EXPECT_EQ(pool_->set_quota(patch, {Caller::server(), AuditAction::QuotaUpdate}, now_).error().field,
            "model");
  patch.model = "gemini-2.5-flash";
  patch.requests_per_day = Patch<std::int64_t>::to(0);
  EXPECT_EQ(pool_->set_quota(patch, {Caller::server(), AuditAction::QuotaUpdate}, now_).error().field,
            "requests_per_day");
  patch.requests_per_day = Patch<std::int64_t>::to(5);
  patch.key_id = 99;
  EXPECT_EQ(pool_->set_quota(patch, {Caller::server(), AuditAction::QuotaUpdate}, now_).error().code,
            ErrorCode::NotFound);
  patch.key_id.reset();
  patch.project = "nobody's";
  EXPECT_EQ(pool_->set_quota(patch, {Caller::server(), AuditAction::QuotaUpdate}, now_).error().code,
            ErrorCode::NotFound);
}

TEST_F(KeptLedgers, WhatNobodyTouchesForLongIsDropped) {
  start();
  for (int i = 0; i < 4; ++i) serve();
  need(pool_->flush_ledgers(now_));
  pass(std::chrono::hours{24 * 41});
  start();
  EXPECT_TRUE(need(ledgers_->load()).empty());
}

}  // namespace
}  // namespace geminate::storage
