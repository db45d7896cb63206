// Clients that send badly, read slowly, leave early or never come to the point; and the limits that hold
// them.

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/http/scripted_server.h"
#include "tests/support/plain_client.h"
#include "tests/support/promise.h"
#include "tests/unit/http/framing_table.h"

namespace geminate::test {
namespace {

using namespace std::chrono_literals;

constexpr int kSmallReceiveBuffer = 4096;

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n\r\n";
}

http::ListenerOptions small_limits() {
  http::ListenerOptions options;
  options.framing.max_header_bytes = 8 * 1024;
  options.framing.max_headers = 20;
  options.framing.max_body_bytes = 1024;
  return options;
}

bool serves(ScriptedServer& server) {
  PlainClient client(server.port());
  client.send(get("/echo"));
  const auto answer = client.read_answer(5s);
  return answer && answer->status == 200;
}

TEST(HostileClients, GetAnAnswerAndACloseForEveryFaultOfTheTable) {
  ScriptedServer server(small_limits());
  for (const auto& row : refused_cases()) {
    PlainClient client(server.port());
    client.send(row.bytes);
    const auto answer = client.read_answer(5s);
    ASSERT_TRUE(answer) << row.name;
    EXPECT_EQ(answer->status, face_of(row.code).http_status) << row.name;
    EXPECT_TRUE(client.closed_within(5s)) << row.name;
  }
  EXPECT_EQ(server.record().handled.load(), 0);
  EXPECT_TRUE(serves(server));
  note_promise("framing-corpus",
               std::to_string(refused_cases().size()) +
                   " requests that RFC 9112 forbids, each refused and the connection closed");
}

TEST(HostileClients, MayCutARequestAnywhere) {
  ScriptedServer server;
  const std::string requests[] = {
      "POST /echo?x=1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
      "5\r\n\r\nhello",
      "POST /echo?x=1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nhel\r\n2;x\r\nlo\r\n0\r\nT: x\r\n\r\n",
  };
  for (const auto& request : requests) {
    PlainClient client(server.port());
    for (std::size_t cut = 1; cut < request.size(); ++cut) {
      ASSERT_TRUE(client.send(std::string_view(request).substr(0, cut)));
      // Long enough that the server nearly always reads the first part by itself.
      std::this_thread::sleep_for(1ms);
      ASSERT_TRUE(client.send(std::string_view(request).substr(cut)));
      const auto answer = client.read_answer(5s);
      ASSERT_TRUE(answer) << "cut at " << cut;
      ASSERT_EQ(answer->body, "POST /echo?x=1\nhello") << "cut at " << cut;
    }
  }
}

TEST(HostileClients, AreToldWhenTheyAreTooSlow) {
  http::ListenerOptions options;
  options.timeouts.header = 200ms;
  options.timeouts.body_idle = 300ms;
  options.timeouts.keep_alive = 400ms;
  ScriptedServer server(options);
  PlainClient silent(server.port());
  PlainClient slow_head(server.port());
  slow_head.send("GET /echo HT");
  PlainClient slow_body(server.port());
  slow_body.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  PlainClient idle(server.port());
  idle.send(get("/echo"));
  EXPECT_EQ(slow_head.read_answer(5s)->status, 408);
  EXPECT_TRUE(slow_head.closed_within(5s));
  EXPECT_EQ(slow_body.read_answer(5s)->status, 408);
  EXPECT_TRUE(slow_body.closed_within(5s));
  EXPECT_EQ(idle.read_answer(5s)->status, 200);
  EXPECT_TRUE(idle.closed_within(5s));
  EXPECT_TRUE(silent.closed_within(5s));
  EXPECT_TRUE(eventually([&] { return server.listener().stats().connections == 0; }));
}

TEST(HostileClients, CannotStretchAHeadByDrippingIt) {
  http::ListenerOptions options;
  options.timeouts.header = 300ms;
  ScriptedServer server(options);
  PlainClient client(server.port());
  const auto begun = std::chrono::steady_clock::now();
  client.send("GET /echo HTTP/1.1\r\n");
  while (client.send("X: y\r\n") && std::chrono::steady_clock::now() < begun + 5s &&
         !client.closed_within(20ms)) {
  }
  EXPECT_LT(std::chrono::steady_clock::now(), begun + 4s);
  EXPECT_EQ(server.record().handled.load(), 0);
}

TEST(HostileClients, MayTakeTheirTimeWhileTheServerWorks) {
  http::ListenerOptions options;
  options.timeouts.header = 100ms;
  options.timeouts.body_idle = 100ms;
  options.timeouts.keep_alive = 100ms;
  ScriptedServer server(options);
  PlainClient client(server.port());
  client.send(get("/later/600"));
  EXPECT_EQ(client.read_answer()->status, 200) << "no deadline of reading strikes while an answer is awaited";
  PlainClient streaming(server.port());
  streaming.send(get("/pieces/20"));
  const auto answer = streaming.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.substr(answer->body.size() - 9), "piece 19;");
}

TEST(HostileClients, ThatDoNotReadCostABoundedQueueAndNobodyElse) {
  http::ListenerOptions options;
  options.timeouts.stalled = 60s;
  ScriptedServer server(options);
  PlainClient lazy(server.port(), kSmallReceiveBuffer);
  lazy.send(get("/flood/100000000"));
  ASSERT_TRUE(eventually([&] { return server.record().told_full.load() > 0; }));
  EXPECT_TRUE(serves(server));
  // What the kernel's own buffers took is beside the point; what was written more is the queue.
  EXPECT_LT(server.record().written_before_full.load(), 20'000'000u);
  const auto stuck_at = server.record().written.load();
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(server.record().written.load(), stuck_at) << "nobody writes for a client that does not read";
  lazy.close(true);
  EXPECT_TRUE(eventually([&] { return server.record().clients_gone.load() == 1; }));
}

TEST(HostileClients, ThatReadAgainGetTheWholeStream) {
  ScriptedServer server;
  PlainClient lazy(server.port(), kSmallReceiveBuffer);
  lazy.send(get("/flood/20000000"));
  ASSERT_TRUE(eventually([&] { return server.record().told_full.load() > 0; }));
  const auto answer = lazy.read_answer(30s);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), 20'000'000u);
  EXPECT_GT(server.record().drained.load(), 0);
}

TEST(HostileClients, ThatNeverReadAreDroppedAtTheirDeadline) {
  http::ListenerOptions options;
  options.timeouts.stalled = 300ms;
  ScriptedServer server(options);
  PlainClient lazy(server.port(), kSmallReceiveBuffer);
  lazy.send(get("/flood/100000000"));
  EXPECT_TRUE(eventually([&] { return server.record().clients_gone.load() == 1; }));
  PlainClient lazy_with_one_answer(server.port(), kSmallReceiveBuffer);
  lazy_with_one_answer.send(get("/size/100000000"));
  EXPECT_TRUE(eventually([&] { return server.listener().stats().connections == 0; }));
}

TEST(HostileClients, ThatLeaveAreNoticedOnce) {
  ScriptedServer server;
  for (const bool with_reset : {false, true}) {
    for (const auto* path : {"/hang", "/later/5000", "/pieces/100000", "/flood/100000000"}) {
      const auto gone = server.record().clients_gone.load();
      PlainClient client(server.port());
      client.send(get(path));
      client.read_until("x", 30ms);
      client.close(with_reset);
      EXPECT_TRUE(eventually([&] { return server.record().clients_gone.load() == gone + 1; })) << path;
    }
  }
  EXPECT_TRUE(eventually([&] { return server.listener().stats().connections == 0; }));
  EXPECT_EQ(server.record().clients_gone.load(), 8);
}

TEST(HostileClients, ThatLeaveInTheMiddleOfARequestLeaveNothingBehind) {
  ScriptedServer server;
  for (const auto* bytes :
       {"", "GET /ech", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"}) {
    PlainClient client(server.port());
    client.send(bytes);
    client.close();
  }
  EXPECT_TRUE(serves(server));
  EXPECT_TRUE(eventually([&] { return server.listener().stats().connections == 0; }));
}

TEST(HostileClients, CannotOpenMoreConnectionsThanAreServed) {
  http::ListenerOptions options;
  options.max_connections = 4;
  ScriptedServer server(options);
  std::vector<PlainClient> welcome;
  for (int i = 0; i < 4; ++i) {
    welcome.emplace_back(server.port());
    welcome.back().send(get("/echo"));
    ASSERT_EQ(welcome.back().read_answer()->status, 200);
  }
  PlainClient one_too_many(server.port());
  one_too_many.send(get("/echo"));
  const auto answer = one_too_many.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->fields.at("retry-after"), "1");
  EXPECT_TRUE(one_too_many.closed_within(5s));
  welcome.clear();
  EXPECT_TRUE(eventually([&] { return serves(server); }));
  EXPECT_GE(server.listener().stats().refused, 1u);
}

TEST(HostileClients, ShareOneBudgetForTheirBodies) {
  http::ListenerOptions options;
  options.workers = 2;
  options.body_budget_bytes = 10'000;
  ScriptedServer server(options);
  PlainClient first(server.port());
  PlainClient second(server.port());
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 8000\r\n\r\n";
  first.send(head + std::string(6000, 'a'));
  ASSERT_TRUE(eventually([&] { return server.listener().stats().body_bytes == 6000; }));
  second.send(head + std::string(6000, 'b'));
  const auto refused = second.read_answer();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  first.send(std::string(2000, 'a'));
  EXPECT_EQ(first.read_answer()->status, 200);
  PlainClient third(server.port());
  third.send(head + std::string(8000, 'c'));
  EXPECT_EQ(third.read_answer()->status, 200);
}

TEST(HostileClients, ThatSendWithoutEndLeaveOthersTheirTurn) {
  http::ListenerOptions options;
  options.framing.max_body_bytes = 1ULL << 40;
  options.body_budget_bytes = 64 << 20;
  ScriptedServer server(options);
  std::atomic<bool> stop{false};
  std::thread sender([&] {
    while (!stop) {
      PlainClient client(server.port());
      client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n");
      const std::string part(1 << 20, 's');
      for (int i = 0; i < 40 && !stop; ++i) client.send(part);
    }
  });
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(serves(server));
  stop = true;
  sender.join();
}

}  // namespace
}  // namespace geminate::test
