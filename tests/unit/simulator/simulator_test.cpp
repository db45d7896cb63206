#include "tools/simulator/simulator.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include "tests/support/plain_client.h"
#include "tests/support/server_process.h"
#include "tools/simulator/replay.h"

namespace geminate::simulator {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::PlainAnswer;
using test::PlainClient;

constexpr std::string_view kGenerate = "/v1beta/models/gemini-2.5-flash:generateContent";
constexpr std::string_view kStream = "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse";
constexpr std::string_view kHello = R"({"contents":[{"parts":[{"text":"hello"}]}]})";

class SimulatorTest : public testing::Test {
 protected:
  void start(Options options = {}) {
    auto started = Simulator::start(std::move(options));
    ASSERT_TRUE(started.ok()) << started.error().message;
    simulator_ = std::move(started).value();
  }

  PlainAnswer post(std::string_view target, std::string_view key = "k", std::string_view body = kHello,
                   const std::string& sim = {}) {
    std::string fields = key.empty() ? "" : "x-goog-api-key: " + std::string(key) + "\r\n";
    if (!sim.empty()) fields += "x-goog-sim: " + sim + "\r\n";
    return test::ask(simulator_->port(), "POST", target, fields, body).value_or(PlainAnswer{});
  }

  void send_stream(PlainClient& client, const std::string& sim) {
    client.send("POST " + std::string(kStream) +
                " HTTP/1.1\r\nHost: x\r\nx-goog-api-key: k\r\nx-goog-sim: " + sim +
                "\r\nContent-Length: " + std::to_string(kHello.size()) + "\r\n\r\n" + std::string(kHello));
  }

  std::unique_ptr<Simulator> simulator_;
};

TEST_F(SimulatorTest, RepeatsItsAnswersAndCountsTokens) {
  start();
  const PlainAnswer first = post(kGenerate);
  EXPECT_EQ(first.status, 200);
  EXPECT_NE(first.body.find("Simulated answer to: hello"), std::string::npos);
  EXPECT_NE(first.body.find(R"("usageMetadata":{"promptTokenCount":2)"), std::string::npos);
  EXPECT_EQ(first.body, post(kGenerate).body);
}

TEST_F(SimulatorTest, StreamsEventsOrAnArray) {
  start();
  const PlainAnswer events = post(kStream, "k", kHello, "chunks=3");
  EXPECT_EQ(events.fields.at("content-type"), "text/event-stream");
  EXPECT_EQ(std::count(events.body.begin(), events.body.end(), '\n'), 6);
  const PlainAnswer array = post("/v1beta/models/gemini-2.5-flash:streamGenerateContent");
  EXPECT_EQ(array.body.front(), '[');
  EXPECT_EQ(array.body.back(), ']');
}

TEST_F(SimulatorTest, OddSplitsChangeNoByteOfTheBody) {
  start();
  const std::string plain = post(kStream).body;
  EXPECT_EQ(post(kStream, "k", kHello, "chunk_bytes=1").body, plain);
  EXPECT_EQ(post(kStream, "k", kHello, "write_bytes=1,chunk_bytes=7").body, plain);
}

TEST_F(SimulatorTest, HonoursLimitStopAndJson) {
  start();
  const auto with = [&](const std::string& config) {
    return post(kGenerate, "k",
                R"({"contents":[{"parts":[{"text":"hello"}]}],"generationConfig":{)" + config + "}}")
        .body;
  };
  EXPECT_NE(with(R"("maxOutputTokens":2)").find(R"("finishReason":"MAX_TOKENS")"), std::string::npos);
  EXPECT_NE(with(R"("stopSequences":["answer"])").find(R"("text":"Simulated ")"), std::string::npos);
  EXPECT_NE(with(R"("responseMimeType":"application/json")").find(R"({\"answer\":)"), std::string::npos);
}

TEST_F(SimulatorTest, RefusesLikeGoogle) {
  Options options;
  options.valid_keys = "good-";
  start(options);
  const PlainAnswer invalid = post(kGenerate, "bad");
  EXPECT_EQ(invalid.status, 400);
  EXPECT_NE(invalid.body.find("API_KEY_INVALID"), std::string::npos);
  EXPECT_EQ(post(kGenerate, "").status, 403);
  EXPECT_EQ(post("/v1beta/models/gemini-9:generateContent", "good-1").status, 404);
  EXPECT_EQ(post(kGenerate, "good-1", "{").status, 400);
  EXPECT_EQ(post(kGenerate, "good-1", R"({"contents":[{"parts":[{"text":"x"}]}],"nonsense":1})").status, 400);
  EXPECT_EQ(post(kGenerate, "good-1").status, 200);
}

TEST_F(SimulatorTest, RulesComeBeforeTheHeaderAndTheKeysOwnText) {
  start();
  simulator_->script_key("sim-dead-1", "503", 1);
  EXPECT_EQ(post(kGenerate, "sim-dead-1").status, 503);
  EXPECT_EQ(post(kGenerate, "sim-dead-1", kHello, "429").status, 429);
  EXPECT_EQ(post(kGenerate, "sim-dead-1").status, 400);
  simulator_->script_next(2, "401");
  EXPECT_EQ(post(kGenerate, "a").status, 401);
  EXPECT_EQ(post(kGenerate, "b").status, 401);
  EXPECT_EQ(post(kGenerate, "a").status, 200);
}

TEST_F(SimulatorTest, QuotaErrorsCarryTheirDetails) {
  start();
  const std::string body = post(kGenerate, "k", kHello, "429,retry_ms=1500,quota=PerDay").body;
  EXPECT_NE(body.find(R"("retryDelay":"1.500s")"), std::string::npos);
  EXPECT_NE(body.find(R"("quotaId":"PerDay")"), std::string::npos);
  EXPECT_NE(post(kGenerate, "k", kHello, "limit0").body.find(R"("quotaValue":"0")"), std::string::npos);
  EXPECT_EQ(post(kGenerate, "k", kHello, "429bare").body.find("details"), std::string::npos);
  EXPECT_EQ(post(kGenerate, "k", kHello, "503,array=1").body.front(), '[');
}

TEST_F(SimulatorTest, ErrorsInAStreamEndIt) {
  start();
  const std::string body = post(kStream, "k", kHello, "errormid,after=2").body;
  EXPECT_EQ(std::count(body.begin(), body.end(), '\n'), 6);
  EXPECT_NE(body.find(R"(data: {"error":)"), std::string::npos);
}

TEST_F(SimulatorTest, CutStreamsEndWithoutTheirLastChunk) {
  start();
  PlainClient client(simulator_->port());
  send_stream(client, "cut,after=2");
  const std::string bytes = client.read_until("0\r\n\r\n", seconds(10));
  EXPECT_NE(bytes.find("data: "), std::string::npos);
  EXPECT_EQ(bytes.find("\r\n0\r\n\r\n"), std::string::npos);
  EXPECT_TRUE(simulator_->wait_until([](const Stats& stats) { return stats.broken_off == 1; }));
}

TEST_F(SimulatorTest, NoticesThatAClientLeaves) {
  start();
  for (const char* sim : {"stall", "stallmid", "chunks=1000,interval_ms=1000", "latency_ms=100000"}) {
    simulator_->reset_stats();
    PlainClient client(simulator_->port());
    send_stream(client, sim);
    ASSERT_TRUE(simulator_->wait_until([](const Stats& stats) { return stats.in_flight == 1; })) << sim;
    client.close();
    EXPECT_TRUE(simulator_->wait_until([](const Stats& stats) { return stats.cancelled == 1; })) << sim;
    EXPECT_EQ(simulator_->stats().in_flight, 0U) << sim;
  }
}

TEST_F(SimulatorTest, WaitsForAClientThatDoesNotRead) {
  start();
  PlainClient client(simulator_->port(), 4096);
  send_stream(client, "chunks=1000,answer_bytes=64000000");
  client.read_until("data: ");
  EXPECT_EQ(simulator_->stats().in_flight, 1U);
  client.close(true);
  EXPECT_TRUE(simulator_->wait_until([](const Stats& stats) { return stats.cancelled == 1; }));
}

TEST_F(SimulatorTest, ServesPipelinedRequestsInOrder) {
  start();
  PlainClient client(simulator_->port());
  const std::string one =
      "GET /v1beta/models/gemini-2.5-pro HTTP/1.1\r\nHost: x\r\nx-goog-api-key: k\r\n\r\n";
  const std::string two =
      "GET /v1beta/models/gemini-2.0-flash HTTP/1.1\r\nHost: x\r\nx-goog-api-key: k\r\n\r\n";
  client.send(one + two);
  EXPECT_NE(client.read_answer().value_or(PlainAnswer{}).body.find("gemini-2.5-pro"), std::string::npos);
  EXPECT_NE(client.read_answer().value_or(PlainAnswer{}).body.find("gemini-2.0-flash"), std::string::npos);
}

TEST_F(SimulatorTest, RemembersRequestsAndViolations) {
  start();
  post(kGenerate, "key-one");
  test::ask(simulator_->port(), "POST", std::string(kGenerate) + "?key=key-two", "Cookie: a=b\r\n", kHello);
  const Stats stats = simulator_->stats();
  EXPECT_EQ(stats.requests_by_key.at("key-one"), 1U);
  EXPECT_EQ(stats.requests_by_key.at("key-two"), 1U);
  EXPECT_EQ(stats.violations.size(), 2U);
  const auto requests = simulator_->requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].body, kHello);
  EXPECT_EQ(requests[0].body_hash, fnv1a(kHello));
  EXPECT_EQ(requests[0].header("X-Goog-Api-Key"), "key-one");
}

TEST_F(SimulatorTest, FilesBelongToTheKeyThatMadeThem) {
  start();
  const PlainAnswer made = post("/upload/v1beta/files", "owner", "bytes");
  EXPECT_NE(made.body.find("files/sim-1"), std::string::npos);
  const auto get = [&](const char* key) {
    return test::ask(simulator_->port(), "GET", "/v1beta/files/sim-1",
                     std::string("x-goog-api-key: ") + key + "\r\n")
        .value_or(PlainAnswer{})
        .status;
  };
  EXPECT_EQ(get("owner"), 200);
  EXPECT_EQ(get("other"), 403);
}

TEST_F(SimulatorTest, PromptsMayUseTheFilesOfTheirOwnKeyOnly) {
  start();
  const PlainAnswer made = post("/upload/v1beta/files", "owner", "bytes");
  const std::string prompt = R"({"contents":[{"parts":[{"fileData":{"fileUri":
      "https://generativelanguage.googleapis.com/v1beta/files/sim-1"}}]}]})";
  EXPECT_EQ(post(kGenerate, "owner", prompt).status, 200);
  EXPECT_EQ(post(kGenerate, "other", prompt).status, 403);
}

TEST_F(SimulatorTest, TakesAResumableUploadInChunks) {
  start();
  const auto send = [&](const std::string& target, const std::string& fields, const std::string& body,
                        const std::string& key = "owner") {
    return test::ask(simulator_->port(), "POST", target, "x-goog-api-key: " + key + "\r\n" + fields, body)
        .value_or(PlainAnswer{});
  };
  PlainAnswer begun = send("/upload/v1beta/files",
                           "X-Goog-Upload-Protocol: resumable\r\nX-Goog-Upload-Command: start\r\n"
                           "X-Goog-Upload-Header-Content-Type: text/plain\r\n",
                           R"({"file":{"displayName":"notes"}})");
  const std::string address = begun.fields["x-goog-upload-url"];
  const std::string target = address.substr(std::min(address.find("/upload/"), address.size()));
  ASSERT_FALSE(target.empty());
  const std::string chunk = "X-Goog-Upload-Command: upload\r\nX-Goog-Upload-Offset: 0\r\n";
  EXPECT_EQ(send(target, chunk, "hello ", "other").status, 403);
  EXPECT_EQ(send(target, chunk, "hello ").fields["x-goog-upload-status"], "active");
  EXPECT_EQ(send(target, chunk, "again").status, 400) << "the offset is wrong";
  EXPECT_EQ(send(target, "X-Goog-Upload-Command: query\r\n", "").fields["x-goog-upload-size-received"], "6");
  PlainAnswer done =
      send(target, "X-Goog-Upload-Command: upload, finalize\r\nX-Goog-Upload-Offset: 6\r\n", "world");
  EXPECT_EQ(done.fields["x-goog-upload-status"], "final");
  EXPECT_NE(done.body.find(R"("displayName":"notes","mimeType":"text/plain","sizeBytes":"11")"),
            std::string::npos)
      << done.body;
}

TEST_F(SimulatorTest, IsScriptedAndReadOverHttpToo) {
  start();
  EXPECT_EQ(post("/_simulator/script", "", R"({"behaviour":"503","times":1})").status, 200);
  EXPECT_EQ(post("/_simulator/script", "", R"({"behaviour":"nonsense"})").status, 400);
  EXPECT_EQ(post(kGenerate).status, 503);
  const auto stats = test::ask(simulator_->port(), "GET", "/_simulator/stats").value_or(PlainAnswer{});
  EXPECT_NE(stats.body.find(R"("requests":1,)"), std::string::npos) << stats.body;
  EXPECT_EQ(post("/_simulator/reset", "", "").status, 200);
  EXPECT_EQ(simulator_->stats().requests, 0U);
}

// Both ends of every connection are in this process; a shell's usual limit is 1,024 descriptors.
void raise_descriptor_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

TEST_F(SimulatorTest, CarriesAThousandSlowStreams) {
  raise_descriptor_limit();
  start();
  constexpr std::size_t kStreams = 1000;
  std::vector<PlainClient> clients;
  clients.reserve(kStreams);
  for (std::size_t i = 0; i < kStreams; ++i)
    send_stream(clients.emplace_back(simulator_->port()), "chunks=2,interval_ms=5000");
  EXPECT_TRUE(
      simulator_->wait_until([](const Stats& stats) { return stats.in_flight == kStreams; }, seconds(30)));
  for (std::size_t i = 0; i < kStreams / 2; ++i) clients[i].close();
  EXPECT_TRUE(simulator_->wait_until([](const Stats& stats) { return stats.cancelled >= kStreams / 2; },
                                     seconds(30)));
}

TEST_F(SimulatorTest, StopsWithRequestsInFlight) {
  start();
  PlainClient client(simulator_->port());
  send_stream(client, "stallmid");
  ASSERT_TRUE(simulator_->wait_until([](const Stats& stats) { return stats.in_flight == 1; }));
  simulator_.reset();
  EXPECT_TRUE(client.closed_within(seconds(10)));
}

TEST_F(SimulatorTest, SaysWhyItCannotStart) {
  Options options;
  options.tls_certificate_file = "/nowhere/cert.pem";
  options.tls_key_file = "/nowhere/key.pem";
  EXPECT_FALSE(Simulator::start(options).ok());
  Options replay;
  replay.replay_file = "/nowhere/recordings.jsonl";
  EXPECT_FALSE(Simulator::start(replay).ok());
  Options address;
  address.host = "not an address";
  EXPECT_FALSE(Simulator::start(address).ok());
}

TEST_F(SimulatorTest, ReplaysRecordingsByPathQueryAndBody) {
  const test::ScratchFolder folder;
  Options options;
  options.replay_file = folder.path() / "recordings.jsonl";
  std::ofstream(options.replay_file)
      << R"({"id":"1","request":{"method":"POST","path":"/v1beta/x","query":{"alt":["sse"]},"headers":{},"body":{"a":1,"b":2}},)"
      << R"("response":{"status":200,"headers":{"content-type":"text/event-stream","x-more":"1"},"body":"data: {}\r\n\r\n"}})"
      << "\n"
      << R"({"id":"2","request":{"method":"POST","path":"/v1beta/x","query":{"alt":["sse"]},"headers":{},"body":{"a":2}},)"
      << R"("response":{"status":404,"headers":{},"body":{"error":{"code":404}}}})"
      << "\n";
  start(options);
  const PlainAnswer first = post("/v1beta/x?alt=sse", "k", R"({ "b": 2, "a": 1 })");
  EXPECT_EQ(first.body, "data: {}\r\n\r\n");
  EXPECT_EQ(first.fields.at("x-more"), "1");
  const PlainAnswer second = post("/v1beta/x?alt=sse", "k", R"({"a":2})");
  EXPECT_EQ(second.status, 404);
  EXPECT_EQ(second.body, R"({"error":{"code":404}})");
  EXPECT_EQ(post("/v1beta/y", "k").status, 404);
}

}  // namespace
}  // namespace geminate::simulator
