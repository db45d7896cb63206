#include <algorithm>

#include "tests/integration/upstream/pool_fixture.h"

namespace geminate::upstream {
namespace {

using std::chrono::milliseconds;
using test::FakeConnection;
using test::FakeUpstream;
using test::TestCertificates;

/// "localhost" is what the certificate is for, and it leads to the fake.
class PoolTls : public PoolTest {
 protected:
  PoolTls()
      : certificates_("localhost"),
        upstream_(&certificates_),
        resolver_([](const std::string&) -> Result<Addresses> { return literal_address("127.0.0.1"); }) {
    auto context = TlsContext::create({certificates_.ca_file()});
    if (!context.ok()) throw std::runtime_error(context.error().message);
    context_ = std::move(context).value();
    pool_ = std::make_unique<ConnectionPool>(loop_, resolver_, context_.get(), options());
  }
  ~PoolTls() override { pool_.reset(); }
  Target at(const std::string& host) { return target(upstream_, host, true); }

  TestCertificates certificates_;
  FakeUpstream upstream_;
  Resolver resolver_;
  std::unique_ptr<TlsContext> context_;
};

TEST_F(PoolTls, CarriesRequestsAndAnswers) {
  auto script = upstream_.play([](FakeUpstream& fake) -> testing::AssertionResult {
    FakeConnection connection;
    std::string request;
    GEMINATE_HOLDS(fake.accept(connection));
    if (connection.server_name() != "localhost")
      return testing::AssertionFailure() << connection.server_name();
    if (connection.protocol() != "http/1.1") return testing::AssertionFailure() << connection.protocol();
    for (int i = 0; i < 3; ++i) {
      GEMINATE_HOLDS(connection.read_request(request));
      if (request != request_head(4) + "body") return testing::AssertionFailure() << request;
      GEMINATE_HOLDS(connection.write(answer_text("answer " + std::to_string(i))));
    }
    return fake.nobody_connects(milliseconds{0});
  });
  for (int i = 0; i < 3; ++i) {
    KeptAnswer answer;
    ASSERT_TRUE(ask(at("localhost"), answer, "body"));
    ASSERT_TRUE(answer.done) << answer.failure->detail;
    EXPECT_EQ(answer.body, "answer " + std::to_string(i));
    EXPECT_EQ(pool().idle_connections(), 1u);
  }
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolTls, CarriesLargeBodiesBothWays) {
  constexpr std::size_t kSize = 20 * 1024 * 1024;
  auto script = upstream_.play(on_connection([](FakeConnection& connection) -> testing::AssertionResult {
    GEMINATE_HOLDS(connection.read_bytes(request_head(kSize).size() + kSize));
    return connection.write(answer_text(std::string(kSize, 'y')));
  }));
  const std::string body(kSize, 'x');
  KeptAnswer answer;
  EXPECT_TRUE(ask(at("localhost"), answer, body));
  EXPECT_TRUE(finish(script));
  ASSERT_TRUE(answer.done) << answer.failure->detail;
  EXPECT_EQ(answer.body.size(), kSize);
  EXPECT_EQ(std::count(answer.body.begin(), answer.body.end(), 'y'), static_cast<std::ptrdiff_t>(kSize));
}

TEST_F(PoolTls, RefusesACertificateForAnotherHost) {
  auto script = upstream_.play([](FakeUpstream& fake) -> testing::AssertionResult {
    FakeConnection connection;
    if (fake.accept(connection) && !connection.wait_for_end())
      return testing::AssertionFailure() << "the client stayed";
    return testing::AssertionSuccess();
  });
  KeptAnswer answer;
  EXPECT_TRUE(ask(at("other.example"), answer));
  ASSERT_TRUE(answer.failed_with(FailureKind::Tls));
  EXPECT_NE(answer.failure->detail.find("certificate"), std::string::npos) << answer.failure->detail;
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolTls, RefusesAnAddressThatTheCertificateIsNotFor) {
  auto script = upstream_.play([](FakeUpstream& fake) -> testing::AssertionResult {
    FakeConnection connection;
    (void)fake.accept(connection);
    return testing::AssertionSuccess();
  });
  KeptAnswer answer;
  EXPECT_TRUE(ask(at("127.0.0.1"), answer));
  ASSERT_TRUE(answer.failed_with(FailureKind::Tls));
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolTls, RefusesAnAuthorityThatNobodyTrusts) {
  const TestCertificates others("localhost");
  auto context = TlsContext::create({others.ca_file()});
  ASSERT_TRUE(context.ok());
  pool_ = std::make_unique<ConnectionPool>(loop_, resolver_, context->get(), options());
  auto script = upstream_.play([](FakeUpstream& fake) -> testing::AssertionResult {
    FakeConnection connection;
    (void)fake.accept(connection);
    return testing::AssertionSuccess();
  });
  KeptAnswer answer;
  EXPECT_TRUE(ask(at("localhost"), answer));
  ASSERT_TRUE(answer.failed_with(FailureKind::Tls));
  EXPECT_TRUE(finish(script));
  pool_.reset();
}

TEST_F(PoolTls, AcceptsAnAddressThatTheCertificateIsFor) {
  const TestCertificates by_address("127.0.0.1");
  FakeUpstream upstream(&by_address);
  auto context = TlsContext::create({by_address.ca_file()});
  ASSERT_TRUE(context.ok());
  pool_ = std::make_unique<ConnectionPool>(loop_, resolver_, context->get(), options());
  auto script = upstream.play(serve_once("ok"));
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(upstream, "127.0.0.1", true), answer));
  EXPECT_EQ(answer.body, "ok");
  EXPECT_TRUE(finish(script));
  pool_.reset();
}

TEST_F(PoolTls, ResumesItsSession) {
  auto script = upstream_.play([](FakeUpstream& fake) -> testing::AssertionResult {
    std::string request;
    for (int i = 0; i < 3; ++i) {
      FakeConnection connection;
      GEMINATE_HOLDS(fake.accept(connection));
      GEMINATE_HOLDS(connection.read_request(request));
      GEMINATE_HOLDS(connection.write(answer_text("ok", "Connection: close\r\n")));
      const bool resumed = connection.resumed();
      connection.close();
      if (resumed != (i > 0)) return testing::AssertionFailure() << "connection " << i;
    }
    return testing::AssertionSuccess();
  });
  for (int i = 0; i < 3; ++i) {
    KeptAnswer answer;
    ASSERT_TRUE(ask(at("localhost"), answer));
    ASSERT_TRUE(answer.done) << answer.failure->detail;
  }
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolTls, TakesAnEndWithoutGoodByeForACutAnswer) {
  auto script = upstream_.play([](FakeUpstream& fake) -> testing::AssertionResult {
    FakeConnection connection;
    std::string request;
    GEMINATE_HOLDS(fake.accept(connection));
    GEMINATE_HOLDS(connection.read_request(request));
    GEMINATE_HOLDS(connection.write("HTTP/1.1 200 OK\r\n\r\nuntil the end"));
    connection.cut();
    GEMINATE_HOLDS(fake.accept(connection));
    GEMINATE_HOLDS(connection.read_request(request));
    GEMINATE_HOLDS(connection.write("HTTP/1.1 200 OK\r\n\r\nuntil the end"));
    connection.close();
    return testing::AssertionSuccess();
  });
  KeptAnswer cut;
  EXPECT_TRUE(ask(at("localhost"), cut));
  EXPECT_TRUE(cut.failure.has_value());
  KeptAnswer whole;
  EXPECT_TRUE(ask(at("localhost"), whole));
  EXPECT_TRUE(whole.done);
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolTls, FailsWhereUpstreamDoesNotSpeakIt) {
  FakeUpstream plain;
  auto script = plain.play(on_connection([](FakeConnection& connection) -> testing::AssertionResult {
    GEMINATE_HOLDS(connection.write("HTTP/1.1 400 Bad Request\r\n\r\n"));
    return connection.wait_for_end();
  }));
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(plain, "localhost", true), answer));
  ASSERT_TRUE(answer.failed_with(FailureKind::Tls));
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolTls, EndsAHandshakeThatHangs) {
  FakeUpstream silent;
  auto script = silent.play(on_connection(
      [](FakeConnection& connection) -> testing::AssertionResult { return connection.wait_for_end(); }));
  KeptAnswer answer;
  EXPECT_TRUE(ask(target(silent, "localhost", true), answer, {}, {.connect = milliseconds{150}}));
  ASSERT_TRUE(answer.failed_with(FailureKind::ConnectTimeout));
  EXPECT_TRUE(finish(script));
}

TEST_F(PoolTls, SaysWhichAuthoritiesCannotBeRead) {
  const auto context = TlsContext::create({"/nowhere/authorities.pem"});
  ASSERT_FALSE(context.ok());
  EXPECT_NE(context.error().message.find("/nowhere/authorities.pem"), std::string::npos);
}

TEST_F(PoolTls, TrustsTheSystemsAuthoritiesWithoutBeingTold) { EXPECT_TRUE(TlsContext::create({}).ok()); }

}  // namespace
}  // namespace geminate::upstream
