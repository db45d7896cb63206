#include "backend/keys/rate_window.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <random>
#include <thread>
#include <vector>

namespace geminate::keys {
namespace {

using namespace std::chrono_literals;

const MonotonicTime kStart = MonotonicTime{} + 1000h;

int admitted(RateWindow& window, MonotonicTime now, int tries) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += window.admit(now) ? 0 : 1;
  return count;
}

TEST(RateWindow, AdmitsExactlyTheLimitAndAgainAMinuteLater) {
  for (const std::int64_t limit : {1, 2, 3, 60, 1000, 1024}) {
    RateWindow window(limit);
    EXPECT_EQ(admitted(window, kStart, 3000), limit);
    EXPECT_EQ(admitted(window, kStart + 59'999ms, 10), 0);
    EXPECT_EQ(admitted(window, kStart + 60s, 3000), limit);
  }
}

TEST(RateWindow, SaysWhenTheNextRequestFits) {
  RateWindow window(2);
  EXPECT_FALSE(window.wait_for(kStart));
  EXPECT_FALSE(window.admit(kStart));
  EXPECT_FALSE(window.admit(kStart + 10s));
  EXPECT_EQ(window.admit(kStart + 20s), 40s);
  EXPECT_EQ(window.wait_for(kStart + 20s), 40s);
  EXPECT_EQ(window.wait_for(kStart + 59'999ms), 1ms);
  EXPECT_FALSE(window.wait_for(kStart + 60s));
  EXPECT_FALSE(window.admit(kStart + 60s));
  EXPECT_EQ(window.admit(kStart + 60s), 10s) << "the second of the two is the oldest now";
}

TEST(RateWindow, NeverAdmitsMoreThanTheLimitInAnyMinute) {
  std::mt19937 random(1);
  for (const std::int64_t limit : {1, 5, 17}) {
    RateWindow window(limit);
    std::deque<MonotonicTime> last;
    MonotonicTime now = kStart;
    for (int i = 0; i < 20'000; ++i) {
      now += std::chrono::milliseconds{random() % 4000};
      while (!last.empty() && last.front() <= now - 60s) last.pop_front();
      const bool fits = last.size() < static_cast<std::size_t>(limit);
      ASSERT_EQ(!window.admit(now).has_value(), fits) << "request " << i;
      if (fits) last.push_back(now);
    }
  }
}

TEST(RateWindow, IsWithinAThousandthForLargeLimits) {
  for (const std::int64_t limit : {1025, 5000, 100'000}) {
    RateWindow window(limit);
    const int count = admitted(window, kStart, static_cast<int>(limit + 5000));
    EXPECT_LE(count, limit);
    EXPECT_GE(static_cast<double>(count), static_cast<double>(limit) * 0.5);
    // After a minute without a request there is room again, and never for more than the limit and one group.
    EXPECT_LE(admitted(window, kStart + 60s, static_cast<int>(limit + 5000)), limit);
  }
}

TEST(RateWindow, AChangedLimitRemembersWhatWasAdmitted) {
  RateWindow former(10);
  EXPECT_EQ(admitted(former, kStart, 4), 4);
  RateWindow larger(6, former);
  EXPECT_EQ(admitted(larger, kStart + 1s, 10), 2);
  RateWindow smaller(3, former);
  EXPECT_EQ(admitted(smaller, kStart + 1s, 10), 0);
  EXPECT_EQ(admitted(smaller, kStart + 60s, 10), 3);
}

TEST(RateWindow, ThreadsTogetherGetNoMoreThanTheLimit) {
  constexpr int kLimit = 500;
  RateWindow window(kLimit);
  std::atomic<int> count{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { count += admitted(window, kStart, 1000); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(count, kLimit);
  // A thread may have been refused while another was about to move the hint on; the room is still there.
  EXPECT_EQ(count + admitted(window, kStart, kLimit), kLimit);
}

TEST(RateWindow, OfARowGoesOnFromItsFormerOneUnderANewLimit) {
  EXPECT_EQ(window_for(std::nullopt, nullptr), nullptr);
  const auto first = window_for(2, nullptr);
  EXPECT_EQ(admitted(*first, kStart, 3), 2);
  EXPECT_EQ(window_for(2, first), first) << "an edit of something else changes nothing";
  const auto larger = window_for(5, first);
  EXPECT_EQ(admitted(*larger, kStart, 10), 3) << "two of five were admitted under the former limit";
  EXPECT_EQ(window_for(std::nullopt, larger), nullptr);
}

}  // namespace
}  // namespace geminate::keys
