#include "backend/app/background_thread.h"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace geminate::app {
namespace {

TEST(BackgroundThread, RunsTasksInOrder) {
  BackgroundThread background;
  std::vector<int> seen;
  std::promise<void> done;
  for (int i = 0; i < 100; ++i) background.post([&seen, i] { seen.push_back(i); });
  background.post([&done] { done.set_value(); });
  done.get_future().wait();
  ASSERT_EQ(seen.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], i);
}

TEST(BackgroundThread, FinishesWhatWasPostedBeforeItStops) {
  int ran = 0;
  BackgroundThread background;
  for (int i = 0; i < 50; ++i) background.post([&ran] { ++ran; });
  background.stop();
  EXPECT_EQ(ran, 50);
  background.post([&ran] { ++ran; });
  EXPECT_EQ(ran, 50);
}

TEST(BackgroundThread, RepeatsItsJobs) {
  BackgroundThread background;
  std::promise<void> third;
  int runs = 0;
  background.every(std::chrono::milliseconds{1}, [&] {
    if (++runs == 3) third.set_value();
  });
  EXPECT_EQ(third.get_future().wait_for(std::chrono::seconds{30}), std::future_status::ready);
  background.stop();
}

}  // namespace
}  // namespace geminate::app
