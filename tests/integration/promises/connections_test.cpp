// Many connections, too many of them, and a system that has no more descriptors.

#include <sys/resource.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/integration/promises/promise_stand.h"

namespace geminate {
namespace {

using namespace std::chrono_literals;
using test::PlainClient;

class Connections : public test::PromiseStand {
 protected:
  /// Once what the start took for a moment is given back.
  [[nodiscard]] double settled_mib() const {
    double before = 0;
    double now = test::own_mib(server_->pid());
    const bool settled = test::eventually_within(10s, [&] {
      before = now;
      std::this_thread::sleep_for(200ms);
      now = test::own_mib(server_->pid());
      return now >= before;
    });
    EXPECT_TRUE(settled);
    return now;
  }
};

std::string per_connection_kib(double mib, std::size_t connections) {
  return test::one_decimal(mib * 1024 / static_cast<double>(connections)) + " KiB each";
}

// many-connections: 10,000 idle connections and 10,000 open streams within 400 MB in all; where the system
// lets a process have fewer files than that takes, as many as it does.
TEST_F(Connections, IdleOnesAndOpenStreamsTakeLittleMemory) {
  const std::size_t wanted = test::is_long_run() ? 10'000 : 500;
  // Here: both kinds and the simulator's ends; in the server: both kinds and its own to upstream.
  constexpr std::size_t kOthers = 200;
  const std::size_t allowed = test::allowed_descriptors(wanted * 3 + kOthers);
  if (allowed < 3 * 500 + kOthers) GTEST_SKIP() << "this system allows too few open files";
  const std::size_t each = (allowed - kOthers) / 3;
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}, {"MAX_CONNECTIONS", "30000"}});
  ASSERT_EQ(generate().status, 200);
  const double before = settled_mib();
  std::vector<PlainClient> idle;
  idle.reserve(each);
  for (std::size_t i = 0; i < each; ++i) {
    idle.emplace_back(server_->port());
    ASSERT_TRUE(idle.back().send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"));
    ASSERT_EQ(idle.back().read_answer().value_or(test::PlainAnswer{}).status, 200) << i;
  }
  const double with_idle = test::own_mib(server_->pid());
  std::vector<PlainClient> streams;
  streams.reserve(each);
  for (std::size_t i = 0; i < each; ++i) {
    streams.emplace_back(server_->port());
    ASSERT_TRUE(streams.back().send(stream_request("stallmid")));
  }
  for (auto& stream : streams) ASSERT_NE(stream.read_until("data:").find("data:"), std::string::npos);
  const double with_all = test::own_mib(server_->pid());
  const double in_all = test::resident_mib(server_->pid());
  EXPECT_EQ(generate().status, 200) << "others are served beside them";
  if (!test::is_sanitized(server_->pid())) {
    EXPECT_LT(in_all, 400);
    EXPECT_LT((with_all - before) * 1024 / static_cast<double>(2 * each), 20)
        << "KiB for each: 400 MB in all";
  }
  test::note_promise("many-connections", std::to_string(each) + " idle connections (" +
                                             per_connection_kib(with_idle - before, each) + ") and " +
                                             std::to_string(each) + " open streams (" +
                                             per_connection_kib(with_all - with_idle, each) + ") in " +
                                             test::one_decimal(in_all) + " MiB in all");
}

// connection-cap: one over the cap gets 503.
TEST_F(Connections, OneOverTheCapIsAnswered503) {
  constexpr std::size_t kCap = 100;
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}, {"MAX_CONNECTIONS", std::to_string(kCap)}});
  std::vector<PlainClient> clients;
  for (std::size_t i = 0; i < kCap; ++i) {
    clients.emplace_back(server_->port());
    ASSERT_TRUE(clients.back().send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"));
    ASSERT_EQ(clients.back().read_answer().value_or(test::PlainAnswer{}).status, 200) << i;
  }
  PlainClient over(server_->port());
  const auto refused = over.read_answer();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->fields.at("connection"), "close");
  EXPECT_EQ(refused->fields.count("retry-after"), 1U);
  clients.front().close();
  EXPECT_TRUE(test::eventually_within(10s, [&] {
    return test::ask(server_->port(), "GET", "/healthz").value_or(test::PlainAnswer{}).status == 200;
  })) << "one that left made room";
  test::note_promise("connection-cap",
                     "at " + std::to_string(kCap) + " connections the next one is answered 503");
}

// descriptor-limit: at `ulimit -n` no spin.
TEST_F(Connections, WithoutDescriptorsTheServerWaitsQuietlyAndGoesOnAfterwards) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}, {"MAX_CONNECTIONS", "30000"}});
  ASSERT_EQ(generate().status, 200);
  PlainClient early(server_->port());
  ASSERT_TRUE(early.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_EQ(early.read_answer().value_or(test::PlainAnswer{}).status, 200);
  rlimit before{};
  ASSERT_EQ(::prlimit(server_->pid(), RLIMIT_NOFILE, nullptr, &before), 0);
  const rlimit lowered{test::open_descriptors(server_->pid()) + 50, before.rlim_max};
  ASSERT_EQ(::prlimit(server_->pid(), RLIMIT_NOFILE, &lowered, nullptr), 0);
  std::vector<PlainClient> clients;
  for (int i = 0; i < 300; ++i) clients.emplace_back(server_->port());
  const auto watched = test::is_long_run() ? 10'000ms : 1'000ms;
  const double cpu_before = test::cpu_seconds(server_->pid());
  std::this_thread::sleep_for(watched);
  const double used = test::cpu_seconds(server_->pid()) - cpu_before;
  const double share = used * 100'000 / static_cast<double>(watched.count());
  EXPECT_LT(share, 25) << "per cent of a processor";
  ASSERT_TRUE(early.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(early.read_answer().value_or(test::PlainAnswer{}).status, 200) << "who is there is served on";
  clients.clear();
  EXPECT_TRUE(test::eventually_within(20s, [&] {
    return test::ask(server_->port(), "GET", "/healthz").value_or(test::PlainAnswer{}).status == 200;
  }));
  ASSERT_EQ(::prlimit(server_->pid(), RLIMIT_NOFILE, &before, nullptr), 0);
  test::note_promise("descriptor-limit", "out of descriptors for " + std::to_string(watched.count() / 1000) +
                                             " s with 300 clients at the door: " + test::one_decimal(share) +
                                             " % of a processor; accepts again afterwards");
}

}  // namespace
}  // namespace geminate
