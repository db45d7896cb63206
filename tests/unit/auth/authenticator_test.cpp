#include "backend/auth/authenticator.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "backend/auth/token_secret.h"
#include "backend/crypto/keyed_hash.h"
#include "shared/codec/codec.h"
#include "tests/unit/auth/token_bench.h"

namespace geminate::auth {
namespace {

using namespace std::chrono_literals;

class AuthenticatorTest : public TokenBench {
 protected:
  void pass(std::chrono::milliseconds time) { pass_time(time); }
};

TEST_F(AuthenticatorTest, ForgetsNoEditOfATokenThatItKnowsAlready) {
  const auto made = make();
  // More tokens than are remembered at once: places are taken over.
  std::vector<TokenCreated> others;
  for (int i = 0; i < 300; ++i) others.push_back(make());
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(admitted(made.token), made.id);
    for (const auto& other : others) EXPECT_EQ(admitted(other.token), other.id);
  }
  TokenPatch off;
  off.is_active = Patch<bool>::to(false);
  ASSERT_TRUE(authenticator_.update(made.id, off, kChange, now_).ok());
  EXPECT_EQ(admitted(made.token), 0);
  ASSERT_TRUE(authenticator_.erase(others[0].id, kChange).ok());
  EXPECT_EQ(admitted(others[0].token), 0);
}

TEST_F(AuthenticatorTest, SharesNothingWithAnotherOfTheSameThread) {
  MemoryTokenStore elsewhere;
  Authenticator other{elsewhere, {Secret(kFromEnvironment)}};
  EXPECT_EQ(admitted(kFromEnvironment), -1);
  EXPECT_TRUE(other.admit(kFromEnvironment, now_).ok());
  EXPECT_EQ(admitted(kFromEnvironment), -1);
  EXPECT_FALSE(other.admit("token-of-the-environment-2", now_).ok());
}

TEST_F(AuthenticatorTest, LetsTheEnvironmentsTokensInUnderNegativeIds) {
  EXPECT_EQ(admitted(kFromEnvironment), -1);
  EXPECT_EQ(admitted("token-of-the-environment-2"), -2);
  const auto views = authenticator_.list(now_);
  ASSERT_EQ(views.size(), 2U);
  EXPECT_EQ(views[0].id, -1);
  EXPECT_EQ(views[0].origin, Origin::Environment);
  EXPECT_EQ(views[0].token_preview, "nt-1");
  EXPECT_TRUE(store_.load()->empty()) << "they never reach the store";
}

TEST_F(AuthenticatorTest, RefusesEverythingElseAlike) {
  const std::string cut = kFromEnvironment.substr(0, kFromEnvironment.size() - 1);
  for (const std::string& secret :
       {std::string(), std::string("x"), cut, kFromEnvironment + " ", std::string(1 << 20, 'x'),
        std::string("\0", 1), make_token_secret().reveal()}) {
    const auto outcome = authenticator_.admit(secret, now_);
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, ErrorCode::Unauthenticated);
    EXPECT_EQ(outcome.error().message, "the client token is missing or not valid");
  }
}

TEST_F(AuthenticatorTest, LetsAHolderInAsLongAsItsTokenWould) {
  const auto made = make();
  const auto holder = [&](std::int64_t id) { return authenticator_.admit_holder(id, now_); };
  ASSERT_TRUE(holder(made.id).ok());
  EXPECT_EQ(holder(made.id)->token().id, made.id);
  EXPECT_EQ(holder(-1)->token().id, -1) << "the environment's";
  TokenPatch off;
  off.is_active = Patch<bool>::to(false);
  ASSERT_TRUE(authenticator_.update(made.id, off, kChange, now_).ok());
  EXPECT_EQ(holder(made.id).error().code, ErrorCode::Unauthenticated);
  EXPECT_FALSE(holder(Authenticator::kAdminId).ok());
  EXPECT_FALSE(holder(made.id + 1).ok());
}

TEST_F(AuthenticatorTest, AMadeTokenIsShownOnceAndLetsIn) {
  TokenDraft draft;
  draft.description = "phone";
  const TokenCreated created = make(draft);
  EXPECT_TRUE(looks_like_token(created.token));
  EXPECT_EQ(created.token_preview, created.token.substr(created.token.size() - 4));
  EXPECT_EQ(created.origin, Origin::Console);
  EXPECT_EQ(admitted(created.token), created.id);
  EXPECT_EQ(codec::to_json(view(created.id)).find(created.token), std::string::npos);
  const ClientToken row = store_.load()->front();
  EXPECT_EQ(row.secret_hash.size(), 32U);
  EXPECT_EQ(row.secret_hash.find(created.token.substr(4, 8)), std::string::npos);
}

TEST_F(AuthenticatorTest, DisabledExpiredAndDeletedAreRefusedFromTheNextRequestOn) {
  const TokenCreated created = make();
  TokenPatch patch;
  patch.is_active = Patch<bool>::to(false);
  ASSERT_TRUE(authenticator_.update(created.id, patch, kChange, now_).ok());
  const auto refused = authenticator_.admit(created.token, now_);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "the client token is missing or not valid")
      << "outside nobody learns why";
  EXPECT_NE(refused.error().detail.find("disabled"), std::string::npos);
  patch.is_active = Patch<bool>::to(true);
  patch.expires_at = Patch<Timestamp>::to(now_.wall + 10s);
  ASSERT_TRUE(authenticator_.update(created.id, patch, kChange, now_).ok());
  EXPECT_EQ(admitted(created.token), created.id);
  pass(10s);
  EXPECT_EQ(admitted(created.token), 0);
  patch.expires_at = Patch<Timestamp>::cleared();
  ASSERT_TRUE(authenticator_.update(created.id, patch, kChange, now_).ok());
  EXPECT_EQ(admitted(created.token), created.id);
  ASSERT_TRUE(authenticator_.erase(created.id, kChange).ok());
  EXPECT_EQ(admitted(created.token), 0);
  EXPECT_EQ(authenticator_.erase(created.id, kChange).error().code, ErrorCode::NotFound);
}

TEST_F(AuthenticatorTest, TheEnvironmentsTokensCanBeEditedForThisRunButNotDeleted) {
  EXPECT_EQ(authenticator_.erase(-1, kChange).error().code, ErrorCode::Forbidden);
  EXPECT_EQ(authenticator_.erase(-9, kChange).error().code, ErrorCode::NotFound);
  TokenPatch patch;
  patch.is_active = Patch<bool>::to(false);
  patch.revision = 1;
  EXPECT_EQ(authenticator_.update(-1, patch, kChange, now_)->revision, 2);
  EXPECT_EQ(admitted(kFromEnvironment), 0);
  EXPECT_EQ(authenticator_.update(-1, patch, kChange, now_).error().code, ErrorCode::Conflict);
  EXPECT_EQ(authenticator_.update(-9, patch, kChange, now_).error().code, ErrorCode::NotFound);
  EXPECT_TRUE(store_.load()->empty());
}

TEST_F(AuthenticatorTest, RequestsOfTheMinuteAreLimited) {
  TokenDraft draft;
  draft.rate_limit_per_minute = 2;
  const TokenCreated created = make(draft);
  EXPECT_EQ(admitted(created.token), created.id);
  pass(15s);
  EXPECT_EQ(admitted(created.token), created.id);
  const auto refused = let_in(created.token);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::RateLimited);
  EXPECT_EQ(refused.error().retry_after, 45s);
  EXPECT_EQ(view(created.id).requests_today, 2) << "a refused one does not count";
  pass(45s);
  EXPECT_EQ(admitted(created.token), created.id);
}

TEST_F(AuthenticatorTest, TokensOfTheDayAreLimitedUntilMidnightPacific) {
  TokenDraft draft;
  draft.max_tokens_per_day = 100;
  const TokenCreated created = make(draft);
  let_in(created.token)->spend(99, now_);
  let_in(created.token)->spend(1, now_);
  const auto refused = let_in(created.token);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::RateLimited);
  EXPECT_EQ(refused.error().retry_after, 19h);
  EXPECT_EQ(view(created.id).tokens_used_today, 100);
  pass(19h);
  EXPECT_EQ(admitted(created.token), created.id);
  EXPECT_EQ(view(created.id).tokens_used_today, 0);
  EXPECT_EQ(view(created.id).requests_today, 1);
}

TEST_F(AuthenticatorTest, CountersOutliveEditsAndRestarts) {
  const Secret hash_key = crypto::random_key();
  TokenCreated created;
  {
    Authenticator first(store_, {}, hash_key);
    created = first.add({}, kChange, now_).value();
    auto pass = first.admit(created.token, now_);
    ASSERT_TRUE(pass->count_request(now_).ok());
    pass->spend(7, now_);
    TokenPatch patch;
    patch.description = Patch<std::string>::to("edited");
    ASSERT_TRUE(first.update(created.id, patch, kChange, now_).ok());
    EXPECT_EQ(first.list(now_).at(0).tokens_used_today, 7);
    ASSERT_TRUE(first.flush_findings().ok());
  }
  Authenticator second(store_, {}, hash_key);
  ASSERT_TRUE(second.load().ok());
  const auto view = second.list(now_).at(0);
  EXPECT_EQ(view.tokens_used_today, 7);
  EXPECT_EQ(view.requests_today, 1);
  EXPECT_EQ(view.last_used_at, now_.wall);
  EXPECT_EQ(view.description, "edited");
  EXPECT_TRUE(second.admit(created.token, now_).ok());
  Authenticator stranger(store_, {});
  ASSERT_TRUE(stranger.load().ok());
  EXPECT_FALSE(stranger.admit(created.token, now_).ok()) << "the hashes are worth nothing without their key";
}

TEST_F(AuthenticatorTest, ABadLimitIsNamed) {
  TokenDraft draft;
  draft.rate_limit_per_minute = 0;
  const auto outcome = authenticator_.add(draft, kChange, now_);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::BadRequest);
  EXPECT_EQ(outcome.error().field, "rate_limit_per_minute");
  TokenPatch patch;
  patch.is_active = Patch<bool>::cleared();
  EXPECT_EQ(authenticator_.update(-1, patch, kChange, now_).error().field, "is_active");
}

TEST_F(AuthenticatorTest, APassOutlivesItsToken) {
  const TokenCreated created = make();
  auto pass = authenticator_.admit(created.token, now_);
  ASSERT_TRUE(pass.ok());
  ASSERT_TRUE(authenticator_.erase(created.id, kChange).ok());
  EXPECT_EQ(pass->token().id, created.id);
  pass->spend(5, now_);
}

TEST_F(AuthenticatorTest, WorkersAdmitWhileTokensAreEdited) {
  const TokenCreated stays = make();
  std::atomic<bool> stop{false};
  std::atomic<int> refused{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < 3; ++i) {
    workers.emplace_back([&] {
      while (!stop) {
        auto pass = let_in(stays.token);
        if (!pass.ok()) {
          ++refused;
          continue;
        }
        pass->spend(1, now_);
      }
    });
  }
  for (int round = 0; round < 100; ++round) {
    const TokenCreated passing = make();
    EXPECT_EQ(admitted(passing.token), passing.id);
    ASSERT_TRUE(authenticator_.flush_findings().ok());
    ASSERT_TRUE(authenticator_.erase(passing.id, kChange).ok());
    EXPECT_EQ(admitted(passing.token), 0);
  }
  stop = true;
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(refused, 0);
}

}  // namespace
}  // namespace geminate::auth
