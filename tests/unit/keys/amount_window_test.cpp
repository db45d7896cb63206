#include "backend/keys/amount_window.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace geminate::keys {
namespace {

using namespace std::chrono_literals;

constexpr MonotonicTime kStart = MonotonicTime{} + 1000h;

class AmountWindowTest : public testing::Test {
 protected:
  std::optional<std::chrono::milliseconds> reserve(std::int64_t amount, std::int64_t limit,
                                                   MonotonicTime now) {
    return window_.reserve(amount, limit, now, place_);
  }
  std::int64_t amount_at(MonotonicTime now) { return window_.reading(now).amount; }

  AmountWindow window_;
  AmountWindow::Place place_ = AmountWindow::kNowhere;
};

TEST_F(AmountWindowTest, HoldsTheSumOfAMinuteWithinTheLimitAndSaysWhenMoreFits) {
  EXPECT_FALSE(reserve(60, 100, kStart));
  EXPECT_FALSE(reserve(40, 100, kStart + 10s));
  EXPECT_EQ(reserve(1, 100, kStart + 20s), 40s);
  EXPECT_EQ(reserve(60, 100, kStart + 20s), 40s);
  EXPECT_EQ(reserve(61, 100, kStart + 20s), 50s) << "the first cell alone does not make room for it";
  EXPECT_EQ(reserve(1, 100, kStart + 59'999ms), 1ms);
  EXPECT_FALSE(reserve(60, 100, kStart + 60s));
  EXPECT_EQ(amount_at(kStart + 60s), 100);
}

TEST_F(AmountWindowTest, TreatsWhatIsAboveTheLimitAsTheLimit) {
  EXPECT_FALSE(reserve(1'000'000, 100, kStart));
  EXPECT_EQ(amount_at(kStart), 100);
  EXPECT_EQ(reserve(1'000'000, 100, kStart + 1s), 59s);
  EXPECT_FALSE(reserve(1'000'000, 100, kStart + 60s));
}

TEST_F(AmountWindowTest, KeepsNoAmountShorterThanAMinuteAndNoneAQuarterSecondLonger) {
  for (int ms = 0; ms < 1000; ms += 7) {
    AmountWindow window;
    const auto begun = kStart + std::chrono::milliseconds{ms};
    ASSERT_FALSE(window.reserve(5, 10, begun, place_));
    window.add(1, begun + 60ms);
    EXPECT_EQ(window.reading(begun + 59'999ms).amount, 6);
    EXPECT_EQ(window.reading(begun + 60'060ms).amount, 0);
  }
}

TEST_F(AmountWindowTest, ALaterLimitCountsWhatCameBefore) {
  EXPECT_FALSE(reserve(10, 10, kStart));
  EXPECT_EQ(reserve(1, 5, kStart), 60s);
  EXPECT_FALSE(reserve(10, 20, kStart));
  EXPECT_TRUE(reserve(1, 20, kStart));
}

TEST_F(AmountWindowTest, WhatIsGivenBackFitsAtOnceButNotTwice) {
  ASSERT_FALSE(reserve(80, 100, kStart));
  window_.give_back(place_, 50);
  EXPECT_EQ(amount_at(kStart), 30);
  window_.give_back(place_, 500);
  EXPECT_EQ(amount_at(kStart), 0);
  ASSERT_FALSE(reserve(80, 100, kStart));
  const auto old = place_;
  ASSERT_FALSE(reserve(70, 100, kStart + 64s)) << "256 cells later: the same slot";
  window_.give_back(old, 80);
  EXPECT_EQ(amount_at(kStart + 64s), 70) << "the old one had left by itself";
}

TEST_F(AmountWindowTest, SumsUpWhatIsAddedBeyondTheLimitToo) {
  ASSERT_FALSE(reserve(100, 100, kStart));
  window_.add(50, kStart + 1s);
  EXPECT_EQ(amount_at(kStart + 1s), 150);
  EXPECT_EQ(reserve(50, 100, kStart + 2s), 58s);
  EXPECT_EQ(reserve(51, 100, kStart + 2s), 59s);
}

TEST_F(AmountWindowTest, ForgetsWhatLiesHoursAndDaysBack) {
  // Once round, the cells' numbers come again: an old amount looks fresh then, and is gone within a minute.
  constexpr auto kOnceRound = 250ms * (1 << 24);
  auto now = kStart;
  for (const auto pause :
       {61'000ms, 3'600'000ms, 86'400'000ms, 345'600'000ms, kOnceRound / 2, kOnceRound + 61s}) {
    ASSERT_FALSE(reserve(100, 100, now));
    now += pause;
    EXPECT_EQ(amount_at(now), 0) << "after " << pause.count() << " ms";
  }
  ASSERT_FALSE(reserve(100, 100, now));
  now += kOnceRound + 1s;
  EXPECT_EQ(amount_at(now), 100);
  EXPECT_EQ(amount_at(now + 59s), 0);
}

TEST_F(AmountWindowTest, TellsWhenItIsEmptyAgain) {
  EXPECT_EQ(window_.reading(kStart).until_empty, 0s);
  ASSERT_FALSE(reserve(1, 100, kStart));
  ASSERT_FALSE(reserve(1, 100, kStart + 7s));
  EXPECT_EQ(window_.reading(kStart + 10s).until_empty, 57s);
}

TEST_F(AmountWindowTest, AgreesWithAPlainListOfAmounts) {
  std::minstd_rand random(7);
  std::deque<std::pair<std::int64_t, std::int64_t>> taken;
  std::int64_t ms = 0;
  for (int i = 0; i < 20'000; ++i) {
    ms += static_cast<std::int64_t>(random() % 400);
    const std::int64_t amount = 1 + static_cast<std::int64_t>(random() % 50);
    const bool fits = !reserve(amount, 1'000, kStart + std::chrono::milliseconds{ms});
    std::int64_t surely = 0;
    std::int64_t perhaps = 0;
    for (const auto& [time, each] : taken) {
      if (time + 60'000 > ms) surely += each;
      if (time + 60'250 > ms) perhaps += each;
    }
    ASSERT_FALSE(fits && surely + amount > 1'000) << "at " << ms;
    ASSERT_TRUE(fits || perhaps + amount > 1'000) << "at " << ms;
    if (fits) taken.emplace_back(ms, amount);
    while (!taken.empty() && taken.front().first + 61'000 < ms) taken.pop_front();
  }
}

TEST_F(AmountWindowTest, ManyThreadsTakeExactlyTheLimit) {
  constexpr int kThreads = 8;
  for (int minute = 0; minute < 5; ++minute) {
    const auto now = kStart + minute * 60s;
    std::atomic<std::int64_t> taken{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        AmountWindow::Place place = AmountWindow::kNowhere;
        for (int n = 0; n < 4'000; ++n) {
          // Each thread's clock lags a little behind or runs ahead of the others'.
          if (!window_.reserve(1, 5'000, now + std::chrono::milliseconds{(i * 37 + n) % 300}, place)) ++taken;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(taken, 5'000);
    EXPECT_EQ(amount_at(now + 1s), 5'000);
    ASSERT_EQ(amount_at(now + 60'300ms), 0);
  }
}

TEST_F(AmountWindowTest, ManyThreadsThatGiveBackLeaveNothingBehind) {
  std::atomic<std::int64_t> inside{0};
  std::atomic<std::int64_t> over{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      AmountWindow::Place place = AmountWindow::kNowhere;
      for (int n = 0; n < 5'000; ++n) {
        if (window_.reserve(10, 40, kStart, place)) continue;
        if ((inside += 10) > 40) ++over;
        inside -= 10;
        window_.give_back(place, 10);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(over, 0);
  EXPECT_EQ(amount_at(kStart), 0);
}

}  // namespace
}  // namespace geminate::keys
