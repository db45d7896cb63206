// A client that leaves takes its request to upstream with it, whatever that is at.
#include <cstdio>

#include "tests/integration/promises/worst_upstream.h"

namespace geminate {
namespace {

using namespace test;
using std::chrono::seconds;

enum class Stage { BeforeTheFirstToken, MidStream, DuringARetry };

class ClientGone : public BeforeTheWorst {
 protected:
  /// Leaves once `ready`, and says how long nothing was in flight any more after that.
  void leave(PlainClient& client, bool with_reset, milliseconds& slowest) {
    client.close(with_reset);
    const auto took = quiet_within(seconds{1});
    ASSERT_TRUE(took) << "something is in flight a second after the client has gone\n" << server_->log();
    slowest = std::max(slowest, *took);
  }
  bool wait_until(const std::function<bool()>& holds) {
    const auto end = Clock::now() + kPatience;
    while (!holds()) {
      if (Clock::now() > end) return false;
      std::this_thread::sleep_for(milliseconds{2});
    }
    return true;
  }
};

TEST_F(ClientGone, EndsItsCallWithinASecondAtAnyStage) {
  std::atomic<Stage> stage{Stage::BeforeTheFirstToken};
  std::atomic<int> waiting{0};
  std::atomic<int> ended{0};
  WorstUpstream upstream([&](FakeConnection& connection, const std::string&) {
    if (stage == Stage::DuringARetry) {
      // Asks for a pause before the next try.
      constexpr const char* kBusy =
          "HTTP/1.1 503 Busy\r\nContent-Type: application/json\r\nRetry-After: 4\r\n"
          "Content-Length: 2\r\n\r\n{}";
      if (connection.write(kBusy)) connection.close();
      ++waiting;
      ++ended;
      return;
    }
    if (stage == Stage::MidStream && !connection.write(kStreamHead + chunk(gemini_event("begun")))) return;
    ++waiting;
    if (connection.wait_for_end()) ++ended;
  });
  start(upstream.url(), {{"WORKERS", "1"}});
  milliseconds slowest{0};
  const int rounds = is_long_run() ? 200 : 5;
  int left = 0;
  for (const Stage now : {Stage::BeforeTheFirstToken, Stage::MidStream, Stage::DuringARetry}) {
    stage = now;
    // A retry is earned by ten requests; more of them would not be retried.
    const int times = now == Stage::DuringARetry ? 1 : rounds;
    for (int i = 0; i < times; ++i) {
      for (const Surface& surface : kSurfaces) {
        const int before = waiting;
        PlainClient client(server_->port());
        ASSERT_TRUE(client.send(request_text(surface.stream_target, surface.stream_body)));
        ASSERT_TRUE(wait_until([&] { return waiting > before; })) << surface.name;
        if (now == Stage::MidStream) {
          ASSERT_NE(client.read_until("begun", seconds{10}).find("begun"), std::string::npos);
        }
        leave(client, i % 2 == 1, slowest);
        ++left;
      }
    }
    EXPECT_TRUE(wait_until([&] { return ended == waiting; })) << "upstream's end stays open";
  }
  // Its calls were stopped, not retried for nobody.
  EXPECT_EQ(upstream.connections(), waiting.load());
  for (const auto& [name, value] : {std::pair{"geminate_requests_in_flight", 0.0},
                                    std::pair{"geminate_upstream_connections{use=\"busy\"}", 0.0},
                                    std::pair{"geminate_requests_waiting", 0.0}}) {
    EXPECT_EQ(metric(name), value) << name;
  }
  note_promise("client-gone", std::to_string(left) +
                                  " clients left before the first token, mid-stream and in the "
                                  "pause before a retry: their calls had ended after " +
                                  std::to_string(slowest.count()) + " ms at most, no slot was left over");
}

TEST_F(ClientGone, EndsACallThatHasNotBeenSentYet) {
  // A listener that nobody accepts from takes the connection, but not 32 MB.
  FakeUpstream deaf;
  start("http://127.0.0.1:" + std::to_string(deaf.port()), {{"WORKERS", "1"}});
  PlainClient client(server_->port());
  const std::string body =
      R"({"contents":[{"role":"user","parts":[{"text":")" + std::string(32U << 20U, 'x') + "\"}]}]}";
  ASSERT_TRUE(client.send(request_text(kSurfaces[0].stream_target, body)));
  ASSERT_TRUE(wait_until([&] { return metric("geminate_upstream_connections{use=\"busy\"}") == 1; }));
  milliseconds slowest{0};
  leave(client, false, slowest);
  FakeConnection connection;
  ASSERT_TRUE(deaf.accept(connection));
  EXPECT_TRUE(connection.wait_for_end());
}

}  // namespace
}  // namespace geminate
