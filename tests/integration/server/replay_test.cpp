#include <algorithm>
#include <fstream>
#include <vector>

#include "tests/integration/server/served_by_simulator.h"
#include "tests/support/places.h"

#include "tools/simulator/json_text.h"
#include "tools/simulator/replay.h"

namespace geminate {
namespace {

class Replay : public test::ServedBySimulator {};

TEST_F(Replay, OfRecordedGeminiAnswersComesThroughByteForByte) {
  const auto file = test::recordings_file("gemini.jsonl");
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no recordings at " << file;
  auto recordings = simulator::read_recordings(file.string());
  ASSERT_TRUE(recordings.ok()) << recordings.error().message;
  simulator::Options options;
  options.replay_file = file.string();
  start({{"GEMINI_API_KEYS", "replay-key-aaaa"}}, std::move(options));
  std::size_t compared = 0;
  std::size_t streamed = 0;
  for (const auto& recording : *recordings) {
    const auto direct = test::ask(simulator_->port(), recording.method, recording.target,
                                  "Content-Type: application/json\r\nx-goog-api-key: replay-key-aaaa\r\n",
                                  recording.request_body);
    const auto proxied = test::ask(server_->port(), recording.method, recording.target, client_fields(),
                                   recording.request_body);
    ASSERT_TRUE(direct && proxied) << recording.id;
    // Recordings that share a request take turns: what came is one of theirs.
    const bool known = std::any_of(recordings->begin(), recordings->end(), [&](const auto& other) {
      return other.target == recording.target && other.request_body == recording.request_body &&
             other.reply.body == proxied->body;
    });
    EXPECT_TRUE(known) << recording.id << "\n" << proxied->body.substr(0, 300);
    EXPECT_EQ(proxied->status, direct->status) << recording.id;
    if (direct->fields.count("content-type") != 0) {
      ASSERT_EQ(proxied->fields.count("content-type"), 1U) << recording.id;
      EXPECT_EQ(proxied->fields.at("content-type"), direct->fields.at("content-type")) << recording.id;
    }
    ++compared;
    streamed += recording.target.find(":streamGenerateContent") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(compared, recordings->size());
  EXPECT_GT(compared, 100U);
  EXPECT_GT(streamed, 10U) << "events and arrays";
}

/// One exchange as a line of a recordings file.
std::string recorded(const std::string& method, const std::string& path, const std::string& query,
                     const std::string& type, const std::string& answer) {
  return R"({"id":"made-up","request":{"method":)" + simulator::quoted(method) + R"(,"path":)" +
         simulator::quoted(path) + R"(,"query":)" + query +
         R"(,"headers":{},"body":null},"response":{"status":200,"headers":{"content-type":)" +
         simulator::quoted(type) + R"(},"body":)" + simulator::quoted(answer) + "}}\n";
}

TEST_F(Replay, OfWhatGoogleMayComeToSayComesThroughByteForByte) {
  struct Exchange {
    const char* method;
    const char* path;
    const char* query;
    const char* type;
    const char* answer;
  };
  // Odd spacing, escapes and orders, fields and methods that don't exist: all of it is the client's and
  // Google's business.
  const std::string json = "application/json; charset=UTF-8";
  const std::vector<Exchange> exchanges{
      {"POST", "/v1beta/models/m:dreamContent", R"({"future":["1"],"$x":["%20+y"]})", json.c_str(),
       "{ \"dream\" :\t[1.50, 1e3, \"\\u00e9\\/\"],\n\"thoughtSignature\": \"AA+/=\" }\r\n"},
      {"POST", "/v1beta/models/m:streamGenerateContent", "{}", json.c_str(),
       "[{\"candidates\": [ {\"content\": {\"parts\": [{\"text\": \"a\",\"thoughtSignature\": "
       "\"Eq\\u003d\"}]}}]}\n,\r\n{}]"},
      {"POST", "/v1beta/models/m:streamGenerateContent", R"({"alt":["sse"]})", "text/event-stream",
       "data: {\"candidates\": [{\"x\":1}]}\r\n\r\n: a comment\r\n\r\ndata: {}\r\n\r\n"},
      {"POST", "/v1beta/interactions", "{}", "text/event-stream",
       "event: interaction.created\ndata: {\"interaction\":{\"id\":\"v1_i\"}}\n\nevent: done\ndata: "
       "[DONE]\n\n"},
      {"GET", "/v1beta/interactions/v1_i", R"({"stream":["true"],"last_event_id":["e"]})",
       "text/event-stream", "event: interaction.completed\ndata: {\"interaction\":{\"id\":\"v1_i\"}}\n\n"},
      {"POST", "/v1beta/models/m:predictLongRunning", "{}", json.c_str(),
       "{\"name\":  \"models/m/operations/o\"}"},
      {"GET", "/v1beta/models/m/operations/o", "{}", json.c_str(), "{\"done\":true}\n"},
      {"PATCH", "/v1beta/cachedContents/c", R"({"updateMask":["ttl"]})", json.c_str(),
       "{\"name\": \"cachedContents/c\"}"},
      {"GET", "/v1beta/files/f:download", R"({"alt":["media"]})", "video/mp4", "\x01 no JSON \" at all"},
      {"POST", "/upload/v1beta/files", R"({"uploadType":["media"]})", json.c_str(), "{\"file\" : {}}"},
      {"DELETE", "/v1beta/things/nobody/knows", R"({"force":["true"]})", json.c_str(), "{}\n"}};
  const auto file = folder_.path() / "made_up.jsonl";
  std::ofstream lines(file);
  for (const Exchange& each : exchanges)
    lines << recorded(each.method, each.path, each.query, each.type, each.answer);
  lines.close();
  simulator::Options options;
  options.replay_file = file.string();
  start({{"GEMINI_API_KEYS", "replay-key-aaaa"}}, std::move(options));
  auto recordings = simulator::read_recordings(file.string());
  ASSERT_TRUE(recordings.ok()) << recordings.error().message;
  const std::string body =
      "{ \"contents\" : [ {\"parts\":[{\"thoughtSignature\":\"AA\\u002b\"}]}],\t\"new\": 1.0 }";
  for (std::size_t i = 0; i < exchanges.size(); ++i) {
    const bool has_body = recordings->at(i).method == "POST" || recordings->at(i).method == "PATCH";
    const std::string& target = recordings->at(i).target;
    const auto answer =
        test::ask(server_->port(), exchanges[i].method, target, client_fields(), has_body ? body : "");
    ASSERT_TRUE(answer) << target;
    EXPECT_EQ(answer->status, 200) << target;
    EXPECT_EQ(answer->body, exchanges[i].answer) << target;
    EXPECT_EQ(answer->fields.at("content-type"), exchanges[i].type) << target;
    const auto seen = simulator_->requests().back();
    EXPECT_EQ(seen.method, exchanges[i].method);
    EXPECT_EQ(seen.target, target);
    EXPECT_EQ(seen.body, has_body ? body : "") << target;
  }
}

}  // namespace
}  // namespace geminate
