#include <algorithm>

#include "tests/integration/upstream/pool_fixture.h"

namespace geminate::upstream {
namespace {

using std::chrono::milliseconds;
using test::FakeConnection;
using test::FakeUpstream;

class PoolAnswers : public PoolTest {};

/// Upstream answers one request with these bytes, then hangs up.
FakeUpstream::Script answers_once(std::string bytes) {
  return on_request([bytes = std::move(bytes)](FakeConnection& connection) -> testing::AssertionResult {
    GEMINATE_HOLDS(connection.write(bytes));
    connection.close();
    return testing::AssertionSuccess();
  });
}

TEST_F(PoolAnswers, BringARequestThereAndItsAnswerBack) {
  FakeUpstream upstream;
  auto script = upstream.play(on_connection([](FakeConnection& connection) -> testing::AssertionResult {
    std::string request;
    GEMINATE_HOLDS(connection.read_request(request));
    if (request != request_head(9) + "the words") return testing::AssertionFailure() << request;
    return connection.write(answer_text("an answer"));
  }));
  KeptAnswer answer;
  start(target(upstream), answer, "the words");
  EXPECT_FALSE(answer.ended());
  EXPECT_TRUE(run_until_ended(answer));
  EXPECT_TRUE(finish(script));
  EXPECT_TRUE(answer.done);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "an answer");
  EXPECT_EQ(answer.heads, 1);
}

TEST_F(PoolAnswers, ComeTheSameSplitAtEveryByte) {
  FakeUpstream upstream;
  const std::string text =
      "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n4;x\r\ndefg\r\n0\r\nT: u\r\n\r\n";
  auto script = upstream.play(on_connection([text](FakeConnection& connection) -> testing::AssertionResult {
    std::string request;
    for (std::size_t at = 1; at < text.size(); ++at) {
      GEMINATE_HOLDS(connection.read_request(request));
      GEMINATE_HOLDS(connection.write(std::string_view(text).substr(0, at)));
      // Long enough for the loop to see two pieces mostly; one is no less right.
      std::this_thread::sleep_for(milliseconds{1});
      GEMINATE_HOLDS(connection.write(std::string_view(text).substr(at)));
    }
    return testing::AssertionSuccess();
  }));
  for (std::size_t at = 1; at < text.size(); ++at) {
    KeptAnswer answer;
    ASSERT_TRUE(ask(target(upstream), answer)) << at;
    ASSERT_TRUE(answer.done) << at << ' ' << answer.failure->detail;
    ASSERT_EQ(answer.body, "abcdefg") << at;
  }
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolAnswers, EndWithTheConnectionWhereTheySaySo) {
  FakeUpstream upstream;
  auto script = upstream.play(answers_once("HTTP/1.1 200 OK\r\n\r\nuntil the end"));
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(upstream), answer));
  EXPECT_TRUE(finish(script));
  EXPECT_TRUE(answer.done);
  EXPECT_EQ(answer.body, "until the end");
  EXPECT_EQ(pool().idle_connections(), 0u);
}

TEST_F(PoolAnswers, FailWhenTheyAreCutInTheBody) {
  FakeUpstream upstream;
  auto script = upstream.play(answers_once("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"));
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(upstream), answer));
  EXPECT_TRUE(finish(script));
  ASSERT_TRUE(answer.failed_with(FailureKind::Broken));
  EXPECT_TRUE(answer.failure->answer_begun);
  EXPECT_EQ(answer.body, "only this");
  EXPECT_EQ(answer.endings, 1);
}

TEST_F(PoolAnswers, FailWhenTheyAreNotHttp) {
  FakeUpstream upstream;
  auto script = upstream.play(answers_once("SSH-2.0-OpenSSH_9.2\r\n"));
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(upstream), answer));
  EXPECT_TRUE(finish(script));
  ASSERT_TRUE(answer.failed_with(FailureKind::Broken));
  EXPECT_FALSE(answer.failure->answer_begun);
}

TEST_F(PoolAnswers, FailWhenAFreshConnectionEndsWithoutOne) {
  FakeUpstream upstream;
  auto script = upstream.play([](FakeUpstream& fake) -> testing::AssertionResult {
    FakeConnection connection;
    std::string request;
    GEMINATE_HOLDS(fake.accept(connection));
    GEMINATE_HOLDS(connection.read_request(request));
    connection.reset();
    // A request that may have been worked on is not sent again.
    return fake.nobody_connects(milliseconds{100});
  });
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(upstream), answer));
  EXPECT_TRUE(finish(script));
  ASSERT_TRUE(answer.failed_with(FailureKind::Broken));
}

TEST_F(PoolAnswers, FollowABodyOf64Megabytes) {
  FakeUpstream upstream;
  constexpr std::size_t kSize = 64 * 1024 * 1024;
  auto script = upstream.play(on_connection([](FakeConnection& connection) -> testing::AssertionResult {
    GEMINATE_HOLDS(connection.read_bytes(request_head(kSize).size() + kSize));
    return connection.write(answer_text("got it"));
  }));
  const std::string body(kSize, 'x');
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(upstream), answer, body));
  EXPECT_EQ(answer.body, "got it");
  EXPECT_EQ(pool().idle_connections(), 1u);
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolAnswers, CountThoughUpstreamDidNotReadTheWholeRequest) {
  FakeUpstream upstream;
  auto script = upstream.play(on_connection([](FakeConnection& connection) -> testing::AssertionResult {
    GEMINATE_HOLDS(connection.read_bytes(1000));
    GEMINATE_HOLDS(connection.write(answer_text("too large", "Connection: close\r\n")));
    return connection.wait_for_end();
  }));
  const std::string body(32 * 1024 * 1024, 'x');
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(upstream), answer, body));
  EXPECT_TRUE(answer.done);
  EXPECT_EQ(answer.body, "too large");
  EXPECT_EQ(pool().idle_connections() + pool().busy_connections(), 0u);
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolAnswers, HangUpOnUpstreamWhenTheCallIsCancelled) {
  FakeUpstream upstream;
  auto script = upstream.play(on_request([](FakeConnection& connection) -> testing::AssertionResult {
    GEMINATE_HOLDS(connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"));
    return connection.wait_for_end(milliseconds{2'000});
  }));
  KeptAnswer answer;
  CallId call;
  answer.at_body = [&] { pool().cancel(call); };
  call = start(target(upstream), answer);
  EXPECT_TRUE(finish(script));
  EXPECT_EQ(answer.body, "ab");
  EXPECT_FALSE(answer.ended());
  EXPECT_EQ(pool().busy_connections(), 0u);
  // Its name is stale now, and harmless.
  pool().cancel(call);
  pool().pause(call);
  pool().resume(call);
}

TEST_F(PoolAnswers, StopComingWhileTheCallIsPaused) {
  FakeUpstream upstream;
  constexpr std::size_t kSize = 32 * 1024 * 1024;
  std::atomic<bool> resumed{false};
  std::atomic<std::size_t> sent_while_paused{0};
  auto script = upstream.play(on_request([&](FakeConnection& connection) -> testing::AssertionResult {
    const std::string text = answer_text(std::string(kSize, 'y'));
    sent_while_paused = connection.write_until_stuck(text, milliseconds{300});
    resumed = true;
    return connection.write(std::string_view(text).substr(sent_while_paused));
  }));
  KeptAnswer answer;
  CallId call;
  answer.at_body = [&] {
    if (!resumed) pool().pause(call);
  };
  call = start(target(upstream), answer);
  EXPECT_TRUE(run_until_elsewhere([&] { return resumed.load(); }));
  // What was read before the pause took hold, and nothing of what the kernel holds.
  EXPECT_LE(answer.body.size(), ConnectionPool::kReadBytes);
  EXPECT_FALSE(answer.ended());
  pool().resume(call);
  EXPECT_TRUE(run_until_ended(answer));
  EXPECT_TRUE(finish(script));
  EXPECT_TRUE(answer.done);
  EXPECT_EQ(answer.body.size(), kSize);
  EXPECT_LT(sent_while_paused, kSize);
}

TEST_F(PoolAnswers, LetOthersHaveTheirTurnWhileOneFloods) {
  FakeUpstream upstream;
  auto script = upstream.play([](FakeUpstream& fake) -> testing::AssertionResult {
    FakeConnection flooding;
    FakeConnection small;
    std::string request;
    GEMINATE_HOLDS(fake.accept(flooding));
    GEMINATE_HOLDS(flooding.read_request(request));
    GEMINATE_HOLDS(fake.accept(small));
    GEMINATE_HOLDS(small.read_request(request));
    GEMINATE_HOLDS(flooding.write(answer_text(std::string(16 * 1024 * 1024, 'y'))));
    return small.write(answer_text("small"));
  });
  KeptAnswer flood;
  KeptAnswer small;
  start(target(upstream), flood);
  start(target(upstream), small);
  EXPECT_TRUE(run_until_ended(flood));
  EXPECT_TRUE(run_until_ended(small));
  EXPECT_TRUE(finish(script));
  EXPECT_EQ(flood.body.size(), 16u * 1024 * 1024);
  EXPECT_EQ(small.body, "small");
}

TEST_F(PoolAnswers, NeverReachAnotherCaller) {
  // Many calls at once, a third of them cancelled on the way; whoever gets an answer gets the one to its own
  // body.
  FakeUpstream upstream;
  constexpr int kCalls = 120;
  constexpr int kConnections = 8;
  std::atomic<bool> stop{false};
  auto script = upstream.play([&](FakeUpstream& fake) -> testing::AssertionResult {
    std::vector<std::future<void>> servers;
    FakeConnection connection;
    while (!stop) {
      if (!fake.accept(connection, milliseconds{20})) continue;
      servers.push_back(std::async(std::launch::async, [own = std::move(connection)]() mutable {
        std::string request;
        while (own.read_request(request, milliseconds{2'000})) {
          if (!own.write(answer_text("answer to " + request.substr(request.find("\r\n\r\n") + 4)))) return;
        }
      }));
    }
    return testing::AssertionSuccess();
  });
  std::vector<KeptAnswer> answers(kCalls);
  std::vector<std::string> bodies;
  for (int i = 0; i < kCalls; ++i) bodies.push_back("question " + std::to_string(i));
  int started = 0;
  int over = 0;
  std::function<void()> start_next = [&] {
    if (started == kCalls) return;
    const auto index = static_cast<std::size_t>(started++);
    auto& answer = answers[index];
    const auto call = std::make_shared<CallId>();
    answer.at_done = [&] {
      ++over;
      start_next();
    };
    answer.at_failed = answer.at_done;
    if (index % 3 == 0) {
      answer.at_head = [&, call] {
        pool().cancel(*call);
        ++over;
        start_next();
      };
    }
    *call = start(target(upstream), answer, bodies[index]);
  };
  for (int i = 0; i < kConnections; ++i) start_next();
  EXPECT_TRUE(loop_.run_until([&] { return over == kCalls; }));
  stop = true;
  pool_.reset();
  EXPECT_TRUE(finish(script));
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i].body, i % 3 == 0 ? "" : "answer to question " + std::to_string(i));
    EXPECT_FALSE(answers[i].failure.has_value());
  }
}

}  // namespace
}  // namespace geminate::upstream
