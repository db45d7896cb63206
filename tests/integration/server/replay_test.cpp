#include <algorithm>

#include "tests/integration/server/served_by_simulator.h"
#include "tests/support/recordings.h"
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
  for (const auto& recording : *recordings) {
    const auto direct = test::ask(simulator_->port(), recording.method, recording.target,
                                  "Content-Type: application/json\r\nx-goog-api-key: replay-key-aaaa\r\n",
                                  recording.request_body);
    const auto proxied = test::ask(server_->port(), recording.method, recording.target, client_fields(),
                                   recording.request_body);
    ASSERT_TRUE(direct && proxied) << recording.id;
    // Recordings that share a request take turns: what came is one of theirs.
    const bool known = std::any_of(recordings->begin(), recordings->end(), [&](const auto& other) {
      return other.target == recording.target && other.reply.body == proxied->body;
    });
    EXPECT_TRUE(known) << recording.id << "\n" << proxied->body.substr(0, 300);
    EXPECT_EQ(proxied->status, direct->status) << recording.id;
    if (direct->fields.count("content-type") != 0) {
      ASSERT_EQ(proxied->fields.count("content-type"), 1U) << recording.id;
      EXPECT_EQ(proxied->fields.at("content-type"), direct->fields.at("content-type")) << recording.id;
    }
    ++compared;
  }
  EXPECT_GT(compared, 100U);
}

}  // namespace
}  // namespace geminate
