#include "backend/observe/live_feed.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace geminate::observe {
namespace {

using Next = LiveFeed::Next;

class LiveFeedTest : public ::testing::Test {
 protected:
  std::shared_ptr<LiveFeed::Subscription> listen() {
    auto subscription = feed_.subscribe([this] { ++wakes_; });
    EXPECT_TRUE(subscription.ok());
    return subscription.ok() ? *subscription : nullptr;
  }
  /// All that waits, in one text.
  std::string taken(LiveFeed::Subscription& subscription) {
    std::string text;
    std::shared_ptr<const std::string> frame;
    while (feed_.take(subscription, frame) == Next::Frame) text += *frame;
    return text;
  }
  Next next(LiveFeed::Subscription& subscription) {
    std::shared_ptr<const std::string> frame;
    return feed_.take(subscription, frame);
  }

  LiveFeed feed_;
  std::atomic<int> wakes_{0};
};

TEST_F(LiveFeedTest, KnowsWhetherAnybodyListens) {
  EXPECT_FALSE(feed_.has_listeners());
  feed_.publish("key", "{}");
  const auto one = listen();
  EXPECT_TRUE(feed_.has_listeners());
  EXPECT_EQ(next(*one), Next::Nothing) << "what was before is not told";
  feed_.unsubscribe(one);
  feed_.unsubscribe(one);
  EXPECT_FALSE(feed_.has_listeners());
}

TEST_F(LiveFeedTest, TellsEveryListenerInOrder) {
  const auto one = listen();
  feed_.publish("key", R"({"a":1})");
  const auto other = listen();
  feed_.publish("request", R"({"b":2})");
  EXPECT_EQ(taken(*one), "id: 1\nevent: key\ndata: {\"a\":1}\n\nid: 2\nevent: request\ndata: {\"b\":2}\n\n");
  EXPECT_EQ(taken(*other), "id: 2\nevent: request\ndata: {\"b\":2}\n\n");
}

TEST_F(LiveFeedTest, WakesAListenerOnceUntilItHasTakenEverything) {
  const auto one = listen();
  feed_.publish("key", "1");
  feed_.publish("key", "2");
  EXPECT_EQ(wakes_, 1);
  taken(*one);
  feed_.publish("key", "3");
  EXPECT_EQ(wakes_, 2);
}

TEST_F(LiveFeedTest, GivesUpAListenerThatLagsAndNobodyElse) {
  const auto slow = listen();
  const auto quick = listen();
  for (std::size_t i = 0; i < LiveFeed::kMostWaiting; ++i) {
    feed_.publish("key", "{}");
    taken(*quick);
  }
  const int before = wakes_;
  feed_.publish("key", "{}");
  EXPECT_EQ(wakes_, before + 2) << "it is told, although it was woken before";
  EXPECT_EQ(next(*slow), Next::Lagged);
  feed_.publish("key", "{}");
  EXPECT_EQ(next(*slow), Next::Lagged);
  EXPECT_FALSE(taken(*quick).empty());
}

TEST_F(LiveFeedTest, TakesSoManyListenersAndNoMore) {
  std::vector<std::shared_ptr<LiveFeed::Subscription>> all;
  for (std::size_t i = 0; i < LiveFeed::kMostListeners; ++i) all.push_back(listen());
  EXPECT_EQ(feed_.subscribe([] {}).error().code, ErrorCode::RateLimited);
  feed_.unsubscribe(all.back());
  EXPECT_TRUE(feed_.subscribe([] {}).ok());
}

TEST_F(LiveFeedTest, EndsEveryListenerWhenItCloses) {
  const auto one = listen();
  feed_.publish("key", "{}");
  feed_.close();
  EXPECT_EQ(wakes_, 2);
  EXPECT_EQ(next(*one), Next::Closed);
  EXPECT_EQ(feed_.subscribe([] {}).error().code, ErrorCode::Unavailable);
}

TEST_F(LiveFeedTest, IsPublishedToFromManyThreads) {
  const auto one = listen();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this] {
      for (int n = 0; n < 200; ++n) feed_.publish("key", "{}");
    });
  }
  for (auto& thread : threads) thread.join();
  const auto text = taken(*one);
  EXPECT_NE(text.find("id: 800\n"), std::string::npos);
  EXPECT_LT(text.find("id: 799\n"), text.find("id: 800\n"));
}

}  // namespace
}  // namespace geminate::observe
