#include "tests/integration/upstream/pool_fixture.h"

namespace geminate::upstream {
namespace {

using std::chrono::milliseconds;
using test::FakeConnection;
using test::FakeUpstream;

class PoolDeadlines : public PoolTest {
 protected:
  void expect_failure(FakeUpstream& upstream, FakeUpstream::Script script, Deadlines deadlines,
                      FailureKind kind, std::string_view body = {}) {
    auto playing = upstream.play(std::move(script));
    KeptAnswer answer;
    EXPECT_TRUE(ask(target(upstream), answer, body, deadlines));
    EXPECT_TRUE(answer.failed_with(kind));
    EXPECT_EQ(answer.endings, 1);
    // Upstream is hung up on.
    EXPECT_TRUE(finish(playing));
    EXPECT_EQ(pool().busy_connections() + pool().idle_connections(), 0u);
  }
};

constexpr milliseconds kSoon{150};

TEST_F(PoolDeadlines, EndACallThatGetsNoAnswer) {
  FakeUpstream upstream;
  const auto script = on_request(
      [](FakeConnection& connection) -> testing::AssertionResult { return connection.wait_for_end(); });
  expect_failure(upstream, script, {.first_byte = kSoon}, FailureKind::FirstByteTimeout);
}

TEST_F(PoolDeadlines, EndAnAnswerThatStalls) {
  FakeUpstream upstream;
  const auto script = on_request([](FakeConnection& connection) -> testing::AssertionResult {
    GEMINATE_HOLDS(connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"));
    return connection.wait_for_end();
  });
  expect_failure(upstream, script, {.first_byte = milliseconds{20'000}, .idle = kSoon},
                 FailureKind::IdleTimeout);
}

TEST_F(PoolDeadlines, EndARequestThatUpstreamDoesNotRead) {
  FakeUpstream upstream;
  std::atomic<bool> over{false};
  const std::string body(64 * 1024 * 1024, 'x');
  auto script = upstream.play(on_connection([&](FakeConnection& connection) -> testing::AssertionResult {
    while (!over) std::this_thread::sleep_for(milliseconds{5});
    return connection.wait_for_end();
  }));
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(upstream), answer, body, {.idle = kSoon}));
  over = true;
  ASSERT_TRUE(answer.failed_with(FailureKind::IdleTimeout));
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolDeadlines, EndAnAnswerThatDripsOnWithoutEnd) {
  FakeUpstream upstream;
  const auto script = on_request([](FakeConnection& connection) -> testing::AssertionResult {
    GEMINATE_HOLDS(connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 2'000; ++i) {
      if (!connection.write("1\r\nx\r\n")) return testing::AssertionSuccess();
      std::this_thread::sleep_for(milliseconds{5});
    }
    return testing::AssertionFailure() << "nobody hung up";
  });
  expect_failure(upstream, script, {.total = milliseconds{300}}, FailureKind::TotalTimeout);
}

TEST_F(PoolDeadlines, EndAConnectionThatIsNotMade) {
  // A backlog that is full leaves further connections without an answer.
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  auto address = literal_address("127.0.0.1").front();
  auto* raw = reinterpret_cast<sockaddr*>(&address.storage);
  ASSERT_EQ(::bind(listener, raw, address.length), 0);
  ASSERT_EQ(::listen(listener, 0), 0);
  ASSERT_EQ(::getsockname(listener, raw, &address.length), 0);
  const std::string text = address.text();
  const Target target{"127.0.0.1", static_cast<std::uint16_t>(std::stoi(text.substr(text.find(':') + 1))),
                      false};
  std::vector<KeptAnswer> answers(4);
  for (auto& answer : answers) start(target, answer, {}, {.connect = kSoon, .first_byte = milliseconds{500}});
  int not_connected = 0;
  for (auto& answer : answers) {
    EXPECT_TRUE(run_until_ended(answer));
    ASSERT_TRUE(answer.failure.has_value());
    if (answer.failure->kind == FailureKind::ConnectTimeout) ++not_connected;
  }
  EXPECT_GE(not_connected, 1);
  ::close(listener);
}

TEST_F(PoolDeadlines, LeaveTimeForTheNextAddress) {
  // The first address swallows the connection (its backlog is full), the second one answers.
  FakeUpstream upstream;
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  auto blocked = literal_address("127.0.0.3").front();
  blocked.set_port(upstream.port());
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&blocked.storage), blocked.length), 0);
  ASSERT_EQ(::listen(listener, 0), 0);
  std::vector<int> fillers;
  for (int i = 0; i < 3; ++i) {
    fillers.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    ::connect(fillers.back(), reinterpret_cast<sockaddr*>(&blocked.storage), blocked.length);
  }
  auto script = upstream.play(serve_once("ok"));
  Resolver resolver([](const std::string&) { return two_addresses("127.0.0.3"); });
  pool_ = std::make_unique<ConnectionPool>(loop_, resolver, nullptr, options());
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(upstream, "two.example"), answer, {}, {.connect = milliseconds{1'000}}));
  EXPECT_EQ(answer.body, "ok");
  EXPECT_TRUE(finish(script));
  pool_.reset();
  for (const int filler : fillers) ::close(filler);
  ::close(listener);
}

TEST_F(PoolDeadlines, EndALookupThatHangs) {
  std::atomic<bool> go{false};
  Resolver resolver([&](const std::string&) -> Result<Addresses> {
    while (!go) std::this_thread::yield();
    return literal_address("127.0.0.1");
  });
  pool_ = std::make_unique<ConnectionPool>(loop_, resolver, nullptr, options());
  KeptAnswer answer;
  EXPECT_TRUE(ask({"slow.example", 1, false}, answer, {}, {.connect = kSoon}));
  ASSERT_TRUE(answer.failed_with(FailureKind::ConnectTimeout));
  go = true;
  // The late outcome finds nobody.
  EXPECT_TRUE(run_until_elsewhere([&] { return !resolver.find("slow.example").empty(); }));
  loop_.run_for(milliseconds{20});
  EXPECT_EQ(answer.endings, 1);
  pool_.reset();
}

TEST_F(PoolDeadlines, RestWhileTheCallIsPaused) {
  FakeUpstream upstream;
  auto script = upstream.play(on_request([](FakeConnection& connection) -> testing::AssertionResult {
    GEMINATE_HOLDS(connection.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc"));
    std::this_thread::sleep_for(3 * kSoon);
    return connection.write("def");
  }));
  KeptAnswer answer;
  CallId call;
  answer.at_body = [&] { pool().pause(call); };
  call = start(target(upstream), answer, {}, {.idle = kSoon});
  EXPECT_TRUE(finish(script));
  EXPECT_FALSE(answer.ended());
  pool().resume(call);
  EXPECT_TRUE(run_until_ended(answer));
  EXPECT_EQ(answer.body, "abcdef");
}

}  // namespace
}  // namespace geminate::upstream
