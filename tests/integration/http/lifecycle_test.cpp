// Starting, draining and stopping, and what happens when descriptors run out.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/http/scripted_server.h"
#include "tests/support/plain_client.h"

namespace geminate::test {
namespace {

using namespace std::chrono_literals;

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n\r\n";
}

class SilentHandler final : public http::RequestHandler {
 public:
  void handle(http::HttpRequest, http::ResponseSink& sink) override { sink.send({}, {}); }
  std::string framing_error_body(std::string_view, const http::FramingFault&) override { return {}; }
};

http::PistacheListener::HandlerFactory silent() {
  return [](reactor::EventLoop&) { return std::make_unique<SilentHandler>(); };
}

TEST(Lifecycle, SaysWhyItCannotListen) {
  ScriptedServer taken;
  http::ListenerOptions options;
  options.port = taken.port();
  http::PistacheListener second(options);
  const auto started = second.start(silent());
  ASSERT_FALSE(started.ok());
  EXPECT_NE(started.error().message.find("127.0.0.1 port " + std::to_string(taken.port())),
            std::string::npos);

  options.host = "no such host";
  http::PistacheListener nowhere(options);
  EXPECT_FALSE(nowhere.start(silent()).ok());
}

TEST(Lifecycle, StopsWithoutHavingStarted) {
  http::PistacheListener never_started{http::ListenerOptions{}};
  never_started.stop();
  EXPECT_EQ(never_started.port(), 0);
}

TEST(Lifecycle, ListensOnNamesAndOnIpv6) {
  for (const auto* host : {"localhost", "::1", "[::1]", "0.0.0.0", "::"}) {
    http::ListenerOptions options;
    options.host = host;
    http::PistacheListener listener(options);
    const auto started = listener.start(silent());
    // A machine may have no IPv6; then the start says so instead of failing silently.
    if (!started.ok()) {
      EXPECT_FALSE(started.error().message.empty());
      continue;
    }
    EXPECT_NE(listener.port(), 0) << host;
  }
}

TEST(Lifecycle, SpreadsClientsOverItsWorkers) {
  http::ListenerOptions options;
  options.workers = 2;
  std::atomic<int> handled[2] = {0, 0};
  struct Counting final : http::RequestHandler {
    explicit Counting(std::atomic<int>& given) : count(&given) {}
    void handle(http::HttpRequest, http::ResponseSink& sink) override {
      count->fetch_add(1);
      sink.send({}, {});
    }
    std::string framing_error_body(std::string_view, const http::FramingFault&) override { return {}; }
    std::atomic<int>* count;
  };
  http::PistacheListener listener(options);
  ASSERT_TRUE(
      listener
          .start([&](reactor::EventLoop& loop) { return std::make_unique<Counting>(handled[loop.worker()]); })
          .ok());
  std::vector<PlainClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back(listener.port());
    clients.back().send(get("/"));
    ASSERT_TRUE(clients.back().read_answer());
  }
  EXPECT_EQ(handled[0].load(), 10);
  EXPECT_EQ(handled[1].load(), 10);
}

TEST(Lifecycle, DrainsWhatIsInFlightAndClosesWhatIsIdle) {
  http::ListenerOptions options;
  options.workers = 2;
  ScriptedServer server(options);
  PlainClient idle(server.port());
  idle.send(get("/echo"));
  ASSERT_TRUE(idle.read_answer());
  PlainClient busy(server.port());
  busy.send(get("/later/300"));
  ASSERT_TRUE(eventually([&] { return server.record().handled.load() == 2; }));
  bool drained = false;
  std::thread draining([&] { drained = server.listener().drain(10s); });
  EXPECT_TRUE(idle.closed_within(5s));
  const auto answer = busy.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->fields.at("connection"), "close");
  EXPECT_TRUE(busy.closed_within(5s));
  busy.close();
  draining.join();
  EXPECT_TRUE(drained);
  EXPECT_FALSE(PlainClient(server.port()).connected());
}

TEST(Lifecycle, ADrainThatHasBegunLeavesNoKeptConnection) {
  http::ListenerOptions options;
  options.workers = 2;
  ScriptedServer server(options);
  std::vector<PlainClient> kept;
  for (int i = 0; i < 4; ++i) {
    kept.emplace_back(server.port());
    kept.back().send(get("/echo"));
    ASSERT_TRUE(kept.back().read_answer());
  }
  PlainClient streaming(server.port());
  streaming.send(get("/flood/100000000"));
  ASSERT_TRUE(eventually([&] { return server.record().handled.load() == 5; }));
  server.listener().begin_drain();
  EXPECT_EQ(server.listener().stats().connections, 1U) << "the one with a request in flight";
  for (auto& client : kept) EXPECT_TRUE(client.closed_within(5s));
}

TEST(Lifecycle, AnswersWhoConnectedBeforeTheDrainAndAskedAfterIt) {
  ScriptedServer server;
  PlainClient fresh(server.port());
  ASSERT_TRUE(eventually([&] { return server.listener().stats().connections == 1; }));
  server.listener().begin_drain();
  fresh.send(get("/echo"));
  const auto answer = fresh.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->fields.at("connection"), "close");
  EXPECT_TRUE(server.listener().drain(10s));
}

TEST(Lifecycle, GivesUpDrainingAtTheDeadline) {
  ScriptedServer server;
  PlainClient stuck(server.port());
  stuck.send(get("/hang"));
  ASSERT_TRUE(eventually([&] { return server.record().handled.load() == 1; }));
  EXPECT_FALSE(server.listener().drain(100ms));
  server.listener().stop();
  EXPECT_EQ(server.record().clients_gone.load(), 1) << "stopping tells whoever works for a client";
  EXPECT_TRUE(stuck.closed_within(5s));
}

TEST(Lifecycle, FreesThePortWhenItStopsAccepting) {
  ScriptedServer server;
  PlainClient client(server.port());
  client.send(get("/echo"));
  ASSERT_TRUE(client.read_answer());
  server.listener().stop_accepting();
  http::ListenerOptions options;
  options.port = server.port();
  ScriptedServer next(options);
  client.send(get("/echo"));
  EXPECT_EQ(client.read_answer()->status, 200) << "who is there is served on";
}

TEST(Lifecycle, TakesPostsAfterItsEnd) {
  http::PistacheListener listener{http::ListenerOptions{}};
  ASSERT_TRUE(listener.start(silent()).ok());
  auto& loop = listener.loop(0);
  listener.stop();
  auto token = std::make_shared<int>(0);
  loop.post([token] { *token = 1; });
  EXPECT_EQ(*token, 0);
}

/// Lowers the process's limit of descriptors while it lives.
class FewDescriptors {
 public:
  explicit FewDescriptors(int free) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int lowest = ::open("/dev/null", O_RDONLY);
    rlimit lower = before_;
    lower.rlim_cur = static_cast<rlim_t>(lowest + free);
    ::setrlimit(RLIMIT_NOFILE, &lower);
    ::close(lowest);
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

std::chrono::microseconds cpu_time() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

TEST(Lifecycle, ShedsClientsWhenItIsOutOfDescriptorsAndDoesNotSpin) {
  ScriptedServer server;
  std::vector<PlainClient> clients;
  clients.reserve(30);
  PlainClient early(server.port());
  early.send(get("/echo"));
  ASSERT_TRUE(early.read_answer());
  {
    // The clients' own ends count too: some connect, and the server has no descriptor left for the last ones.
    const FewDescriptors few(9);
    for (int i = 0; i < 8; ++i) clients.emplace_back(server.port());
    ASSERT_TRUE(eventually([&] { return server.listener().stats().refused > 0; }));
    const auto before = cpu_time();
    std::this_thread::sleep_for(500ms);
    EXPECT_LT(cpu_time() - before, 250ms);
    early.send(get("/echo"));
    EXPECT_EQ(early.read_answer()->status, 200);
  }
  clients.clear();
  EXPECT_TRUE(eventually([&] {
    PlainClient late(server.port());
    late.send(get("/echo"));
    return late.read_answer(1s).has_value();
  }));
}

}  // namespace
}  // namespace geminate::test
