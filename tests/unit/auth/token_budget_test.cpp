#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "backend/auth/cost_count.h"
#include "tests/unit/auth/token_bench.h"

namespace geminate::auth {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::int64_t kDollar = 1'000'000'000'000;

Timestamp at(std::string_view text) { return parse_rfc3339(text).value(); }

class TokenBudgets : public TokenBench {
 protected:
  static TokenDraft budget(double usd, BudgetPeriod period) {
    TokenDraft draft;
    draft.max_cost_usd = usd;
    draft.cost_period = period;
    return draft;
  }
  void spend(const std::string& secret, std::int64_t picos) {
    auto pass = authenticator_.admit(secret, now_);
    ASSERT_TRUE(pass.ok());
    pass->charge(picos, now_);
  }
  static void expect_spent(const Result<TokenPass>& outcome, std::string_view of,
                           std::optional<milliseconds> wait) {
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, ErrorCode::RateLimited);
    EXPECT_EQ(outcome.error().message, "the client token has spent its budget of the " + std::string(of));
    EXPECT_EQ(outcome.error().retry_after, wait);
  }
};

TEST(BudgetPeriods, BeginAndEndAtMidnightInCalifornia) {
  const auto day = [](std::string_view text) { return period_start(BudgetPeriod::Day, at(text)); };
  EXPECT_EQ(day("2026-06-15T06:59:59Z") + 1, day("2026-06-15T07:00:00Z"));
  EXPECT_EQ(period_end(BudgetPeriod::Day, at("2026-06-15T12:00:00Z")), at("2026-06-16T07:00:00Z"));
  const auto month = [](std::string_view text) { return period_start(BudgetPeriod::Month, at(text)); };
  EXPECT_EQ(month("2026-06-01T07:00:00Z"), day("2026-06-01T07:00:00Z"));
  EXPECT_EQ(month("2026-07-01T06:59:59Z"), day("2026-06-01T07:00:00Z"));
  EXPECT_EQ(period_end(BudgetPeriod::Month, at("2026-06-15T12:00:00Z")), at("2026-07-01T07:00:00Z"));
  EXPECT_EQ(period_end(BudgetPeriod::Month, at("2026-07-01T06:59:59Z")), at("2026-07-01T07:00:00Z"));
  EXPECT_EQ(period_end(BudgetPeriod::Month, at("2026-12-31T12:00:00Z")), at("2027-01-01T08:00:00Z"));
  EXPECT_EQ(period_end(BudgetPeriod::Month, at("2028-02-15T00:00:00Z")), at("2028-03-01T08:00:00Z"));
  EXPECT_EQ(period_end(BudgetPeriod::Month, at("2026-03-05T00:00:00Z")), at("2026-04-01T07:00:00Z"))
      << "daylight saving begins in that month";
  EXPECT_EQ(period_start(BudgetPeriod::Life, at("2026-06-15T12:00:00Z")), 0);
  EXPECT_FALSE(period_end(BudgetPeriod::Life, at("2026-06-15T12:00:00Z")));
}

TEST_F(TokenBudgets, LetInUntilTheBudgetIsReachedAndAgainInTheNextPeriod) {
  const auto made = make(budget(0.5, BudgetPeriod::Day));
  spend(made.token, kDollar / 2 - 1);
  EXPECT_TRUE(let_in(made.token).ok()) << "a picodollar is left";
  spend(made.token, 1);
  expect_spent(let_in(made.token), "day", 19h);
  EXPECT_DOUBLE_EQ(view(made.id).cost_used_usd, 0.5);
  pass_time(19h - 1ms);
  EXPECT_FALSE(let_in(made.token).ok());
  pass_time(1ms);
  EXPECT_TRUE(let_in(made.token).ok());
  EXPECT_EQ(view(made.id).cost_used_usd, 0);
}

TEST_F(TokenBudgets, OfAMonthAndOfALifeLastLonger) {
  const auto month = make(budget(1, BudgetPeriod::Month));
  const auto life = make(budget(1, BudgetPeriod::Life));
  spend(month.token, kDollar);
  spend(life.token, kDollar);
  expect_spent(let_in(month.token), "month", at("2026-07-01T07:00:00Z") - now_.wall);
  expect_spent(let_in(life.token), "life", std::nullopt);
  pass_time(24h * 16);
  EXPECT_TRUE(let_in(month.token).ok());
  EXPECT_FALSE(let_in(life.token).ok());
}

TEST_F(TokenBudgets, LastAMonthUnlessToldOtherwise) {
  TokenDraft draft;
  draft.max_cost_usd = 2.5;
  const auto made = make(draft);
  EXPECT_EQ(made.cost_period, BudgetPeriod::Month);
  EXPECT_EQ(made.max_cost_usd, 2.5);
}

TEST_F(TokenBudgets, AnEditHoldsForTheNextRequestAndForgetsNothing) {
  const auto made = make(budget(1, BudgetPeriod::Month));
  spend(made.token, kDollar);
  EXPECT_FALSE(let_in(made.token).ok());
  TokenPatch more;
  more.max_cost_usd = Patch<double>::to(1.000001);
  edit(made.id, more);
  EXPECT_TRUE(let_in(made.token).ok());
  spend(made.token, kDollar / 1'000'000);
  EXPECT_FALSE(let_in(made.token).ok());
  TokenPatch none;
  none.max_cost_usd = Patch<double>::cleared();
  edit(made.id, none);
  const auto pass = let_in(made.token);
  ASSERT_TRUE(pass.ok());
  EXPECT_FALSE(pass->has_budget()) << "nobody needs to find out what it costs";
  edit(made.id, more);
  EXPECT_FALSE(let_in(made.token).ok()) << "what was counted before still is";
}

TEST_F(TokenBudgets, AnotherPeriodBeginsAtNothing) {
  const auto made = make(budget(1, BudgetPeriod::Day));
  spend(made.token, kDollar);
  // A request that is under way while the period is edited counts in the new one.
  auto under_way = authenticator_.admit(made.token, now_);
  TokenPatch month;
  month.cost_period = Patch<BudgetPeriod>::to(BudgetPeriod::Month);
  edit(made.id, month);
  EXPECT_EQ(view(made.id).cost_used_usd, 0);
  EXPECT_TRUE(let_in(made.token).ok());
  under_way->charge(kDollar, now_);
  expect_spent(let_in(made.token), "month", at("2026-07-01T07:00:00Z") - now_.wall);
  TokenPatch same;
  same.cost_period = Patch<BudgetPeriod>::to(BudgetPeriod::Month);
  edit(made.id, same);
  EXPECT_FALSE(let_in(made.token).ok()) << "the same period goes on";
}

TEST_F(TokenBudgets, GoOnWhenTheClockIsSetBackALittle) {
  const auto day = make(budget(1, BudgetPeriod::Day));
  const auto month = make(budget(1, BudgetPeriod::Month));
  now_.wall = at("2026-07-01T07:10:00Z");
  spend(day.token, kDollar);
  spend(month.token, kDollar);
  now_.wall = at("2026-07-01T06:50:00Z");
  EXPECT_FALSE(let_in(day.token).ok());
  EXPECT_FALSE(let_in(month.token).ok());
  now_.wall = at("2026-05-01T00:00:00Z");
  EXPECT_TRUE(let_in(day.token).ok()) << "that clock had been far ahead";
  EXPECT_TRUE(let_in(month.token).ok());
}

TEST_F(TokenBudgets, OutliveARestart) {
  const auto made = make(budget(1, BudgetPeriod::Month));
  spend(made.token, kDollar / 4 + 3);
  ASSERT_TRUE(authenticator_.flush_findings().ok());
  const auto rows = store_.load();
  ASSERT_TRUE(rows.ok());
  Authenticator next{store_, {}};
  ASSERT_TRUE(next.load().ok());
  EXPECT_DOUBLE_EQ(next.list(now_).front().cost_used_usd, 0.25 + 3e-12);
  EXPECT_EQ(rows->front().cost_picos, kDollar / 4 + 3) << "to the last picodollar";
  Now later = now_;
  later.wall = at("2026-07-02T00:00:00Z");
  EXPECT_EQ(next.list(later).front().cost_used_usd, 0) << "another month";
}

TEST_F(TokenBudgets, ABadOneIsNamed) {
  for (const double usd : {0.0, -1.0, 0.0000009, 1'000'001.0}) {
    const auto refused = authenticator_.add(budget(usd, BudgetPeriod::Day), kChange, now_);
    ASSERT_FALSE(refused.ok()) << usd;
    EXPECT_EQ(refused.error().code, ErrorCode::BadRequest);
    EXPECT_EQ(refused.error().field, "max_cost_usd");
  }
  EXPECT_TRUE(authenticator_.add(budget(0.000001, BudgetPeriod::Day), kChange, now_).ok());
  EXPECT_TRUE(authenticator_.add(budget(1'000'000, BudgetPeriod::Day), kChange, now_).ok());
  TokenPatch patch;
  patch.cost_period = Patch<BudgetPeriod>::cleared();
  EXPECT_EQ(authenticator_.update(-1, patch, kChange, now_).error().field, "cost_period");
}

TEST_F(TokenBudgets, ManyThreadsChargeToTheLastPicodollar) {
  const auto made = make(budget(1'000'000, BudgetPeriod::Day));
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) spend(made.token, 7);
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(authenticator_.flush_findings().ok());
  EXPECT_EQ(store_.load()->front().cost_picos, 8 * 1000 * 7);
}

TEST_F(TokenBudgets, CountNoFurtherThanAnyBudgetGoes) {
  const auto made = make(budget(1'000'000, BudgetPeriod::Life));
  for (int i = 0; i < 30; ++i) spend(made.token, 1'000'000 * kDollar);
  EXPECT_DOUBLE_EQ(view(made.id).cost_used_usd, 2'000'000);
  expect_spent(let_in(made.token), "life", std::nullopt);
}

}  // namespace
}  // namespace geminate::auth
