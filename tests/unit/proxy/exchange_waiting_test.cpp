// What an exchange waits for: keys that rest, and the egress breaker.
#include "tests/unit/proxy/exchange_fixture.h"

namespace geminate::proxy {
namespace {

constexpr const char* kBare429 =
    R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Resource has been exhausted"}})";

TEST_F(ExchangeTest, BlamesNoKeyAndAsksNobodyWhileTheBreakerIsOpen) {
  breaker_.on_unexplained(1001, false, now().steady);
  breaker_.on_unexplained(1002, false, now().steady);
  begin_native();
  caller_.answer(429, kBare429);
  EXPECT_EQ(sink_.status, 429);
  EXPECT_NE(sink_.fields.find("retry-after-ms: "), std::string::npos);
  for (const auto& key : pool_.list(now())) EXPECT_EQ(key.state, KeyState::Ready);
  turn();
  sink_.reset();
  begin_native();
  EXPECT_EQ(sink_.status, 429);
  EXPECT_EQ(caller_.calls.size(), 1U);
  EXPECT_NE(metrics_.render().find("geminate_egress_breaker_trips_total 1"), std::string::npos);
}

TEST_F(ExchangeTest, AGoodAnswerClosesTheBreakerAndABadProbeDoesNot) {
  // Long enough ago that a probe may go.
  breaker_.on_egress(false, now().steady - std::chrono::seconds{3});
  begin_native();
  ASSERT_EQ(caller_.calls.size(), 1U);
  caller_.answer(429, kBare429);
  EXPECT_EQ(sink_.status, 429);
  EXPECT_TRUE(breaker_.is_open());
  for (const auto& key : pool_.list(now())) EXPECT_EQ(key.state, KeyState::Ready);
  breaker_.on_served(now().steady);
  breaker_.on_egress(false, now().steady - std::chrono::seconds{3});
  turn();
  sink_.reset();
  begin_native();
  caller_.answer(200, "data: {}\n\n", "text/event-stream");
  EXPECT_EQ(sink_.status, 200);
  EXPECT_FALSE(breaker_.is_open());
}

TEST_F(ExchangeTest, AProbeWhoseClientLeavesMakesRoomForTheNext) {
  breaker_.on_egress(false, now().steady - std::chrono::seconds{3});
  begin_native();
  ASSERT_EQ(caller_.calls.size(), 1U);
  sink_.leave();
  EXPECT_TRUE(breaker_.admit(now().steady).is_probe);
}

constexpr const char* kShortRest =
    R"({"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Quota exceeded. Please retry in 0.1s."}})";

TEST_F(ExchangeTest, AnswersAtOnceWhenAllKeysRestAndNobodyIsToWait) {
  begin_native();
  caller_.answer(429, kShortRest);
  turn();
  caller_.answer(429, kShortRest);
  turn();
  EXPECT_EQ(sink_.status, 429);
  EXPECT_EQ(caller_.calls.size(), 2U);
}

TEST_F(ExchangeTest, WaitsForTheKeyThatReturnsFirstAndIsServed) {
  settings_.waiting.timeout = std::chrono::seconds{20};
  begin_native();
  caller_.answer(429, kShortRest);
  turn();
  caller_.answer(429, kShortRest);
  turn();
  EXPECT_FALSE(sink_.finished);
  EXPECT_EQ(context_.waiting.waiting(), 1U);
  EXPECT_TRUE(loop_.run_until([&] { return caller_.calls.size() == 3; }));
  caller_.answer(200, "data: {}\n\n", "text/event-stream");
  EXPECT_EQ(sink_.status, 200);
  EXPECT_EQ(context_.waiting.waiting(), 0U);
  EXPECT_NE(metrics_.render().find("geminate_queue_wait_seconds_count{dialect=\"gemini\"} 1"),
            std::string::npos);
}

TEST_F(ExchangeTest, DoesNotWaitForAKeyThatReturnsTooLate) {
  settings_.waiting.timeout = std::chrono::seconds{20};
  begin_native();
  for (int key = 0; key < 2; ++key) {
    caller_.answer(429, R"({"error":{"code":429,"message":"Please retry in 36s."}})");
    turn();
  }
  EXPECT_EQ(sink_.status, 429);
  EXPECT_NE(sink_.fields.find("retry-after: 3"), std::string::npos) << sink_.fields;
}

TEST_F(ExchangeTest, AClientThatLeavesFreesItsPlaceInTheLine) {
  settings_.waiting = {std::chrono::seconds{20}, 1};
  begin_native();
  for (int key = 0; key < 2; ++key) {
    caller_.answer(429, R"({"error":{"code":429,"message":"Please retry in 10s."}})");
    turn();
  }
  ASSERT_EQ(context_.waiting.waiting(), 1U);
  FakeSink other{loop_};
  begin_native(kStreamTarget, other);
  EXPECT_EQ(other.status, 429) << "the line is full";
  EXPECT_NE(other.fields.find("retry-after-ms: "), std::string::npos);
  sink_.leave();
  EXPECT_EQ(context_.waiting.waiting(), 0U);
  turn();
  EXPECT_TRUE(context_.in_flight.empty());
}

TEST_F(ExchangeTest, WaitsNoLongerThanItMayAllItsWaitsTogether) {
  settings_.waiting.timeout = std::chrono::milliseconds{300};
  begin_native();
  std::size_t answered = 0;
  EXPECT_TRUE(loop_.run_until([&] {
    // Whenever a key returns it meets another refusal.
    while (caller_.calls.size() > answered) {
      ++answered;
      caller_.answer(429, kShortRest);
      turn();
    }
    return sink_.finished;
  }));
  EXPECT_GT(answered, 2U);
  EXPECT_EQ(sink_.status, 429);
  EXPECT_NE(sink_.fields.find("retry-after-ms: "), std::string::npos);
}

TEST_F(ExchangeTest, DoesNotAskTheSameKeysAgainAndAgainWhenTheirRestsAreMomentary) {
  begin_native();
  for (int key = 0; key < 2; ++key) {
    caller_.answer(429, R"({"error":{"code":429,"message":"Please retry in 0.001s."}})");
    loop_.run_for(std::chrono::milliseconds{5});
  }
  EXPECT_EQ(caller_.calls.size(), 2U);
  EXPECT_EQ(sink_.status, 429);
  EXPECT_NE(sink_.fields.find("retry-after: 1\r\n"), std::string::npos) << sink_.fields;
}

TEST_F(ExchangeTest, WhoComesNewGoesBehindThoseThatWait) {
  settings_.waiting.timeout = std::chrono::seconds{20};
  begin_native();
  for (int key = 0; key < 2; ++key) {
    caller_.answer(429, kShortRest);
    turn();
  }
  FakeSink other{loop_};
  begin_native(kStreamTarget, other);
  EXPECT_EQ(context_.waiting.waiting(), 2U);
  EXPECT_TRUE(loop_.run_until([&] { return caller_.calls.size() == 3; }));
  turn();
  EXPECT_EQ(caller_.calls.size(), 3U) << "one tries whether the rest is really over";
  caller_.answer(200, "data: {}\n\n", "text/event-stream");
  EXPECT_EQ(sink_.status, 200) << "the one that waited longest";
  turn();
  EXPECT_EQ(caller_.calls.size(), 4U);
  caller_.answer(200, "data: {}\n\n", "text/event-stream");
  EXPECT_EQ(other.status, 200);
}

}  // namespace
}  // namespace geminate::proxy
