#include <poll.h>

#include <fstream>
#include <regex>
#include <sstream>
#include <vector>

#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

using test::PlainClient;

class Streams : public test::ServedBySimulator {
 protected:
  [[nodiscard]] std::string stream_request(const std::string& behaviour) const {
    return std::string("POST ") + kStream + " HTTP/1.1\r\nHost: a\r\n" +
           client_fields("x-goog-sim: " + behaviour + "\r\n") +
           "Content-Length: " + std::to_string(std::string_view(kHello).size()) + "\r\n\r\n" + kHello;
  }
  [[nodiscard]] long resident_kib() const {
    std::ostringstream text;
    text << std::ifstream("/proc/" + std::to_string(server_->pid()) + "/status").rdbuf();
    const std::string status = text.str();
    std::smatch found;
    return std::regex_search(status, found, std::regex("VmRSS:\\s+(\\d+)")) ? std::stol(found[1]) : -1;
  }
  [[nodiscard]] double cpu_seconds() const {
    std::ifstream file("/proc/" + std::to_string(server_->pid()) + "/stat");
    std::string text((std::istreambuf_iterator<char>(file)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }
};

TEST_F(Streams, RunAThousandAtATime) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  constexpr std::size_t kStreams = 1000;
  const auto request = stream_request("chunks=4,interval_ms=700");
  std::vector<PlainClient> clients;
  for (std::size_t i = 0; i < kStreams; ++i) {
    clients.emplace_back(server_->port());
    ASSERT_TRUE(clients.back().send(request));
  }
  EXPECT_TRUE(simulator_->wait_until([](const auto& stats) { return stats.most_in_flight >= kStreams; },
                                     std::chrono::seconds{60}))
      << simulator_->stats().most_in_flight;
  std::size_t whole = 0;
  for (auto& client : clients) {
    const auto answer = client.read_answer(std::chrono::seconds{60});
    if (answer && answer->status == 200 && answer->body.find("finishReason") != std::string::npos) ++whole;
  }
  EXPECT_EQ(whole, kStreams);
}

TEST_F(Streams, OfClientsThatLeaveAreCancelledUpstream) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  constexpr std::size_t kStreams = 50;
  std::vector<PlainClient> clients;
  for (std::size_t i = 0; i < kStreams; ++i) {
    clients.emplace_back(server_->port());
    ASSERT_TRUE(clients.back().send(stream_request("stallmid")));
  }
  for (auto& client : clients) ASSERT_NE(client.read_until("data:").find("data:"), std::string::npos);
  for (std::size_t i = 0; i < kStreams; ++i) clients[i].close(i % 2 == 0);
  // The promise is a second; the machine that runs this may be busy with other tests.
  EXPECT_TRUE(simulator_->wait_until(
      [](const auto& stats) { return stats.cancelled == kStreams && stats.in_flight == 0; },
      std::chrono::seconds{5}));
}

TEST_F(Streams, ThatNobodyReadsCostABoundedQueueAndNoProcessor) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}, {"WORKERS", "1"}});
  generate();
  const long before = resident_kib();
  constexpr int kClients = 20;
  std::vector<PlainClient> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back(server_->port(), 4096);
    // 64 MB each: without a bound they would be well over a gigabyte.
    ASSERT_TRUE(clients.back().send(stream_request("chunks=64,answer_bytes=67108864")));
  }
  for (auto& client : clients) ASSERT_FALSE(client.read_until("200 OK").empty());
  // Others are served meanwhile.
  for (int i = 0; i < 20; ++i) EXPECT_EQ(generate().status, 200);
  const double cpu = cpu_seconds();
  ::poll(nullptr, 0, 1000);
  EXPECT_LT(cpu_seconds() - cpu, 0.5) << "a worker spins";
  // 256 KiB of queue and a read buffer's worth each; sanitizers and allocators take their share on top.
  EXPECT_LT(resident_kib() - before, kClients * 2048L);
}

}  // namespace
}  // namespace geminate
