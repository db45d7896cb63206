#include "backend/app/live_listener.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/epoll_loop.h"

namespace geminate::app {
namespace {

class FakeSink final : public http::ResponseSink {
 public:
  explicit FakeSink(reactor::EventLoop& event_loop) : loop_(event_loop) {}

  void observe(http::ResponseObserver* given) override { observer = given; }
  void send(const http::ResponseHead&, std::string_view) override { ADD_FAILURE() << "not in one piece"; }
  void begin_stream(const http::ResponseHead& head, std::optional<std::uint64_t>) override {
    content_type = std::string(head.content_type);
    fields = head.extra;
  }
  http::WriteResult write(std::string_view bytes) override {
    EXPECT_FALSE(ended);
    text.append(bytes);
    return full ? http::WriteResult::Full : http::WriteResult::More;
  }
  void end() override {
    EXPECT_FALSE(ended);
    ended = true;
  }
  void abort() override { ADD_FAILURE() << "nothing went wrong"; }
  reactor::EventLoop& loop() override { return loop_; }

  http::ResponseObserver* observer = nullptr;
  std::string content_type;
  std::string fields;
  std::string text;
  bool full = false;
  bool ended = false;

 private:
  reactor::EventLoop& loop_;
};

class LiveListenerTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(LiveListener::begin(feed_, metrics_.worker(0), sink_, "r-1").ok()); }
  void turn() { loop_.run_for(std::chrono::milliseconds{1}); }

  test::EpollLoop loop_;
  observe::LiveFeed feed_;
  observe::Metrics metrics_{1};
  FakeSink sink_{loop_};
};

TEST_F(LiveListenerTest, AnswersAtOnceAndThenWithWhatIsPublished) {
  EXPECT_EQ(sink_.content_type, "text/event-stream; charset=utf-8");
  EXPECT_NE(sink_.fields.find("x-request-id: r-1\r\n"), std::string::npos);
  EXPECT_EQ(sink_.text, ": listening\n\n");
  feed_.publish("key", "{}");
  turn();
  EXPECT_NE(sink_.text.find("event: key\ndata: {}\n\n"), std::string::npos);
  sink_.observer->on_client_gone();
}

TEST_F(LiveListenerTest, IsGoneWithItsClient) {
  feed_.publish("key", "{}");
  sink_.observer->on_client_gone();
  EXPECT_FALSE(feed_.has_listeners());
  const auto text = sink_.text;
  turn();
  EXPECT_EQ(sink_.text, text) << "what was on its way finds nobody";
}

TEST_F(LiveListenerTest, EndsWhenItsSessionHas) {
  FakeSink sink{loop_};
  bool may_listen = true;
  ASSERT_TRUE(
      LiveListener::begin(feed_, metrics_.worker(0), sink, "r-2", [&may_listen] { return may_listen; }).ok());
  auto moment = now().steady + LiveListener::kKeepAlive + std::chrono::seconds{1};
  loop_.timers().advance(moment);
  EXPECT_FALSE(sink.ended);
  may_listen = false;
  loop_.timers().advance(moment + LiveListener::kKeepAlive + std::chrono::seconds{1});
  EXPECT_TRUE(sink.ended);
  EXPECT_FALSE(sink_.ended) << "the other one's holds";
  sink_.observer->on_client_gone();
}

TEST_F(LiveListenerTest, StopsWritingWhileTheClientIsSlowAndGoesOnThen) {
  sink_.full = true;
  feed_.publish("key", "1");
  turn();
  feed_.publish("key", "2");
  feed_.publish("key", "3");
  turn();
  EXPECT_NE(sink_.text.find("data: 1"), std::string::npos);
  EXPECT_EQ(sink_.text.find("data: 2"), std::string::npos);
  sink_.full = false;
  sink_.observer->on_drained();
  EXPECT_NE(sink_.text.find("data: 3"), std::string::npos);
  sink_.observer->on_client_gone();
}

TEST_F(LiveListenerTest, IsToldThatItLagsAndDropped) {
  sink_.full = true;
  for (std::size_t i = 0; i < observe::LiveFeed::kMostWaiting + 2; ++i) {
    feed_.publish("key", "{}");
    if (i == 0) turn();
  }
  turn();
  EXPECT_TRUE(sink_.ended);
  EXPECT_NE(sink_.text.find("event: lagged\n"), std::string::npos);
  EXPECT_FALSE(feed_.has_listeners());
  EXPECT_NE(metrics_.render().find("geminate_live_listeners_dropped_total 1\n"), std::string::npos);
}

TEST_F(LiveListenerTest, EndsWhenTheServerStopsAlsoForASlowClient) {
  sink_.full = true;
  feed_.publish("key", "1");
  turn();
  feed_.close();
  turn();
  EXPECT_TRUE(sink_.ended);
  FakeSink late(loop_);
  EXPECT_EQ(LiveListener::begin(feed_, metrics_.worker(0), late, "r-2").error().code, ErrorCode::Unavailable);
  EXPECT_EQ(late.observer, nullptr);
}

TEST_F(LiveListenerTest, ShowsSignsOfLifeAndEndsAfterAWhile) {
  auto& timers = loop_.timers();
  const auto begun = std::chrono::steady_clock::now();
  timers.advance(begun + LiveListener::kKeepAlive + std::chrono::seconds{1});
  EXPECT_NE(sink_.text.find(": keep-alive\n\n"), std::string::npos);
  EXPECT_FALSE(sink_.ended);
  timers.advance(begun + LiveListener::kLongest + std::chrono::seconds{1});
  EXPECT_TRUE(sink_.ended);
  EXPECT_FALSE(feed_.has_listeners());
}

}  // namespace
}  // namespace geminate::app
