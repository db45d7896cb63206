#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "backend/crypto/keyed_hash.h"
#include "tests/unit/auth/token_bench.h"

namespace geminate::auth {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

class TokenLimits : public TokenBench {
 protected:
  /// Until midnight in California, seen from the first moment.
  static constexpr auto kRestOfTheDay = 19h;

  static void expect_limited(const Result<TokenPass>& outcome, std::optional<milliseconds> wait) {
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, ErrorCode::RateLimited) << outcome.error().message;
    EXPECT_EQ(outcome.error().retry_after, wait) << outcome.error().message;
  }
  /// As many threads as a big machine has workers, each doing `work(thread)`.
  template <class Work>
  static void on_many_threads(Work work) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&work, i] { work(i); });
    for (std::thread& thread : threads) thread.join();
  }
};

TEST_F(TokenLimits, RequestsOfTheDayEndAtMidnightPacific) {
  TokenDraft draft;
  draft.requests_per_day = 2;
  const auto made = make(draft);
  EXPECT_TRUE(let_in(made.token).ok());
  EXPECT_TRUE(let_in(made.token).ok());
  expect_limited(let_in(made.token), kRestOfTheDay);
  EXPECT_EQ(view(made.id).requests_today, 2);
  pass_time(kRestOfTheDay);
  EXPECT_TRUE(let_in(made.token).ok());
}

TEST_F(TokenLimits, TellsTheLongestWaitOfSeveralLimits) {
  TokenDraft draft;
  draft.rate_limit_per_minute = 2;
  draft.requests_per_day = 2;
  const auto made = make(draft);
  EXPECT_TRUE(let_in(made.token).ok());
  EXPECT_TRUE(let_in(made.token).ok());
  expect_limited(let_in(made.token), kRestOfTheDay);
}

TEST_F(TokenLimits, ReservesAnEstimateAndSettlesItWithWhatWasSpent) {
  TokenDraft draft;
  draft.tokens_per_minute = 100;
  const auto made = make(draft);
  auto pass = let_in_for(made.token, 60);
  ASSERT_TRUE(pass.ok());
  EXPECT_EQ(view(made.id).tokens_used_today, 60) << "reserved before it is spent";
  expect_limited(let_in_for(made.token, 60), 60s);
  pass->spend(40, now_);
  EXPECT_EQ(view(made.id).tokens_used_today, 40);
  pass_time(10s);
  auto second = let_in_for(made.token, 60);
  ASSERT_TRUE(second.ok());
  second->spend(90, now_);
  EXPECT_EQ(view(made.id).tokens_used_total, 130) << "more than was reserved is counted as well";
  expect_limited(let_in_for(made.token, 10), 50s);
  pass_time(50s);
  EXPECT_TRUE(let_in_for(made.token, 10).ok());
}

TEST_F(TokenLimits, NeverRefundsWhatWasNotSettled) {
  TokenDraft draft;
  draft.max_tokens_per_day = 100;
  const auto made = make(draft);
  { EXPECT_TRUE(let_in_for(made.token, 70).ok()); }
  EXPECT_EQ(view(made.id).tokens_used_today, 70);
  expect_limited(let_in_for(made.token, 31), kRestOfTheDay);
  auto free = let_in_for(made.token, 30);
  ASSERT_TRUE(free.ok());
  free->spend(0, now_);
  EXPECT_EQ(view(made.id).tokens_used_today, 70) << "what surely cost nothing is given back";
  EXPECT_EQ(view(made.id).tokens_used_total, 70);
}

TEST_F(TokenLimits, AnEstimateBeyondAWholeLimitFitsOnceNothingElseIsSpent) {
  TokenDraft draft;
  draft.tokens_per_minute = 50;
  const auto made = make(draft);
  EXPECT_TRUE(let_in_for(made.token, 1'000'000).ok());
  expect_limited(let_in_for(made.token, 1'000'000), 60s);
  pass_time(60s);
  EXPECT_TRUE(let_in_for(made.token, 1'000'000).ok());
}

TEST_F(TokenLimits, TheTokensOfALifeDoNotComeBack) {
  TokenDraft draft;
  draft.max_tokens_total = 100;
  const auto made = make(draft);
  let_in_for(made.token, 10)->spend(99, now_);
  pass_time(48h);
  expect_limited(let_in_for(made.token, 2), std::nullopt);
  let_in_for(made.token, 1)->spend(1, now_);
  expect_limited(let_in(made.token), std::nullopt);
  EXPECT_EQ(view(made.id).tokens_used_total, 100);
  TokenPatch patch;
  patch.max_tokens_total = Patch<std::int64_t>::to(200);
  edit(made.id, patch);
  EXPECT_TRUE(let_in(made.token).ok());
  ASSERT_TRUE(authenticator_.flush_findings().ok());
  EXPECT_EQ(store_.load()->front().tokens_total, 100) << "a restart remembers it";
}

TEST_F(TokenLimits, WhatIsSettledOnTheNextDayIsNotGivenBackThere) {
  const auto made = make();
  auto before = let_in_for(made.token, 50);
  ASSERT_TRUE(before.ok());
  pass_time(kRestOfTheDay);
  { EXPECT_TRUE(let_in_for(made.token, 20).ok()); }
  before->spend(10, now_);
  EXPECT_EQ(view(made.id).tokens_used_today, 20);
  EXPECT_EQ(view(made.id).tokens_used_total, 30);
}

TEST_F(TokenLimits, AnEditOfALimitHoldsForTheNextRequestAndForgetsNothing) {
  TokenDraft draft;
  draft.rate_limit_per_minute = 3;
  const auto made = make(draft);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(let_in(made.token).ok());
  TokenPatch patch;
  patch.rate_limit_per_minute = Patch<std::int64_t>::to(4);
  edit(made.id, patch);
  EXPECT_TRUE(let_in(made.token).ok());
  expect_limited(let_in(made.token), 60s);
  patch.rate_limit_per_minute = Patch<std::int64_t>::to(1);
  edit(made.id, patch);
  expect_limited(let_in(made.token), 60s);
  patch.rate_limit_per_minute = Patch<std::int64_t>::cleared();
  edit(made.id, patch);
  EXPECT_TRUE(let_in(made.token).ok());
}

TEST_F(TokenLimits, OfModelsNameTheOneThatIsRefused) {
  TokenDraft draft;
  draft.models = {"gemini-2.5-flash"};
  const auto made = make(draft);
  const auto pass = let_in(made.token);
  ASSERT_TRUE(pass.ok());
  EXPECT_TRUE(pass->check_model("gemini-2.5-flash").ok());
  const auto refused = pass->check_model("gemini-2.5-pro");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::Forbidden);
  EXPECT_NE(refused.error().message.find("gemini-2.5-pro"), std::string::npos);
  EXPECT_EQ(refused.error().message.find("flash"), std::string::npos) << "what it may use is not told";
}

TEST_F(TokenLimits, OfAddressesAreLookedAtBeforeAnythingIsCounted) {
  TokenDraft draft;
  draft.allowed_ips = {"192.0.2.0/24", "::1"};
  const auto made = make(draft);
  EXPECT_EQ(admitted(made.token, "192.0.2.77"), made.id);
  EXPECT_EQ(admitted(made.token, "::ffff:192.0.2.77"), made.id);
  EXPECT_EQ(admitted(made.token, "::1"), made.id);
  for (const char* elsewhere : {"192.0.3.1", "2001:db8::1", ""}) {
    const auto refused = let_in(made.token, elsewhere);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::Forbidden);
  }
  EXPECT_EQ(view(made.id).requests_today, 3);
}

TEST_F(TokenLimits, AStoredListThatCannotBeReadLetsNobodyIn) {
  const Secret hash_key = crypto::random_key();
  ClientToken row;
  row.secret_hash = crypto::keyed_hash(hash_key, "the secret of a stored row");
  row.allowed_ips = {"what is this"};
  ASSERT_TRUE(store_.insert(row, kChange).ok());
  Authenticator authenticator(store_, {}, hash_key);
  ASSERT_TRUE(authenticator.load().ok());
  const auto refused = authenticator.admit("the secret of a stored row", now_, "127.0.0.1");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::Forbidden);
}

TEST_F(TokenLimits, StandingTellsTheScarcestOfEachKind) {
  TokenDraft draft;
  draft.rate_limit_per_minute = 10;
  draft.requests_per_day = 3;
  draft.max_tokens_per_day = 1'000;
  draft.max_tokens_total = 500;
  const auto made = make(draft);
  auto pass = let_in_for(made.token, 100);
  ASSERT_TRUE(pass.ok());
  auto standing = pass->standing(now_);
  ASSERT_TRUE(standing.requests && standing.tokens);
  EXPECT_EQ(standing.requests->limit, 3);
  EXPECT_EQ(standing.requests->remaining, 2);
  EXPECT_EQ(standing.requests->reset, milliseconds(kRestOfTheDay));
  EXPECT_EQ(standing.tokens->limit, 500);
  EXPECT_EQ(standing.tokens->remaining, 400);
  EXPECT_FALSE(standing.tokens->reset) << "what a life has is not given again";
  TokenPatch patch;
  patch.requests_per_day = Patch<std::int64_t>::cleared();
  patch.max_tokens_total = Patch<std::int64_t>::cleared();
  edit(made.id, patch);
  pass_time(7s);
  standing = let_in(made.token)->standing(now_);
  EXPECT_EQ(standing.requests->limit, 10);
  EXPECT_EQ(standing.requests->remaining, 8);
  EXPECT_EQ(standing.requests->reset, 60s);
  EXPECT_EQ(standing.tokens->remaining, 900);
}

TEST_F(TokenLimits, WithoutLimitsThereIsNoStanding) {
  const auto standing = let_in(make().token)->standing(now_);
  EXPECT_FALSE(standing.requests || standing.tokens);
  EXPECT_FALSE(TokenPass().standing(now_).requests);
}

TEST_F(TokenLimits, ManyThreadsAreLetInExactlyAsOftenAsTheMinuteAllows) {
  TokenDraft draft;
  draft.rate_limit_per_minute = 1'500;
  const auto made = make(draft);
  for (int minute = 0; minute < 3; ++minute) {
    std::atomic<int> let{0};
    on_many_threads([&](int) {
      for (int i = 0; i < 1'000; ++i) let += let_in(made.token).ok() ? 1 : 0;
    });
    EXPECT_EQ(let, 1'500) << "minute " << minute;
    pass_time(60s);
  }
  EXPECT_EQ(view(made.id).requests_today, 4'500);
}

TEST_F(TokenLimits, ManyThreadsAreLetInExactlyAsOftenAsTheDayAllows) {
  TokenDraft draft;
  draft.requests_per_day = 777;
  draft.rate_limit_per_minute = 1'000'000;
  const auto made = make(draft);
  std::atomic<int> let{0};
  on_many_threads([&](int) {
    for (int i = 0; i < 500; ++i) let += let_in(made.token).ok() ? 1 : 0;
  });
  EXPECT_EQ(let, 777);
  EXPECT_EQ(view(made.id).requests_today, 777);
}

TEST_F(TokenLimits, ManyThreadsNeverHoldMoreTokensThanALimitHas) {
  TokenDraft draft;
  draft.tokens_per_minute = 5'000;
  draft.max_tokens_per_day = 6'000;
  draft.max_tokens_total = 7'000;
  const auto made = make(draft);
  std::atomic<std::int64_t> held{0};
  on_many_threads([&](int) {
    for (int i = 0; i < 500; ++i) {
      auto pass = let_in_for(made.token, 7);
      if (pass.ok()) held += 7;
    }
  });
  EXPECT_EQ(held, 5'000 / 7 * 7);
  EXPECT_EQ(view(made.id).tokens_used_today, held);
  EXPECT_EQ(view(made.id).tokens_used_total, held);
}

TEST_F(TokenLimits, ManyThreadsSettleToTheLastToken) {
  TokenDraft draft;
  draft.tokens_per_minute = 1'000'000;
  const auto made = make(draft);
  std::atomic<std::int64_t> spent{0};
  on_many_threads([&](int thread) {
    for (int i = 0; i < 400; ++i) {
      auto pass = let_in_for(made.token, 50);
      ASSERT_TRUE(pass.ok());
      const std::int64_t cost = (i * 13 + thread) % 101;
      pass->spend(cost, now_);
      spent += cost;
    }
  });
  EXPECT_EQ(view(made.id).tokens_used_today, spent);
  EXPECT_EQ(view(made.id).tokens_used_total, spent);
  EXPECT_EQ(let_in(made.token)->standing(now_).tokens->remaining, 1'000'000 - spent);
}

}  // namespace
}  // namespace geminate::auth
