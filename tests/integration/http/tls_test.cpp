// TLS towards clients: what it serves, what it refuses, and that none of it holds up anybody else.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "backend/http/server_tls.h"
#include "tests/integration/http/scripted_server.h"
#include "tests/support/plain_client.h"
#include "tests/support/test_certificates.h"
#include "tests/support/tls_client.h"

namespace geminate::test {
namespace {

using namespace std::chrono_literals;

std::string get(const std::string& path, const std::string& fields = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n";
}

std::shared_ptr<const http::ServerTls> load(const TestCertificates& certificates) {
  auto loaded = http::ServerTls::load({certificates.certificate_file(), certificates.key_file()});
  EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : loaded.error().message);
  return loaded.ok() ? std::move(loaded).value() : nullptr;
}

class Tls : public ::testing::Test {
 protected:
  void start(http::ListenerOptions options = {}) {
    options.tls = load(certificates_);
    server_ = std::make_unique<ScriptedServer>(options);
  }
  TlsClient connect(TlsClientOptions options = {}) {
    if (options.ca_file.empty()) options.ca_file = certificates_.ca_file();
    return {server_->port(), options};
  }
  /// A client whose handshake has begun and goes no further.
  PlainClient halfway() {
    PlainClient client(server_->port());
    client.send(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
    return client;
  }

  TestCertificates certificates_{"127.0.0.1"};
  std::unique_ptr<ScriptedServer> server_;
};

TEST_F(Tls, ServesWhatPlainConnectionsAreServed) {
  start();
  auto client = connect();
  ASSERT_TRUE(client.is_open()) << client.failure();
  for (int i = 0; i < 3; ++i) {
    client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhello");
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "POST /echo\nhello");
  }
  for (const std::size_t size : {0U, 1U, 16'383U, 16'384U, 16'385U, 70'000U, 5'000'000U}) {
    client.send(get("/size/" + std::to_string(size)));
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << size;
    EXPECT_EQ(answer->body.size(), size);
  }
  client.send(get("/pieces/50"));
  const auto pieces = client.read_answer();
  ASSERT_TRUE(pieces);
  EXPECT_NE(pieces->body.find("piece 49;"), std::string::npos);
}

TEST_F(Tls, TakesBodiesOfManyRecordsAndRequestsOfManyPieces) {
  start();
  auto client = connect();
  const std::string body(3'000'000, 'b');
  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3000000\r\n\r\n" + body);
  const auto large = client.read_answer();
  ASSERT_TRUE(large);
  EXPECT_EQ(large->body, "POST /echo\n" + body);
  for (const char c : get("/echo")) ASSERT_TRUE(client.send({&c, 1}));
  EXPECT_EQ(client.read_answer()->body, "GET /echo\n");
  client.send(get("/echo") + get("/size/3") + get("/echo"));
  EXPECT_EQ(client.read_answer()->body, "GET /echo\n");
  EXPECT_EQ(client.read_answer()->body.size(), 3U);
  EXPECT_EQ(client.read_answer()->body, "GET /echo\n");
}

TEST_F(Tls, SpeaksTheVersionsOfTodayWithForwardSecrecy) {
  start();
  for (const auto& [version, name] :
       std::vector<std::pair<std::string, std::string>>{{"1.2", "TLSv1.2"}, {"1.3", "TLSv1.3"}}) {
    auto client = connect({.version = version});
    ASSERT_TRUE(client.is_open()) << client.failure();
    EXPECT_EQ(client.version(), name);
    EXPECT_TRUE(client.cipher().find("GCM") != std::string::npos ||
                client.cipher().find("CHACHA20") != std::string::npos)
        << client.cipher();
    client.send(get("/echo"));
    EXPECT_TRUE(client.read_answer());
  }
  EXPECT_FALSE(connect({.version = "1.1"}).is_open());
}

TEST_F(Tls, AgreesOnHttp11OrOnNothing) {
  start();
  auto client = connect({.protocol = "http/1.1"});
  ASSERT_TRUE(client.is_open()) << client.failure();
  EXPECT_EQ(client.protocol(), "http/1.1");
  EXPECT_EQ(connect().protocol(), "");
  EXPECT_FALSE(connect({.protocol = "h2"}).is_open());
}

TEST_F(Tls, ResumesASessionOnAnotherWorkerToo) {
  http::ListenerOptions options;
  options.workers = 2;
  start(options);
  for (const char* version : {"1.2", "1.3"}) {
    auto first = connect({.version = version});
    first.send(get("/echo"));
    ASSERT_TRUE(first.read_answer());
    EXPECT_FALSE(first.resumed());
    auto second = connect({.version = version, .resumed = &first});
    ASSERT_TRUE(second.is_open()) << second.failure();
    EXPECT_TRUE(second.resumed()) << version;
  }
}

TEST_F(Tls, TellsAPlainClientWhatItHasToDo) {
  start();
  PlainClient plain(server_->port());
  plain.send(get("/echo"));
  const auto answer = plain.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 400);
  EXPECT_EQ(answer->fields.at("connection"), "close");
  EXPECT_TRUE(plain.closed_within(10s));
  EXPECT_EQ(server_->record().handled.load(), 0);
}

TEST_F(Tls, ClosesOnNonsense) {
  start();
  for (const std::string& bytes : {std::string("\x16\x03\x01\xff\xff", 5), std::string(1000, '\0'),
                                   std::string("\x80\x2e\x01\x03\x01", 5) + std::string(60, 'x'),
                                   std::string("\x15\x03\x01\x00\x02\x02\x28", 7)}) {
    PlainClient client(server_->port());
    client.send(bytes);
    EXPECT_TRUE(client.closed_within(10s));
  }
  auto client = connect();
  client.send(get("/echo"));
  EXPECT_TRUE(client.read_answer());
}

TEST_F(Tls, EndsHandshakesThatGoNoFurtherAndServesOthersMeanwhile) {
  http::ListenerOptions options;
  options.timeouts.handshake = 1s;
  start(options);
  PlainClient silent(server_->port());
  std::vector<PlainClient> stuck;
  for (int i = 0; i < 50; ++i) stuck.push_back(halfway());
  auto client = connect();
  client.send(get("/echo"));
  EXPECT_TRUE(client.read_answer());
  for (auto& one : stuck) EXPECT_TRUE(one.closed_within(10s));
  EXPECT_TRUE(silent.closed_within(10s));
  client.send(get("/echo"));
  EXPECT_TRUE(client.read_answer()) << "the deadline was the handshake's alone";
}

TEST_F(Tls, SurvivesResetsAtAnyMoment) {
  start();
  halfway().close(true);
  connect().close(true);
  for (const char* path : {"/echo", "/hang", "/flood/5000000", "/later/50"}) {
    auto client = connect();
    client.send(get(path));
    client.close(true);
  }
  auto client = connect();
  client.send(get("/echo"));
  EXPECT_TRUE(client.read_answer());
  EXPECT_TRUE(eventually([&] { return server_->listener().stats().connections == 1; }));
}

TEST_F(Tls, StopsWritingForAClientThatDoesNotReadAndGoesOnWhenItDoes) {
  start();
  auto client = connect({.receive_buffer_bytes = 4096});
  client.send(get("/flood/30000000"));
  ASSERT_TRUE(eventually([&] { return server_->record().told_full.load() > 0; }));
  const auto written = server_->record().written.load();
  EXPECT_LT(written, 8U << 20U) << "the kernel's buffers and 128 KiB of ours";
  const auto answer = client.read_answer(60s);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), 30'000'000U);
}

TEST_F(Tls, CutsAClientThatTakesNothingUntilTheDeadline) {
  http::ListenerOptions options;
  options.timeouts.stalled = 300ms;
  start(options);
  auto client = connect({.receive_buffer_bytes = 4096});
  client.send(get("/flood/30000000"));
  EXPECT_TRUE(eventually([&] { return server_->record().clients_gone.load() == 1; }));
  EXPECT_FALSE(client.read_answer(30s)) << "a cut answer is no answer";
  EXPECT_FALSE(client.was_told_goodbye());
}

TEST_F(Tls, SaysGoodbyeAfterAnAnswerAndNotInOne) {
  start();
  auto whole = connect();
  whole.send(get("/echo", "Connection: close\r\n"));
  EXPECT_TRUE(whole.read_answer());
  EXPECT_TRUE(whole.closed_within(10s));
  EXPECT_TRUE(whole.was_told_goodbye());
  auto cut = connect();
  cut.send("GET /abort HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(cut.closed_within(10s));
  EXPECT_FALSE(cut.was_told_goodbye()) << "until close: the end would look like the answer's own";
  auto idle = connect();
  idle.send(get("/echo"));
  EXPECT_TRUE(idle.read_answer());
  EXPECT_TRUE(server_->listener().drain(10s));
  EXPECT_TRUE(idle.closed_within(10s));
  EXPECT_TRUE(idle.was_told_goodbye());
}

TEST_F(Tls, TellsOneClientTooManyWithinTls) {
  http::ListenerOptions options;
  options.max_connections = 1;
  start(options);
  auto first = connect();
  first.send(get("/echo"));
  ASSERT_TRUE(first.read_answer());
  auto second = connect();
  ASSERT_TRUE(second.is_open()) << second.failure();
  const auto answer = second.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  PlainClient plain(server_->port());
  plain.send(get("/echo"));
  EXPECT_EQ(plain.read_answer().value_or(PlainAnswer{}).status, 503) << "in the words that it understands";
}

TEST_F(Tls, ShowsANewCertificateToNewClientsAndLetsTheOthersGoOn) {
  http::ListenerOptions options;
  options.workers = 2;
  start(options);
  auto before = connect();
  before.send(get("/echo"));
  ASSERT_TRUE(before.read_answer());
  const TestCertificates renewed("127.0.0.1");
  server_->listener().set_tls(load(renewed));
  for (int i = 0; i < 4; ++i) {
    auto after = connect({.ca_file = renewed.ca_file()});
    ASSERT_TRUE(after.is_open()) << after.failure();
    EXPECT_NE(after.fingerprint(), before.fingerprint());
    EXPECT_FALSE(connect().is_open()) << "the old authority did not sign it";
  }
  before.send(get("/size/100000"));
  EXPECT_TRUE(before.read_answer());
}

}  // namespace
}  // namespace geminate::test
