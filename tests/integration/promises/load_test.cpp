// A server under load: for long, beyond its memory, while it stops and while it is changed.

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "shared/dto/tokens.h"
#include "tests/integration/promises/promise_stand.h"

namespace geminate {
namespace {

using namespace std::chrono_literals;
using test::PlainClient;

class Load : public test::PromiseStand {
 protected:
  static constexpr const char* kKeys = "load-key-aaaa,load-key-bbbb,load-key-cccc,load-key-dddd";

  /// One of everything that goes wrong, and what goes well.
  void one_of_everything(int round) {
    // What upstream does wrong may make it rest for a while: all that counts here is that there is an answer.
    EXPECT_NE(generate().status, 0);
    EXPECT_NE(generate(kStream).status, 0);
    for (const char* fault : {"html", "garbage", "reset", "500"})
      EXPECT_NE(generate(kGenerate, kHello, "x-goog-sim: " + std::string(fault) + "\r\n").status, 0);
    EXPECT_EQ(test::ask(server_->port(), "GET", "/nowhere").value_or(test::PlainAnswer{}).status, 404);
    EXPECT_EQ(
        test::ask(server_->port(), "POST", kGenerate, "x-goog-api-key: wrong-token-0123456789\r\n", kHello)
                .value_or(test::PlainAnswer{})
                .status /
            100,
        4);
    EXPECT_EQ(test::ask(server_->port(), "POST", "/v1/chat/completions", client_fields(), "{not json")
                      .value_or(test::PlainAnswer{})
                      .status /
                  100,
              4);
    PlainClient cut(server_->port());
    cut.send(stream_request("cut"));
    cut.read_answer(5s);
    PlainClient bad(server_->port());
    bad.send("GET / HTTP/1.1\r\nno colon\r\n\r\n");
    EXPECT_EQ(bad.read_answer().value_or(test::PlainAnswer{}).status, 400);
    PlainClient half(server_->port());
    half.send("POST " + std::string(kGenerate) +
              " HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhalf");
    half.close(round % 2 == 0);
    PlainClient leaves(server_->port());
    leaves.send(stream_request("stallmid"));
    leaves.read_until("data:", 500ms);
    leaves.close(round % 2 == 1);
  }
};

// soak: mixed errors at constant memory, descriptors back to where they were. In database mode: in memory
// mode the last 100,000 requests are remembered in memory, which takes longer to fill than this test lasts.
TEST_F(Load, OfMixedErrorsLeavesNothingBehind) {
  start({{"KEY_STORAGE_MODE", "database"}, {"CHECK_ON_ADD", "off"}});
  for (const char* key : {"load-key-aaaa", "load-key-bbbb", "load-key-cccc", "load-key-dddd"}) {
    const auto added =
        manage("POST", "/api/manage/keys/add", R"({"key_string":")" + std::string(key) + "\"}");
    ASSERT_EQ(added.status, 201) << added.body;
  }
  const int warm_up = test::is_long_run() ? 3'000 : 20;
  for (int round = 0; round < warm_up; ++round) one_of_everything(round);
  const auto quiet = [this] { return simulator_->stats().in_flight == 0; };
  ASSERT_TRUE(test::eventually_within(20s, quiet));
  const auto descriptors = test::open_descriptors(server_->pid());
  const double memory = test::own_mib(server_->pid());
  const auto begun = std::chrono::steady_clock::now();
  const auto lasts = test::is_long_run() ? std::chrono::duration_cast<std::chrono::seconds>(10min) : 4s;
  int rounds = 0;
  while (std::chrono::steady_clock::now() - begun < lasts) one_of_everything(rounds++);
  ASSERT_TRUE(test::eventually_within(20s, quiet));
  EXPECT_TRUE(
      test::eventually_within(20s, [&] { return test::open_descriptors(server_->pid()) <= descriptors + 4; }))
      << test::open_descriptors(server_->pid()) << " now, " << descriptors << " before";
  const double hours = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count() / 3600;
  const double grown = test::own_mib(server_->pid()) - memory;
  if (test::is_long_run() && !test::is_sanitized(server_->pid())) {
    EXPECT_LT(grown / hours, 1) << "MiB an hour";
  }
  test::note_promise("soak", std::to_string(rounds * 13) + " requests, most of them wrong, in " +
                                 test::one_decimal(hours * 60) + " min: memory " + test::one_decimal(grown) +
                                 " MiB more, descriptors " + std::to_string(descriptors) + " before and " +
                                 std::to_string(test::open_descriptors(server_->pid())) + " after");
}

/// Bodies that come all at once: half of each, then, of those that were not refused by then, the rest.
struct BodyRush {
  std::uint16_t port = 0;
  std::string head;
  std::string body;
  std::size_t clients = 0;
  /// What the budget has no room for even of halves.
  std::size_t excess = 0;
  /// What became of them. Any thread.
  std::atomic<std::size_t> halfway{0};
  std::atomic<std::size_t> early{0};
  std::atomic<std::size_t> served{0};
  std::atomic<std::size_t> refused{0};
  std::atomic<std::size_t> done{0};
};

void send_body(BodyRush& rush) {
  const std::string_view body(rush.body);
  PlainClient client(rush.port);
  bool going = client.send(rush.head) && client.send(body.substr(0, body.size() / 2));
  rush.halfway.fetch_add(1);
  const auto end = std::chrono::steady_clock::now() + 60s;
  bool early = false;
  while (!early && (rush.halfway.load() < rush.clients || rush.early.load() < rush.excess)) {
    early = client.hears_within(5ms);
    if (std::chrono::steady_clock::now() > end) break;
  }
  if (early) rush.early.fetch_add(1);
  going = going && (early || client.send(body.substr(body.size() / 2)));
  const auto answer = client.read_answer(120s);
  EXPECT_TRUE(answer.has_value() || !going) << "a body that was taken has an answer";
  if (answer && answer->status == 200) {
    rush.served.fetch_add(1);
  } else {
    EXPECT_EQ(answer.value_or(test::PlainAnswer{503, {}, {}}).status, 503);
    rush.refused.fetch_add(1);
  }
  rush.done.fetch_add(1);
}

constexpr std::string_view kImageInGemini[] = {
    R"({"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":")",
    R"("}},{"text":"What is this?"}]}]})"};
constexpr std::string_view kImageInChat[] = {
    R"({"model":"gemini-2.5-flash","messages":[{"role":"user","content":[{"type":"image_url","image_url":)"
    R"({"url":"data:image/png;base64,)",
    R"("}},{"type":"text","text":"What is this?"}]}]})"};

// body-budget: bodies of 20 MB × 200 at once stay within the budget, the excess refused early. A translated
// body is there twice while it is being translated, which a worker does one at a time.
TEST_F(Load, OfLargeBodiesStaysWithinTheBudget) {
  const bool is_long = test::is_long_run();
  const std::size_t size = is_long ? 20'000'000 : 2'000'000;
  const std::size_t budget = (is_long ? 512ULL : 16ULL) * 1024 * 1024;
  start({{"GEMINI_API_KEYS", kKeys},
         {"BODY_BUDGET_BYTES", std::to_string(budget)},
         {"MAX_BODY_BYTES", std::to_string(size + 1000)}});
  ASSERT_EQ(generate().status, 200);
  const double before = test::resident_mib(server_->pid());
  std::string told;
  for (const bool is_chat : {false, true}) {
    BodyRush rush;
    rush.port = server_->port();
    rush.clients = is_long ? 200 : 24;
    rush.excess = rush.clients - budget / (size / 2);
    const auto& parts = is_chat ? kImageInChat : kImageInGemini;
    rush.body = std::string(parts[0]) + std::string((size - 400) / 4 * 4, 'A') + std::string(parts[1]);
    rush.head = "POST " + std::string(is_chat ? "/v1/chat/completions" : kGenerate) +
                " HTTP/1.1\r\nHost: a\r\n" + client_fields() +
                "Content-Length: " + std::to_string(rush.body.size()) + "\r\n\r\n";
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < rush.clients; ++i) threads.emplace_back([&] { send_body(rush); });
    double peak = before;
    while (rush.done < rush.clients) {
      peak = std::max(peak, test::resident_mib(server_->pid()));
      std::this_thread::sleep_for(5ms);
    }
    for (auto& thread : threads) thread.join();
    EXPECT_GT(rush.served.load(), 0U);
    EXPECT_GE(rush.early.load(), rush.excess);
    if (!test::is_sanitized(server_->pid())) {
      EXPECT_LT(peak - before, static_cast<double>(budget) / (1024 * 1024) * 1.25 + 64);
    }
    EXPECT_EQ(generate().status, 200);
    told += std::string(is_chat ? "; as chat completions " : "") + std::to_string(rush.served) + " served, " +
            std::to_string(rush.refused) + " refused, " + std::to_string(rush.early) +
            " of them before their second half, memory at most " + test::one_decimal(peak - before) +
            " MiB more";
  }
  test::note_promise("body-budget", std::string(is_long ? "200 bodies of 20" : "24 bodies of 2") +
                                        " MB at once, budget " + std::to_string(budget / (1024 * 1024)) +
                                        " MiB: " + told);
}

// drain: SIGTERM under load drops no accepted request.
TEST_F(Load, ThatIsThereWhenTheServerStopsIsAnswered) {
  const std::size_t clients = test::is_long_run() ? 1'000 : 100;
  if (!test::allow_descriptors(clients * 3 + 200)) GTEST_SKIP() << "this system allows too few open files";
  start({{"GEMINI_API_KEYS", kKeys}});
  ASSERT_EQ(generate().status, 200);
  std::vector<PlainClient> waiting;
  for (std::size_t i = 0; i < clients; ++i) {
    waiting.emplace_back(server_->port());
    const std::string slow = i % 2 == 0 ? "chunks=4,interval_ms=400" : "latency_ms=1500";
    ASSERT_TRUE(waiting.back().send(stream_request(slow)));
  }
  ASSERT_TRUE(test::eventually_within(60s, [&] { return simulator_->stats().requests > clients; }));
  // And some whose requests are on their way: connected, nothing of them read yet.
  std::vector<PlainClient> arriving;
  for (int i = 0; i < 20; ++i) arriving.emplace_back(server_->port());
  for (auto& client : arriving) ASSERT_TRUE(client.send(generate_request()));
  ASSERT_EQ(::kill(server_->pid(), SIGTERM), 0);
  std::size_t whole = 0;
  for (auto& client : waiting) {
    const auto answer = client.read_answer(30s);
    whole +=
        answer && answer->status == 200 && answer->body.find("finishReason") != std::string::npos ? 1 : 0;
  }
  for (auto& client : arriving)
    whole += client.read_answer(30s).value_or(test::PlainAnswer{}).status == 200 ? 1 : 0;
  EXPECT_EQ(whole, clients + arriving.size());
  EXPECT_EQ(server_->wait_for_exit(), 0);
  EXPECT_EQ(server_->log().find("requests_cut"), std::string::npos);
  test::note_promise("drain", std::to_string(whole) + " of " + std::to_string(clients + arriving.size()) +
                                  " requests that were there at SIGTERM were answered in full");
}

// live-changes: keys, tokens and settings change under load, and no request notices.
TEST_F(Load, GoesOnWithoutAnErrorWhileEverythingIsChanged) {
  start({{"GEMINI_API_KEYS", kKeys}, {"CHECK_ON_ADD", "off"}});
  std::atomic<bool> over{false};
  std::atomic<std::uint64_t> good{0};
  std::atomic<std::uint64_t> bad{0};
  std::vector<std::thread> load;
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 8; ++i) {
    load.emplace_back([&] {
      PlainClient client(server_->port());
      const std::string request = generate_request();
      while (!over.load()) {
        if (!client.send(request)) break;
        const auto answer = client.read_answer();
        if (!answer) break;
        (answer->status == 200 ? good : bad).fetch_add(1);
      }
      if (!over.load()) bad.fetch_add(1);
    });
  }
  const auto lasts = test::is_long_run() ? 60s : 3s;
  int changes = 0;
  while (std::chrono::steady_clock::now() - begun < lasts) {
    const std::string number = std::to_string(changes);
    const auto added =
        manage("POST", "/api/manage/keys/add", R"({"key_string":"added-key-)" + number + "\"}");
    EXPECT_EQ(added.status, 201) << added.body;
    const auto key = codec::from_json<UpstreamKeyView>(added.body);
    if (key.ok()) {
      EXPECT_EQ(manage("DELETE", "/api/manage/keys/delete/" + std::to_string(key->id)).status / 100, 2);
    }
    const auto token = codec::from_json<TokenCreated>(manage("POST", "/api/manage/tokens/add", "{}").body);
    ASSERT_TRUE(token.ok());
    EXPECT_EQ(manage("DELETE", "/api/manage/tokens/delete/" + std::to_string(token->id)).status / 100, 2);
    const auto set =
        manage("PUT", "/api/manage/settings/update",
               R"({"changes":[{"name":"QUEUE_LIMIT","value":")" + std::to_string(1000 + changes) + "\"}]}");
    EXPECT_EQ(set.status, 200) << set.body;
    ++changes;
  }
  over.store(true);
  for (auto& thread : load) thread.join();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  EXPECT_EQ(bad.load(), 0U);
  EXPECT_GT(changes, 0);
  test::note_promise("live-changes",
                     std::to_string(good.load()) + " requests at " +
                         std::to_string(static_cast<int>(static_cast<double>(good.load()) / seconds)) +
                         "/s without an error during " + std::to_string(changes * 5) +
                         " changes of keys, tokens and settings");
}

}  // namespace
}  // namespace geminate
