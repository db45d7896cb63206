#include "backend/keys/published.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace geminate::keys {
namespace {

TEST(Published, ShowsWhatWasPublishedLast) {
  Published<int> published(std::make_shared<const int>(1));
  EXPECT_EQ(*published.read(), 1);
  published.publish(std::make_shared<const int>(2));
  EXPECT_EQ(*published.read(), 2);
  EXPECT_EQ(*published.snapshot(), 2);
}

TEST(Published, ReadsWithoutANewSnapshotShareNothing) {
  const auto value = std::make_shared<const int>(1);
  Published<int> published(value);
  (void)published.read();
  const long owners = value.use_count();
  for (int i = 0; i < 100; ++i) (void)published.read();
  EXPECT_EQ(value.use_count(), owners) << "a read in the steady state counts no reference";
}

TEST(Published, LetsGoOfAnOldSnapshotWithTheNextRead) {
  auto old = std::make_shared<const int>(1);
  const std::weak_ptr<const int> watch = old;
  Published<int> published(std::move(old));
  (void)published.read();
  published.publish(std::make_shared<const int>(2));
  EXPECT_FALSE(watch.expired());
  (void)published.read();
  EXPECT_TRUE(watch.expired());
}

TEST(Published, EndsWithoutLeavingSnapshotsBehind) {
  auto value = std::make_shared<const int>(1);
  const std::weak_ptr<const int> watch = value;
  {
    Published<int> published(std::move(value));
    std::thread([&] { EXPECT_EQ(*published.read(), 1); }).join();
    (void)published.read();
  }
  EXPECT_TRUE(watch.expired());
}

TEST(Published, AThreadThatInheritsASlotSeesTheNewestToo) {
  Published<int> published(std::make_shared<const int>(0));
  for (int i = 1; i <= 50; ++i) {
    published.publish(std::make_shared<const int>(i));
    std::thread([&] { EXPECT_EQ(*published.read(), i); }).join();
  }
}

TEST(Published, ServesMoreThreadsThanItHasSlots) {
  Published<int> published(std::make_shared<const int>(7));
  std::mutex hold;
  std::vector<std::thread> threads;
  std::atomic<std::size_t> right{0};
  {
    const std::lock_guard lock(hold);
    for (std::size_t i = 0; i < kReaderSlots + 20; ++i) {
      threads.emplace_back([&] {
        right += *published.read() == 7 ? 1 : 0;
        // All live at the same time, so that the slots run out.
        const std::lock_guard wait(hold);
      });
    }
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, kReaderSlots + 20);
}

TEST(Published, ReadersNeverGoBackInTime) {
  Published<int> published(std::make_shared<const int>(0));
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      int last = 0;
      while (last < 2000) {
        const int seen = *published.read();
        ASSERT_GE(seen, last);
        last = seen;
      }
    });
  }
  for (int i = 1; i <= 2000; ++i) published.publish(std::make_shared<const int>(i));
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace geminate::keys
