#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/integration/http/scripted_server.h"
#include "tests/support/plain_client.h"

namespace geminate::test {
namespace {

TEST(ManyStreams, AThousandSlowOnesAreServedTogether) {
  http::ListenerOptions options;
  options.workers = 2;
  ScriptedServer server(options);
  std::vector<PlainClient> clients;
  for (int i = 0; i < 1000; ++i) {
    clients.emplace_back(server.port());
    ASSERT_TRUE(clients.back().connected());
    clients.back().send("GET /pieces/30 HTTP/1.1\r\nHost: t\r\n\r\n");
  }
  ASSERT_TRUE(eventually([&] { return server.listener().stats().connections == 1000; }));
  std::string whole;
  for (int i = 0; i < 30; ++i) whole += "piece " + std::to_string(i) + ";";
  for (auto& client : clients) {
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->body, whole);
  }
}

TEST(ManyStreams, ABurstOfConnectionsIsAcceptedWhole) {
  ScriptedServer server;
  std::vector<PlainClient> clients;
  for (int i = 0; i < 800; ++i) clients.emplace_back(server.port());
  EXPECT_TRUE(eventually([&] { return server.listener().stats().connections == 800; }));
  for (auto& client : clients) client.send("GET /echo HTTP/1.1\r\nHost: t\r\n\r\n");
  for (auto& client : clients) {
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->status, 200);
  }
}

}  // namespace
}  // namespace geminate::test
