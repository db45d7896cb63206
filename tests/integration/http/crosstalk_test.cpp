// Many clients with ids of their own, a third of them leaving early, answers at once and later, from this
// thread and from others: nobody may ever see a byte that is meant for somebody else.

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/http/scripted_server.h"
#include "tests/support/plain_client.h"
#include "tests/support/promise.h"

namespace geminate::test {
namespace {

using namespace std::chrono_literals;

struct Tally {
  std::atomic<int> right{0};
  std::atomic<int> left_early{0};
  std::atomic<int> wrong{0};
  std::atomic<int> unasked{0};
  std::atomic<int> missing{0};
};

void ask_and_check(PlainClient& client, const std::string& id, unsigned choice, Tally& tally) {
  const auto path = choice % 3 == 0   ? "/echo/" + id
                    : choice % 3 == 1 ? "/later/" + std::to_string(choice % 30) + "/" + id
                                      : "/echo/body/" + id;
  const auto body =
      choice % 3 == 2 ? std::string(choice % 20'000, static_cast<char>('a' + choice % 26)) : std::string();
  client.send("POST " + path + " HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\n\r\n" + body);
  const auto answer = client.read_answer();
  if (!answer) {
    tally.missing.fetch_add(1);
  } else if (answer->body == "POST " + path + "\n" + body) {
    tally.right.fetch_add(1);
  } else {
    tally.wrong.fetch_add(1);
  }
}

void hammer(std::uint16_t port, unsigned seed, std::chrono::steady_clock::time_point end, Tally& tally) {
  std::mt19937 random(seed);
  for (int round = 0; std::chrono::steady_clock::now() < end; ++round) {
    PlainClient client(port);
    if (!client.connected()) continue;
    // A number that was somebody else's a moment ago must come without that one's answer.
    if (random() % 8 == 0 && !client.read_until("x", 1ms).empty()) tally.unasked.fetch_add(1);
    const auto id = std::to_string(seed) + "-" + std::to_string(round);
    if (random() % 3 == 0) {
      const auto path =
          random() % 2 == 0 ? "/later/" + std::to_string(random() % 5) : std::string("/flood/300000");
      client.send("GET " + path + "/" + id + " HTTP/1.1\r\nHost: t\r\n\r\n");
      client.close(random() % 2 == 0);
      tally.left_early.fetch_add(1);
      continue;
    }
    for (unsigned requests = random() % 4 + 1; requests != 0; --requests) {
      ask_and_check(client, id + "-" + std::to_string(requests), static_cast<unsigned>(random()), tally);
    }
  }
}

TEST(Crosstalk, NobodyGetsAnothersAnswer) {
  http::ListenerOptions options;
  options.workers = 2;
  ScriptedServer server(options);
  Tally tally;
  const auto end = std::chrono::steady_clock::now() + (is_long_run() ? 60s : 4s);
  std::vector<std::thread> threads;
  for (unsigned seed = 1; seed <= 24; ++seed) {
    threads.emplace_back([&, seed] { hammer(server.port(), seed, end, tally); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(tally.wrong.load(), 0);
  EXPECT_EQ(tally.unasked.load(), 0);
  EXPECT_EQ(tally.missing.load(), 0);
  EXPECT_GT(tally.right.load(), 100);
  EXPECT_GT(tally.left_early.load(), 30);
  EXPECT_TRUE(eventually([&] { return server.listener().stats().connections == 0; }));
  note_promise("crosstalk", std::to_string(tally.right.load()) + " answers to 24 clients, each its own; " +
                                std::to_string(tally.left_early.load()) + " clients left early");
}

}  // namespace
}  // namespace geminate::test
