// Clients that are slow on purpose: they cost little, end at their deadlines, and hold nobody else up.

#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/integration/http/scripted_server.h"
#include "tests/integration/promises/promise_stand.h"
#include "tests/support/test_certificates.h"
#include "tests/support/tls_client.h"

namespace geminate {
namespace {

using namespace std::chrono_literals;
using test::PlainClient;

std::string ms_text(std::chrono::microseconds time) {
  return test::one_decimal(static_cast<double>(time.count()) / 1000) + " ms";
}

class SlowClients : public test::PromiseStand {
 protected:
  /// An ordinary request of a client that is none of the slow ones; a failure where it is not answered.
  static void expect_served(std::uint16_t port) {
    EXPECT_EQ(test::ask(port, "GET", "/echo").value_or(test::PlainAnswer{}).status, 200);
  }
  /// Whether the server and this process, with the simulator in it, have nothing to do for half a second.
  static bool stands_still(pid_t server) {
    const auto used = [server] { return test::cpu_seconds(server) + test::cpu_seconds(::getpid()); };
    const double before = used();
    std::this_thread::sleep_for(500ms);
    return used() - before < 0.05;
  }
};

// slow-readers: at most 256 KiB each, cut at their deadline, others go on.
TEST_F(SlowClients, ThatDoNotReadCostABoundedQueueUntilTheirDeadline) {
  constexpr int kClients = 20;
  http::ListenerOptions options;
  options.timeouts.stalled = 2s;
  test::ScriptedServer scripted(options);
  std::vector<PlainClient> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back(scripted.port(), 4096);
    ASSERT_TRUE(clients.back().send("GET /flood/50000000 HTTP/1.1\r\nHost: a\r\n\r\n"));
  }
  ASSERT_TRUE(test::eventually([&] { return scripted.record().told_full.load() >= kClients; }));
  // What a client's kernel and ours hold is beyond what we count.
  const auto each = scripted.record().written.load() / kClients;
  expect_served(scripted.port());
  EXPECT_TRUE(test::eventually([&] { return scripted.record().clients_gone.load() == kClients; }))
      << "cut at the deadline";
  expect_served(scripted.port());
  test::note_promise("slow-readers", std::to_string(kClients) +
                                         " readers that do not read: writing stopped after " +
                                         std::to_string(each / 1024) +
                                         " KiB each (the kernel's buffers with it), all cut after 2 s");
}

// slow-readers, the long form: the real server, its memory, and what others notice.
TEST_F(SlowClients, OfTheRealServerCostAtMost256KibEach) {
  if (!test::is_long_run()) GTEST_SKIP() << "takes a minute: the long form";
  constexpr std::size_t kClients = 200;
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  const auto alone = ordinary_p99(300);
  const double before = test::own_mib(server_->pid());
  std::vector<PlainClient> clients;
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.emplace_back(server_->port(), 4096);
    ASSERT_TRUE(clients.back().send(stream_request("chunks=64,answer_bytes=67108864")));
  }
  // Megabytes go into the kernel's buffers first, which keeps the simulator, here in this process, busy:
  // others would wait for it. What is asked is what streams cost that stand still.
  ASSERT_TRUE(test::eventually_within(40s, [&] { return stands_still(server_->pid()); }));
  const double each_kib = (test::own_mib(server_->pid()) - before) * 1024 / static_cast<double>(kClients);
  const auto beside = ordinary_p99(300);
  if (!test::is_sanitized(server_->pid())) {
    EXPECT_LT(each_kib, 256);
  }
  EXPECT_TRUE(test::eventually_within(120s, [&] { return simulator_->stats().in_flight == 0; }))
      << "cut at their deadline, and cancelled upstream";
  // As below: of a fraction of a millisecond one late wake-up is as much as all of it.
  EXPECT_LT(beside, 2 * alone + 1ms) << "others do not notice";
  test::note_promise("slow-readers",
                     std::to_string(kClients) + " readers that do not read: " + test::one_decimal(each_kib) +
                         " KiB each; p99 of others " + ms_text(beside) + ", alone " + ms_text(alone));
}

/// Sends a head one byte at a time, and none of them its end.
class Drippers {
 public:
  Drippers(std::uint16_t port, std::size_t count) {
    clients_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      clients_.emplace_back(port);
      clients_.back().send("GET /echo HTTP/1.1\r\nHost: a\r\nX-Slow: ");
    }
  }
  /// One byte each; how many of them the server still listens to.
  std::size_t drip() {
    std::size_t left = 0;
    for (auto& client : clients_) left += client.send("x") ? 1U : 0U;
    return left;
  }
  std::vector<PlainClient>& clients() { return clients_; }

 private:
  std::vector<PlainClient> clients_;
};

// slowloris: drippers end at the head's deadline, whatever they send; others are answered meanwhile.
TEST_F(SlowClients, ThatDripTheirHeadsAreEndedAndOthersAreAnswered) {
  constexpr std::size_t kClients = 200;
  http::ListenerOptions options;
  options.timeouts.header = 2s;
  test::ScriptedServer scripted(options);
  Drippers drippers(scripted.port(), kClients);
  for (int turn = 0; turn < 5; ++turn) {
    drippers.drip();
    expect_served(scripted.port());
  }
  std::size_t told = 0;
  for (auto& client : drippers.clients())
    told += client.read_answer().value_or(test::PlainAnswer{}).status == 408;
  EXPECT_EQ(told, kClients) << "dripping does not prolong the deadline";
  for (auto& client : drippers.clients()) EXPECT_TRUE(client.closed_within(10s));
  test::note_promise("slowloris", std::to_string(told) +
                                      " clients that dripped their heads were ended with 408 at the "
                                      "deadline, ordinary requests answered meanwhile");
}

// slowloris, the long form: 5,000 dripping leave ordinary p99 within twice.
TEST_F(SlowClients, FiveThousandDripping) {
  if (!test::is_long_run()) GTEST_SKIP() << "takes a minute: the long form";
  constexpr std::size_t kClients = 5'000;
  if (!test::allow_descriptors(kClients * 2 + 500)) GTEST_SKIP() << "this system allows too few open files";
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  const auto alone = ordinary_p99(1'000);
  Drippers drippers(server_->port(), kClients);
  std::atomic<bool> over{false};
  std::thread dripping([&] {
    while (!over.load()) {
      drippers.drip();
      std::this_thread::sleep_for(1s);
    }
  });
  const auto beside = ordinary_p99(1'000);
  over.store(true);
  dripping.join();
  // A quiet machine's p99 is a fraction of a millisecond, where one late wake-up counts as much as all of it.
  EXPECT_LT(beside, 2 * alone + 1ms);
  test::note_promise("slowloris", "5000 clients drip: p99 of ordinary requests " + ms_text(beside) +
                                      ", alone " + ms_text(alone));
}

// handshake-flood: handshakes that go no further end at their deadline and block nobody.
TEST_F(SlowClients, ThatDoNotFinishTheirHandshakeBlockNobody) {
  const std::size_t clients = test::is_long_run() ? 1'000 : 200;
  if (!test::allow_descriptors(clients * 2 + 200)) GTEST_SKIP() << "this system allows too few open files";
  const test::TestCertificates certificates("127.0.0.1");
  http::ListenerOptions options;
  options.timeouts.handshake = 3s;
  options.tls = http::ServerTls::load({certificates.certificate_file(), certificates.key_file()}).value();
  test::ScriptedServer scripted(options);
  std::vector<PlainClient> flood;
  for (std::size_t i = 0; i < clients; ++i) {
    flood.emplace_back(scripted.port());
    flood.back().send(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
  }
  std::vector<std::chrono::microseconds> took;
  for (int i = 0; i < 20; ++i) {
    const auto begun = std::chrono::steady_clock::now();
    test::TlsClient client(scripted.port(), {.ca_file = certificates.ca_file()});
    ASSERT_TRUE(client.is_open()) << client.failure();
    client.send("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.read_answer().value_or(test::PlainAnswer{}).status, 200);
    took.push_back(
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun));
  }
  for (auto& client : flood) EXPECT_TRUE(client.closed_within(20s));
  EXPECT_TRUE(test::eventually([&] { return scripted.listener().stats().connections == 0; }));
  test::note_promise("handshake-flood",
                     std::to_string(clients) +
                         " handshakes that stand still: another's connection, handshake and request take " +
                         ms_text(test::percentile(took, 50)) + " (median); all ended at the deadline");
}

}  // namespace
}  // namespace geminate
