// Which way out an exchange takes, and what its failures lead to.
#include "tests/unit/proxy/exchange_fixture.h"

namespace geminate::proxy {
namespace {

class EgressTest : public ExchangeTest {
 protected:
  void use(const std::vector<std::string>& pieces) {
    std::vector<Secret> secrets;
    for (const std::string& piece : pieces) secrets.emplace_back(piece);
    settings_.routes = std::make_shared<upstream::EgressRoutes>(settings_.protocol.target(),
                                                                config::read_proxy_rules(secrets).value());
  }
  void fail(upstream::FailureKind kind) { caller_.calls.back().observer->on_failed({kind, "detail", false}); }
  void expect_no_blame() {
    for (const auto& key : pool_.list(now())) EXPECT_EQ(key.state, KeyState::Ready);
  }
};

TEST_F(EgressTest, AKeyTakesItsOwnWay) {
  use({"http://all:1", "key:" + std::to_string(pool_.list(now())[1].id) + "=http://own:1"});
  for (int i = 0; i < 6; ++i) {
    begin_native();
    const bool is_other = caller_.calls.back().head.find("other-key") != std::string::npos;
    EXPECT_EQ(caller_.calls.back().way, is_other ? "own" : "all");
    caller_.answer(200, "data: {}\n\n", "text/event-stream");
    turn();
    sink_.reset();
  }
}

TEST_F(EgressTest, AnotherWayIsTriedWhereOneFails) {
  use({"http://all:1", "key:" + std::to_string(pool_.list(now())[1].id) + "=http://own:1"});
  begin_native();
  const std::string first = caller_.calls.back().way;
  const std::size_t route = first == "all" ? 0 : 1;
  fail(upstream::FailureKind::Proxy);
  turn();
  ASSERT_EQ(caller_.calls.size(), 2U);
  EXPECT_NE(caller_.calls.back().way, first);
  caller_.answer(200, "data: {}\n\n", "text/event-stream");
  EXPECT_EQ(sink_.status, 200);
  EXPECT_TRUE(breakers_.of(route).is_open());
  EXPECT_FALSE(breakers_.of(1 - route).is_open());
  turn();
  // Until it is probed again the way that failed is not taken.
  for (int i = 0; i < 4; ++i) {
    sink_.reset();
    begin_native();
    EXPECT_NE(caller_.calls.back().way, first);
    caller_.answer(200, "data: {}\n\n", "text/event-stream");
    turn();
  }
  expect_no_blame();
}

TEST_F(EgressTest, WhereEveryWayFailsTheClientIsToldWhenToComeBack) {
  use({"http://all:1", "key:" + std::to_string(pool_.list(now())[1].id) + "=http://own:1"});
  begin_native();
  fail(upstream::FailureKind::Proxy);
  turn();
  fail(upstream::FailureKind::Proxy);
  turn();
  EXPECT_EQ(caller_.calls.size(), 2U);
  EXPECT_EQ(sink_.status, 502);
  EXPECT_NE(sink_.text.find("proxy"), std::string::npos);
  sink_.reset();
  begin_native();
  EXPECT_EQ(sink_.status, 429);
  EXPECT_NE(sink_.text.find("proxy"), std::string::npos);
  EXPECT_NE(sink_.fields.find("retry-after"), std::string::npos);
  EXPECT_EQ(caller_.calls.size(), 2U);
  expect_no_blame();
}

TEST_F(EgressTest, TheOnlyProxyIsTriedOnceMoreAndThenLeftAlone) {
  use({"http://all:1"});
  int requests = 0;
  for (; !breaker_.is_open() && requests < 10; ++requests) {
    sink_.reset();
    begin_native();
    fail(upstream::FailureKind::Proxy);
    // A retry, on credit.
    if (requests == 0) {
      ASSERT_TRUE(loop_.run_until([&] { return caller_.calls.size() == 2; }));
      fail(upstream::FailureKind::Proxy);
    }
    EXPECT_TRUE(sink_.status == 502 || breaker_.is_open()) << sink_.status;
    EXPECT_NE(sink_.text.find("proxy"), std::string::npos);
    turn();
  }
  EXPECT_EQ(requests, 3) << "several in a row open the breaker";
  expect_no_blame();
}

TEST_F(EgressTest, ARefusedAddressIsAClearErrorForEveryClient) {
  for (int i = 0; i < 5; ++i) {
    sink_.reset();
    begin_native();
    fail(upstream::FailureKind::Address);
    EXPECT_EQ(sink_.status, 502);
    EXPECT_NE(sink_.text.find("UPSTREAM_ALLOWED_ADDRESSES"), std::string::npos);
    turn();
  }
  EXPECT_EQ(caller_.calls.size(), 5U) << "neither retried nor held back";
  EXPECT_FALSE(breaker_.is_open());
  expect_no_blame();
}

}  // namespace
}  // namespace geminate::proxy
