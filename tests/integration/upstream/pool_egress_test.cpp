// What lies between a call and its upstream: addresses that are refused, proxies.
#include "backend/config/upstream_proxy.h"
#include "tests/integration/upstream/pool_fixture.h"

namespace geminate::upstream {
namespace {

using std::chrono::milliseconds;
using test::FakeConnection;
using test::FakeUpstream;
using test::TestCertificates;
using namespace std::string_literals;
using Protocol = config::UpstreamProxy::Protocol;

constexpr const char* kOpened = "HTTP/1.1 200 Connection established\r\n\r\n";

class PoolEgress : public PoolTest {
 protected:
  PoolEgress() : resolver_([this](const std::string& host) { return lookup_(host); }) {}

  ~PoolEgress() override { pool_.reset(); }

  ConnectionPool& made(TlsContext* tls = nullptr) {
    pool_ = std::make_unique<ConnectionPool>(loop_, resolver_, tls, options());
    return *pool_;
  }
  /// What goes through the fake as a proxy; the name leads nowhere from here.
  Target through(Protocol protocol, const std::string& user = {}, bool tls = false) {
    proxy_ = {protocol, "127.0.0.1", fake_.port(), user, Secret(user.empty() ? "" : "pass-canary")};
    return {"api.example", 443, tls, &proxy_};
  }
  /// A call that must fail for the proxy's sake.
  std::string failure(const Target& target, FakeUpstream::Script script, Deadlines deadlines = {}) {
    made();
    auto playing = fake_.play(std::move(script));
    KeptAnswer answer;
    EXPECT_TRUE(ask(target, answer, {}, deadlines));
    EXPECT_TRUE(answer.failed_with(FailureKind::Proxy));
    EXPECT_TRUE(finish(playing));
    EXPECT_EQ(pool_->busy_connections() + pool_->idle_connections(), 0u);
    const std::string detail = answer.failure ? answer.failure->detail : "";
    EXPECT_EQ(detail.find("canary"), std::string::npos);
    return detail;
  }

  std::function<Result<Addresses>(const std::string&)> lookup_ =
      [](const std::string& host) -> Result<Addresses> {
    return Error{ErrorCode::UpstreamFailed, "no", host + " was looked up", {}, {}};
  };
  Resolver resolver_;
  FakeUpstream fake_;
  config::UpstreamProxy proxy_;
};

TEST_F(PoolEgress, RefusesTheAddressThatANameLeadsTo) {
  for (const char* address : {"169.254.169.254", "10.0.0.1", "::ffff:192.168.0.1", "fd00::1", "0.0.0.0"}) {
    Resolver resolver([&](const std::string&) -> Result<Addresses> { return literal_address(address); });
    pool_ = std::make_unique<ConnectionPool>(loop_, resolver, nullptr, options());
    KeptAnswer answer;
    EXPECT_TRUE(ask({"rebound.example", fake_.port(), false}, answer));
    ASSERT_TRUE(answer.failed_with(FailureKind::Address)) << address;
    EXPECT_NE(answer.failure->detail.find("RFC"), std::string::npos);
    pool_.reset();
  }
  EXPECT_TRUE(fake_.nobody_connects(milliseconds{0}));
}

TEST_F(PoolEgress, ChecksTheAddressAnewForEachConnection) {
  // Allowed first, then the name is rebound to what is not.
  AddressGate strict({*auth::AddressBlock::parse("127.0.0.1")});
  std::atomic<bool> rebound{false};
  Resolver resolver(
      [&](const std::string&) -> Result<Addresses> {
        return literal_address(rebound ? "127.0.0.2" : "127.0.0.1");
      },
      milliseconds{0});
  pool_ = std::make_unique<ConnectionPool>(loop_, resolver, nullptr,
                                           PoolOptions{.gate = &strict, .max_idle_per_target = 0});
  const Target target{"rebound.example", fake_.port(), false};
  auto script = fake_.play(serve_once("ok"));
  KeptAnswer first;
  EXPECT_TRUE(ask(target, first));
  EXPECT_EQ(first.body, "ok");
  EXPECT_TRUE(finish(script));
  rebound = true;
  EXPECT_TRUE(
      run_until_elsewhere([&] { return resolver.find("rebound.example").at(0).bare_text() == "127.0.0.2"; }));
  KeptAnswer second;
  EXPECT_TRUE(ask(target, second));
  EXPECT_TRUE(second.failed_with(FailureKind::Address));
  pool_.reset();
}

TEST_F(PoolEgress, GoesOnToAnAddressThatIsAllowed) {
  lookup_ = [](const std::string&) { return two_addresses("10.0.0.1"); };
  made();
  auto script = fake_.play(serve_once("ok"));
  KeptAnswer answer;
  EXPECT_TRUE(ask({"two.example", fake_.port(), false}, answer));
  EXPECT_EQ(answer.body, "ok");
  EXPECT_TRUE(finish(script));
  pool_.reset();
}

TEST_F(PoolEgress, GoesThroughAnHttpProxyAndKeepsTheTunnel) {
  made();
  auto script = fake_.play(on_connection([](FakeConnection& connection) -> testing::AssertionResult {
    std::string asked;
    GEMINATE_HOLDS(connection.read_request(asked));
    if (!asked.starts_with("CONNECT api.example:443 HTTP/1.1\r\n") ||
        asked.find("Proxy-Authorization: Basic dXNlcjpwYXNzLWNhbmFyeQ==") == std::string::npos)
      return testing::AssertionFailure() << asked;
    GEMINATE_HOLDS(connection.write(kOpened));
    GEMINATE_HOLDS(serve(connection, "one"));
    return serve(connection, "two");
  }));
  const Target target = through(Protocol::HttpConnect, "user");
  for (const char* body : {"one", "two"}) {
    KeptAnswer answer;
    EXPECT_TRUE(ask(target, answer));
    EXPECT_EQ(answer.body, body);
  }
  EXPECT_TRUE(finish(script));
  pool_.reset();
}

TEST_F(PoolEgress, GoesThroughASocksProxyThatDrips) {
  made();
  auto script = fake_.play(on_connection([](FakeConnection& connection) -> testing::AssertionResult {
    const auto drip = [&](const std::string& bytes) {
      for (const char byte : bytes) {
        std::this_thread::sleep_for(milliseconds{2});
        if (const auto written = connection.write({&byte, 1}); !written) return written;
      }
      return testing::AssertionSuccess();
    };
    GEMINATE_HOLDS(connection.read_bytes(4));
    GEMINATE_HOLDS(drip("\x05\x02"s));
    GEMINATE_HOLDS(connection.read_bytes(4 + 3 + 4 + 11));
    GEMINATE_HOLDS(drip("\x01\x00"s));
    GEMINATE_HOLDS(connection.read_bytes(4 + 18 + 18));
    GEMINATE_HOLDS(drip("\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"s));
    return serve(connection, "ok");
  }));
  KeptAnswer answer;
  EXPECT_TRUE(ask(through(Protocol::Socks5, "user"), answer));
  EXPECT_EQ(answer.body, "ok");
  EXPECT_TRUE(finish(script));
  pool_.reset();
}

TEST_F(PoolEgress, SharesNoConnectionBetweenTwoWays) {
  made();
  lookup_ = [](const std::string&) -> Result<Addresses> { return literal_address("127.0.0.1"); };
  FakeUpstream direct;
  auto direct_script = direct.play(serve_once("direct"));
  auto script = fake_.play(on_connection([](FakeConnection& connection) -> testing::AssertionResult {
    std::string asked;
    GEMINATE_HOLDS(connection.read_request(asked));
    GEMINATE_HOLDS(connection.write(kOpened));
    return serve(connection, "proxied");
  }));
  Target proxied = through(Protocol::HttpConnect);
  proxied.port = direct.port();
  KeptAnswer first;
  EXPECT_TRUE(ask({"api.example", direct.port(), false}, first));
  EXPECT_EQ(first.body, "direct");
  KeptAnswer second;
  EXPECT_TRUE(ask(proxied, second));
  EXPECT_EQ(second.body, "proxied");
  EXPECT_TRUE(finish(script));
  EXPECT_TRUE(finish(direct_script));
  pool_.reset();
}

TEST_F(PoolEgress, BlamesTheProxyForWhatItDoes) {
  const Target http = through(Protocol::HttpConnect, "user");
  EXPECT_NE(failure(http, on_request([](FakeConnection& connection) {
                      return connection.write("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n");
                    }))
                .find("407"),
            std::string::npos);
  EXPECT_NE(failure(http, on_request([](FakeConnection& connection) {
                      return connection.write("HTTP/1.1 502 Bad\r\n\r\n");
                    }))
                .find("502"),
            std::string::npos);
  failure(http, on_request([](FakeConnection& connection) { return connection.write("garbage\r\n"); }));
  EXPECT_NE(failure(http, on_request([](FakeConnection& connection) -> testing::AssertionResult {
                      GEMINATE_HOLDS(connection.write("HTTP/1.1 200 OK\r\n"));
                      connection.close();
                      return testing::AssertionSuccess();
                    }))
                .find("hung up"),
            std::string::npos);
  EXPECT_NE(failure(http, on_request([](FakeConnection& connection) { return connection.wait_for_end(); }),
                    {.connect = milliseconds{150}})
                .find("in time"),
            std::string::npos);
  const Target socks = through(Protocol::Socks5);
  EXPECT_NE(failure(socks, on_connection([](FakeConnection& connection) -> testing::AssertionResult {
                      GEMINATE_HOLDS(connection.read_bytes(3));
                      GEMINATE_HOLDS(connection.write("\x05\x00"s));
                      GEMINATE_HOLDS(connection.read_bytes(3 + 18));
                      return connection.write("\x05\x05\x00\x01"s);
                    }))
                .find("connection refused"),
            std::string::npos);
}

TEST_F(PoolEgress, BlamesAProxyThatIsNotThere) {
  made();
  const Target target = through(Protocol::HttpConnect);
  fake_.stop_listening();
  KeptAnswer refused;
  EXPECT_TRUE(ask(target, refused));
  EXPECT_TRUE(refused.failed_with(FailureKind::Proxy));
  proxy_.host = "nowhere.example";
  KeptAnswer unknown;
  EXPECT_TRUE(ask(target, unknown));
  EXPECT_TRUE(unknown.failed_with(FailureKind::Proxy));
  EXPECT_NE(unknown.failure->detail.find("nowhere.example was looked up"), std::string::npos);
  lookup_ = [](const std::string&) -> Result<Addresses> { return literal_address("10.0.0.1"); };
  proxy_.host = "private.example";
  KeptAnswer private_one;
  EXPECT_TRUE(ask(target, private_one));
  EXPECT_TRUE(private_one.failed_with(FailureKind::Address));
  pool_.reset();
}

TEST_F(PoolEgress, DrippingProxiesEndWithTheConnectDeadline) {
  const Target target = through(Protocol::HttpConnect);
  const auto script = on_request([](FakeConnection& connection) -> testing::AssertionResult {
    for (int i = 0; i < 1'000; ++i) {
      if (!connection.write("HTTP/1.1 100 Continue\r\n\r\n")) return testing::AssertionSuccess();
      std::this_thread::sleep_for(milliseconds{5});
    }
    return testing::AssertionFailure() << "nobody hung up";
  });
  EXPECT_NE(failure(target, script, {.connect = milliseconds{200}}).find("in time"), std::string::npos);
}

TEST_F(PoolEgress, VerifiesUpstreamsNameInsideTheTunnel) {
  for (const bool is_google : {true, false}) {
    const TestCertificates certificates(is_google ? "api.example" : "proxy.example");
    auto context = TlsContext::create({certificates.ca_file()});
    ASSERT_TRUE(context.ok());
    made(context->get());
    auto script = fake_.play(on_connection([&](FakeConnection& connection) -> testing::AssertionResult {
      std::string asked;
      GEMINATE_HOLDS(connection.read_request(asked));
      GEMINATE_HOLDS(connection.write(kOpened));
      const auto secured = connection.secure(certificates);
      if (!is_google) return testing::AssertionSuccess();
      GEMINATE_HOLDS(secured);
      if (connection.server_name() != "api.example") return testing::AssertionFailure() << "another name";
      return serve(connection, "secured");
    }));
    KeptAnswer answer;
    EXPECT_TRUE(ask(through(Protocol::HttpConnect, {}, true), answer));
    if (is_google) {
      EXPECT_EQ(answer.body, "secured");
    } else {
      // It is upstream's fault, not the proxy's: the tunnel was open.
      EXPECT_TRUE(answer.failed_with(FailureKind::Tls));
      EXPECT_NE(answer.failure->detail.find("certificate"), std::string::npos);
    }
    EXPECT_TRUE(finish(script));
    pool_.reset();
  }
}

}  // namespace
}  // namespace geminate::upstream
