#include "tests/integration/upstream/pool_fixture.h"

namespace geminate::upstream {
namespace {

using std::chrono::milliseconds;
using test::FakeConnection;
using test::FakeUpstream;

class PoolConnections : public PoolTest {};

TEST_F(PoolConnections, ServeOneRequestAfterAnother) {
  FakeUpstream upstream;
  auto script = upstream.play([](FakeUpstream& fake) -> testing::AssertionResult {
    FakeConnection connection;
    GEMINATE_HOLDS(fake.accept(connection));
    for (int i = 0; i < 5; ++i) GEMINATE_HOLDS(serve(connection, std::to_string(i)));
    return fake.nobody_connects(milliseconds{0});
  });
  for (int i = 0; i < 5; ++i) {
    KeptAnswer answer;
    ASSERT_TRUE(ask(target(upstream), answer));
    EXPECT_EQ(answer.body, std::to_string(i));
    EXPECT_EQ(pool().idle_connections(), 1u);
    EXPECT_EQ(pool().busy_connections(), 0u);
  }
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolConnections, MayBeUsedAgainFromWithinOnDone) {
  FakeUpstream upstream;
  auto script = upstream.play(on_connection([](FakeConnection& connection) -> testing::AssertionResult {
    GEMINATE_HOLDS(serve(connection, "first"));
    return serve(connection, "second");
  }));
  KeptAnswer first;
  KeptAnswer second;
  first.at_done = [&] { start(target(upstream), second); };
  start(target(upstream), first);
  EXPECT_TRUE(run_until_ended(second));
  EXPECT_EQ(second.body, "second");
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolConnections, AreTheLastUsedOnesFirst) {
  FakeUpstream upstream;
  std::atomic<bool> first_is_over{false};
  auto script = upstream.play([&](FakeUpstream& fake) -> testing::AssertionResult {
    FakeConnection one;
    FakeConnection two;
    GEMINATE_HOLDS(fake.accept(one));
    GEMINATE_HOLDS(fake.accept(two));
    GEMINATE_HOLDS(serve(one, "1"));
    while (!first_is_over) std::this_thread::yield();
    GEMINATE_HOLDS(serve(two, "2"));
    GEMINATE_HOLDS(serve(two, "3"));
    return one.stays_quiet(milliseconds{0});
  });
  KeptAnswer first;
  KeptAnswer second;
  first.at_done = [&] { first_is_over = true; };
  start(target(upstream), first);
  start(target(upstream), second);
  EXPECT_TRUE(run_until_ended(first));
  EXPECT_TRUE(run_until_ended(second));
  KeptAnswer third;
  EXPECT_TRUE(ask(target(upstream), third));
  EXPECT_EQ(third.body, "3");
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolConnections, AreNotSharedBetweenTargets) {
  FakeUpstream one;
  FakeUpstream two;
  const auto serve_one = [](FakeUpstream& fake) -> testing::AssertionResult {
    FakeConnection connection;
    GEMINATE_HOLDS(fake.accept(connection));
    return serve(connection, std::to_string(fake.port()));
  };
  auto script_one = one.play(serve_one);
  auto script_two = two.play(serve_one);
  for (const auto* upstream : {&one, &two}) {
    KeptAnswer answer;
    ASSERT_TRUE(ask(target(*upstream), answer));
    EXPECT_EQ(answer.body, std::to_string(upstream->port()));
  }
  EXPECT_TRUE(finish(script_one));
  EXPECT_TRUE(finish(script_two));
}

TEST_F(PoolConnections, AreDroppedWhenUpstreamHangsUpOnThem) {
  FakeUpstream upstream;
  std::atomic<bool> answered{false};
  auto script = upstream.play(on_connection([&](FakeConnection& connection) -> testing::AssertionResult {
    GEMINATE_HOLDS(serve(connection, "1"));
    while (!answered) std::this_thread::yield();
    connection.close();
    return testing::AssertionSuccess();
  }));
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(upstream), answer));
  EXPECT_EQ(pool().idle_connections(), 1u);
  answered = true;
  EXPECT_TRUE(finish(script));
  EXPECT_TRUE(loop_.run_until([&] { return pool().idle_connections() == 0; }));
}

TEST_F(PoolConnections, AreDroppedWhenTheySayWhatNobodyAskedFor) {
  FakeUpstream upstream;
  std::atomic<bool> answered{false};
  auto script = upstream.play(on_connection([&](FakeConnection& connection) -> testing::AssertionResult {
    GEMINATE_HOLDS(serve(connection, "1"));
    while (!answered) std::this_thread::yield();
    GEMINATE_HOLDS(connection.write("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"));
    return connection.wait_for_end();
  }));
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(upstream), answer));
  answered = true;
  EXPECT_TRUE(loop_.run_until([&] { return pool().idle_connections() == 0; }));
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolConnections, AreNotKeptWithBytesLeftOver) {
  FakeUpstream upstream;
  auto script = upstream.play(on_request([](FakeConnection& connection) -> testing::AssertionResult {
    GEMINATE_HOLDS(connection.write(answer_text("ok") + answer_text("smuggled")));
    return connection.wait_for_end();
  }));
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(upstream), answer));
  EXPECT_EQ(answer.body, "ok");
  EXPECT_EQ(pool().idle_connections(), 0u);
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolConnections, AreNotKeptWhenLeftOverBytesStayedInTheSocket) {
  // The answer ends exactly where one read does: what follows it has not been seen.
  FakeUpstream upstream;
  std::atomic<bool> written{false};
  auto script = upstream.play(on_request([&](FakeConnection& connection) -> testing::AssertionResult {
    std::string first = answer_text(std::string(ConnectionPool::kReadBytes - 100, 'x'));
    first = answer_text(
        std::string(ConnectionPool::kReadBytes - 100 + (ConnectionPool::kReadBytes - first.size()), 'x'));
    if (first.size() != ConnectionPool::kReadBytes) return testing::AssertionFailure() << first.size();
    GEMINATE_HOLDS(connection.write(first + answer_text("smuggled")));
    written = true;
    return connection.wait_for_end();
  }));
  KeptAnswer answer;
  // Paused until all of it has arrived, so that the first read ends where the answer does.
  const CallId call = start(target(upstream), answer);
  pool().pause(call);
  EXPECT_TRUE(run_until_elsewhere([&] { return written.load(); }));
  // The events of its arrival are spent, too: nothing but the pool's own care is left to find the rest.
  loop_.run_for(milliseconds{50});
  pool().resume(call);
  EXPECT_TRUE(run_until_ended(answer));
  EXPECT_TRUE(answer.done);
  EXPECT_EQ(pool().idle_connections(), 0u);
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolConnections, ThatDiedUnnoticedCostARetryAndNotTheRequest) {
  FakeUpstream upstream;
  std::atomic<bool> hung_up{false};
  auto script = upstream.play([&](FakeUpstream& fake) -> testing::AssertionResult {
    FakeConnection connection;
    GEMINATE_HOLDS(fake.accept(connection));
    GEMINATE_HOLDS(serve(connection, "first"));
    connection.close();
    hung_up = true;
    GEMINATE_HOLDS(fake.accept(connection));
    return serve(connection, "second");
  });
  KeptAnswer first;
  EXPECT_TRUE(ask(target(upstream), first));
  // The loop does not turn meanwhile, so that the pool cannot know.
  while (!hung_up) std::this_thread::yield();
  EXPECT_EQ(pool().idle_connections(), 1u);
  KeptAnswer second;
  EXPECT_TRUE(ask(target(upstream), second, "body"));
  EXPECT_EQ(second.body, "second");
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolConnections, ThatSaySomethingInTheTurnOfTheRequestDoNotAnswerIt) {
  // A 408 that upstream sent before it saw the request must not become the request's answer.
  FakeUpstream upstream;
  std::atomic<bool> go{false};
  std::atomic<bool> said{false};
  auto script = upstream.play([&](FakeUpstream& fake) -> testing::AssertionResult {
    FakeConnection connection;
    GEMINATE_HOLDS(fake.accept(connection));
    GEMINATE_HOLDS(serve(connection, "first"));
    while (!go) std::this_thread::yield();
    GEMINATE_HOLDS(connection.write("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"));
    said = true;
    FakeConnection fresh;
    GEMINATE_HOLDS(fake.accept(fresh));
    return serve(fresh, "second");
  });
  KeptAnswer first;
  KeptAnswer second;
  EXPECT_TRUE(ask(target(upstream), first));
  // Both wait for the same turn, the task before the 408.
  loop_.post([&] { start(target(upstream), second); });
  go = true;
  while (!said) std::this_thread::yield();
  EXPECT_TRUE(run_until_ended(second));
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.body, "second");
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolConnections, AreTriedAgainOnce) {
  FakeUpstream upstream;
  std::atomic<bool> hung_up{false};
  auto script = upstream.play([&](FakeUpstream& fake) -> testing::AssertionResult {
    FakeConnection connection;
    std::string request;
    GEMINATE_HOLDS(fake.accept(connection));
    GEMINATE_HOLDS(serve(connection, "first"));
    connection.close();
    hung_up = true;
    GEMINATE_HOLDS(fake.accept(connection));
    GEMINATE_HOLDS(connection.read_request(request));
    connection.close();
    return fake.nobody_connects(milliseconds{100});
  });
  KeptAnswer first;
  EXPECT_TRUE(ask(target(upstream), first));
  while (!hung_up) std::this_thread::yield();
  KeptAnswer second;
  EXPECT_TRUE(ask(target(upstream), second));
  EXPECT_TRUE(second.failure.has_value());
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolConnections, AreNotTriedAgainOnceTheAnswerHasBegun) {
  FakeUpstream upstream;
  auto script = upstream.play([](FakeUpstream& fake) -> testing::AssertionResult {
    FakeConnection connection;
    std::string request;
    GEMINATE_HOLDS(fake.accept(connection));
    GEMINATE_HOLDS(serve(connection, "first"));
    GEMINATE_HOLDS(connection.read_request(request));
    GEMINATE_HOLDS(connection.write("HTTP/1.1 2"));
    connection.close();
    return fake.nobody_connects(milliseconds{100});
  });
  KeptAnswer first;
  KeptAnswer second;
  EXPECT_TRUE(ask(target(upstream), first));
  EXPECT_TRUE(ask(target(upstream), second));
  ASSERT_TRUE(second.failure.has_value());
  EXPECT_FALSE(second.failure->answer_begun);
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolConnections, AreKeptUpToTheCap) {
  FakeUpstream upstream;
  pool({.max_idle_per_target = 2});
  std::atomic<bool> counted{false};
  auto script = upstream.play([&](FakeUpstream& fake) -> testing::AssertionResult {
    std::vector<FakeConnection> connections(4);
    for (auto& connection : connections) GEMINATE_HOLDS(fake.accept(connection));
    for (auto& connection : connections) GEMINATE_HOLDS(serve(connection, "ok"));
    while (!counted) std::this_thread::yield();
    int open = 0;
    for (auto& connection : connections) {
      if (connection.stays_quiet(milliseconds{50})) ++open;
    }
    return open == 2 ? testing::AssertionSuccess() : testing::AssertionFailure() << open << " are open";
  });
  std::vector<KeptAnswer> answers(4);
  for (auto& answer : answers) start(target(upstream), answer);
  for (auto& answer : answers) EXPECT_TRUE(run_until_ended(answer));
  EXPECT_EQ(pool().idle_connections(), 2u);
  counted = true;
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolConnections, AreClosedAtTheirAge) {
  FakeUpstream upstream;
  pool({.max_idle_age = milliseconds{200}});
  auto script = upstream.play(on_connection([](FakeConnection& connection) -> testing::AssertionResult {
    GEMINATE_HOLDS(serve(connection, "ok"));
    return connection.wait_for_end();
  }));
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(upstream), answer));
  EXPECT_EQ(pool().idle_connections(), 1u);
  EXPECT_TRUE(loop_.run_until([&] { return pool().idle_connections() == 0; }));
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolConnections, GoToTheNextAddressWhenOneRefuses) {
  // 127.0.0.2 has nobody listening on that port.
  FakeUpstream upstream;
  auto script = upstream.play(serve_once("ok"));
  Resolver resolver([](const std::string&) { return two_addresses("127.0.0.2"); });
  pool_ = std::make_unique<ConnectionPool>(loop_, resolver, nullptr, options());
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(upstream, "two.example"), answer));
  EXPECT_EQ(answer.body, "ok");
  EXPECT_TRUE(finish(script));
  pool_.reset();
}

TEST_F(PoolConnections, FailWhereNobodyListens) {
  FakeUpstream upstream;
  upstream.stop_listening();
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(upstream), answer));
  ASSERT_TRUE(answer.failed_with(FailureKind::Connect));
  EXPECT_NE(answer.failure->detail.find("127.0.0.1"), std::string::npos);
  EXPECT_EQ(pool().busy_connections(), 0u);
}

TEST_F(PoolConnections, FailWhereTheNameIsUnknown) {
  Resolver resolver([](const std::string&) -> Result<Addresses> {
    return Error{ErrorCode::UpstreamFailed, "no", "nowhere.example: unknown", {}, {}};
  });
  pool_ = std::make_unique<ConnectionPool>(loop_, resolver, nullptr, options());
  KeptAnswer answer;
  EXPECT_TRUE(ask({"nowhere.example", 80, false}, answer));
  ASSERT_TRUE(answer.failed_with(FailureKind::Resolve));
  pool_.reset();
}

TEST_F(PoolConnections, FailAtOnceWhereTheTargetCannotBeServed) {
  KeptAnswer without_tls;
  start({"127.0.0.1", 1, true}, without_tls);
  ASSERT_TRUE(without_tls.failed_with(FailureKind::Tls));
}

TEST_F(PoolConnections, MayEndWithThePoolInAnyPhase) {
  FakeUpstream upstream;
  std::atomic<bool> go{false};
  const auto lookup = [&](const std::string&) -> Result<Addresses> {
    while (!go) std::this_thread::yield();
    return literal_address("127.0.0.1");
  };
  Resolver resolver(lookup);
  pool_ = std::make_unique<ConnectionPool>(loop_, resolver, nullptr, options());
  KeptAnswer resolving;
  KeptAnswer connecting;
  start(target(upstream, "slow.example"), resolving);
  start(target(upstream), connecting);
  pool_.reset();
  go = true;
  loop_.run_for(milliseconds{50});
  EXPECT_FALSE(resolving.ended());
  EXPECT_FALSE(connecting.ended());
}

}  // namespace
}  // namespace geminate::upstream
