#include "backend/reactor/timer_wheel.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <vector>

namespace geminate::test {
namespace {

using namespace std::chrono_literals;
using reactor::Timer;
using reactor::TimerWheel;

constexpr auto kSlack = 2 * TimerWheel::kTick;

/// A timer that calls a function.
struct Alarm {
  Alarm(TimerWheel& wheel, std::function<void()> given)
      : what(std::move(given)),
        timer(
            wheel, [](void* self) { static_cast<Alarm*>(self)->what(); }, this) {}
  std::function<void()> what;
  Timer timer;
};

class Wheel : public ::testing::Test {
 protected:
  void advance_to(std::chrono::milliseconds after_start) { wheel_.advance(start_ + after_start); }

  MonotonicTime start_ = MonotonicTime(1000s);
  TimerWheel wheel_{start_};
};

TEST_F(Wheel, FiresNeverEarlyAndSoonAfter) {
  for (const auto delay :
       {0ms, 1ms, 19ms, 20ms, 21ms, 500ms, 10'230ms, 10'240ms, 10'250ms, 75'000ms, 600'000ms}) {
    TimerWheel wheel(start_);
    std::optional<std::chrono::milliseconds> fired;
    auto time = 0ms;
    Alarm alarm(wheel, [&] { fired = time; });
    // In the middle of a tick, where rounding shows.
    wheel.advance(start_ + 7ms);
    alarm.timer.set(delay);
    for (time = 7ms; !fired && time < delay + 1s; time += 5ms) wheel.advance(start_ + time);
    ASSERT_TRUE(fired) << delay.count();
    EXPECT_GE(*fired, delay + 7ms);
    EXPECT_LE(*fired, delay + 7ms + kSlack + 5ms);
  }
}

TEST_F(Wheel, FiresOnce) {
  int fired = 0;
  Alarm alarm(wheel_, [&] { ++fired; });
  alarm.timer.set(100ms);
  EXPECT_TRUE(alarm.timer.is_set());
  advance_to(30s);
  advance_to(60s);
  EXPECT_EQ(fired, 1);
  EXPECT_FALSE(alarm.timer.is_set());
  EXPECT_TRUE(wheel_.empty());
}

TEST_F(Wheel, ForgetsWhatIsCancelledOrDestroyed) {
  int fired = 0;
  Alarm cancelled(wheel_, [&] { ++fired; });
  cancelled.timer.set(100ms);
  cancelled.timer.cancel();
  {
    Alarm destroyed(wheel_, [&] { ++fired; });
    destroyed.timer.set(100ms);
  }
  advance_to(10s);
  EXPECT_EQ(fired, 0);
  EXPECT_TRUE(wheel_.empty());
}

TEST_F(Wheel, TakesTheLatestSetting) {
  std::vector<int> fired;
  auto time = 0ms;
  Alarm alarm(wheel_, [&] { fired.push_back(static_cast<int>(time.count())); });
  alarm.timer.set(100ms);
  alarm.timer.set(5000ms);
  for (; time < 6s; time += 10ms) advance_to(time);
  ASSERT_EQ(fired.size(), 1u);
  EXPECT_GE(fired[0], 5000);
}

TEST_F(Wheel, CountsFromTheMomentOfSettingAlsoAfterALongRest) {
  int fired = 0;
  Alarm alarm(wheel_, [&] { ++fired; });
  advance_to(3600s);
  alarm.timer.set(1s);
  advance_to(3600s + 990ms);
  EXPECT_EQ(fired, 0);
  advance_to(3601s + kSlack);
  EXPECT_EQ(fired, 1);
}

TEST_F(Wheel, LetsCallbacksSetCancelAndDestroyOthersOfTheSameSlot) {
  std::vector<std::unique_ptr<Alarm>> alarms;
  int fired = 0;
  for (int i = 0; i < 6; ++i) {
    alarms.push_back(std::make_unique<Alarm>(wheel_, [&, i] {
      ++fired;
      if (i == 5) alarms[4].reset();
      if (i == 3) alarms[2]->timer.cancel();
      if (i == 1 && fired < 5) alarms[1]->timer.set(100ms);
    }));
  }
  for (auto& alarm : alarms) alarm->timer.set(100ms);
  advance_to(150ms);
  EXPECT_EQ(fired, 4) << "5, 3, 1 and 0; 4 was destroyed, 2 cancelled";
  advance_to(400ms);
  EXPECT_EQ(fired, 5) << "1 had set itself again";
}

TEST_F(Wheel, SaysWhenItMustBeCalled) {
  EXPECT_EQ(wheel_.next_wake(), TimerWheel::kNever);
  Alarm late(wheel_, [] {});
  Alarm soon(wheel_, [] {});
  late.timer.set(60s);
  soon.timer.set(1s);
  EXPECT_LE(wheel_.next_wake(), start_ + 1s + kSlack);
  EXPECT_GE(wheel_.next_wake(), start_ + 1s);
  advance_to(1s + kSlack);
  EXPECT_FALSE(soon.timer.is_set());
  EXPECT_GT(wheel_.next_wake(), start_ + 1s + kSlack);
  EXPECT_LE(wheel_.next_wake(), start_ + 60s + kSlack);
}

TEST_F(Wheel, IsOnTimeWhenCalledOnlyWhenItAsks) {
  std::mt19937 random(11);
  struct Wanted {
    std::chrono::milliseconds due;
    std::unique_ptr<Alarm> alarm;
  };
  auto time = 0ms;
  int late = 0;
  int fired = 0;
  std::vector<Wanted> all;
  for (int i = 0; i < 300; ++i) {
    const auto delay = std::chrono::milliseconds(random() % 40'000);
    auto alarm = std::make_unique<Alarm>(wheel_, [&, delay] {
      ++fired;
      if (time < delay || time > delay + kSlack) ++late;
    });
    alarm->timer.set(delay);
    all.push_back({delay, std::move(alarm)});
  }
  int wakes = 0;
  while (!wheel_.empty() && ++wakes < 5000) {
    time = std::chrono::ceil<std::chrono::milliseconds>(wheel_.next_wake() - start_);
    advance_to(time);
  }
  EXPECT_EQ(fired, 300);
  EXPECT_EQ(late, 0);
  EXPECT_LT(wakes, 2500);
}

}  // namespace
}  // namespace geminate::test
