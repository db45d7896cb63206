// What the server does when upstream fails, when keys rest and when upstream refuses everybody.
#include <chrono>
#include <future>
#include <string>
#include <vector>

#include "shared/codec/codec.h"
#include "shared/dto/keys.h"
#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

class Retry : public test::ServedBySimulator {
 protected:
  static constexpr const char* kThreeKeys = "first-key-aaaa,second-key-bbbb,third-key-cccc";

  [[nodiscard]] std::uint64_t calls_with(const std::string& key) const {
    return simulator_->stats().requests_by_key[key];
  }
  [[nodiscard]] std::uint64_t calls() const { return simulator_->stats().requests; }
  std::string metrics() {
    const auto answer = test::ask(server_->port(), "GET", "/metrics");
    EXPECT_TRUE(answer);
    return answer ? answer->body : std::string();
  }
  std::vector<KeyState> states() {
    const auto list = codec::from_json<KeyList>(manage("GET", "/api/manage/keys/data").body);
    EXPECT_TRUE(list.ok());
    std::vector<KeyState> found;
    for (const auto& key : list.value().keys) found.push_back(key.state);
    return found;
  }
  /// Retry-After and retry-after-ms, which must agree; in milliseconds.
  static long retry_after(const test::PlainAnswer& answer) {
    const long exact = std::stol(answer.fields.at("retry-after-ms"));
    EXPECT_EQ(std::stol(answer.fields.at("retry-after")), (exact + 999) / 1000);
    return exact;
  }
};

TEST_F(Retry, CallsAnUpstreamThatIsDownAtMostElevenTimesForTenRequests) {
  start({{"GEMINI_API_KEYS", kThreeKeys}});
  simulator::Rule outage;
  outage.behaviour = simulator::parse_behaviour("503").value();
  simulator_->script(outage);
  constexpr std::uint64_t kRequests = 300;
  for (std::uint64_t i = 0; i < kRequests; ++i) ASSERT_EQ(generate().status, 503);
  EXPECT_LE(calls(), kRequests * 11 / 10);
  EXPECT_GT(calls(), kRequests) << "some were tried again";
  for (const auto state : states()) EXPECT_EQ(state, KeyState::Ready);
}

TEST_F(Retry, LeavesALimitedProjectAloneForAsLongAsItAsksAndServesWithTheOthers) {
  start({{"GEMINI_API_KEYS", kThreeKeys}});
  constexpr milliseconds kRest{1500};
  simulator_->script_key("first-key-aaaa", "429,retry_ms=1500", 1);
  while (calls_with("first-key-aaaa") == 0) ASSERT_EQ(generate().status, 200);
  const auto limited_before = Clock::now();
  std::uint64_t served = 0;
  while (calls_with("first-key-aaaa") == 1) {
    ASSERT_EQ(generate().status, 200);
    ++served;
    ASSERT_LT(Clock::now() - limited_before, std::chrono::seconds{30}) << "it was never asked again";
  }
  EXPECT_GE(Clock::now() - limited_before + milliseconds{100}, kRest);
  EXPECT_GT(served, 2U);
}

TEST_F(Retry, AnswersWithoutACallAndWithTheEarliestReturnWhenAllKeysRest) {
  start({{"GEMINI_API_KEYS", kThreeKeys}});
  simulator_->script_key("first-key-aaaa", "429,retry_ms=60000");
  simulator_->script_key("second-key-bbbb", "429,retry_ms=40000");
  simulator_->script_key("third-key-cccc", "429,retry_ms=50000");
  const auto first = generate();
  EXPECT_EQ(first.status, 429);
  EXPECT_EQ(calls(), 3U);
  for (int i = 0; i < 5; ++i) {
    const auto answer = generate();
    EXPECT_EQ(answer.status, 429);
    EXPECT_LE(retry_after(answer), 40'000);
    EXPECT_GT(retry_after(answer), 20'000);
  }
  EXPECT_LE(retry_after(first), 40'000);
  EXPECT_GT(retry_after(first), 20'000);
  EXPECT_EQ(calls(), 3U);
}

TEST_F(Retry, WaitsForAKeyInOrderWhenToldTo) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}, {"QUEUE_TIMEOUT_MS", "20000"}, {"WORKERS", "1"}});
  simulator_->script_key("first-key-aaaa", "429,retry_ms=700", 1);
  const auto began = Clock::now();
  constexpr int kRequests = 6;
  std::vector<std::future<int>> statuses;
  const auto send = [this, &statuses] {
    statuses.push_back(std::async(std::launch::async, [this] { return generate().status; }));
  };
  send();
  ASSERT_TRUE(simulator_->wait_until([](const auto& stats) { return stats.completed == 1; }));
  for (int i = 1; i < kRequests; ++i) send();
  for (auto& status : statuses) EXPECT_EQ(status.get(), 200);
  EXPECT_GE(Clock::now() - began, milliseconds{700});
  EXPECT_EQ(calls(), static_cast<std::uint64_t>(kRequests) + 1);
  const auto text = metrics();
  EXPECT_NE(text.find("geminate_requests_waiting 0"), std::string::npos);
  EXPECT_EQ(text.find("geminate_queue_wait_seconds_count{dialect=\"gemini\"} 0"), std::string::npos);
}

TEST_F(Retry, DoesNotLetARequestWaitForAKeyThatReturnsTooLate) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}, {"QUEUE_TIMEOUT_MS", "5000"}});
  simulator_->script_key("first-key-aaaa", "429,retry_ms=60000");
  for (int i = 0; i < 3; ++i) {
    const auto answer = generate();
    EXPECT_EQ(answer.status, 429);
    EXPECT_GT(retry_after(answer), 30'000);
  }
  EXPECT_EQ(calls(), 1U);
}

TEST_F(Retry, BlamesNoKeyWhenUpstreamRefusesThemAllWithoutAWordAndGoesOnAfterAGoodProbe) {
  start({{"GEMINI_API_KEYS", kThreeKeys}});
  simulator::Rule refusal;
  refusal.behaviour = simulator::parse_behaviour("429bare").value();
  simulator_->script(refusal);
  const auto refused = generate();
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(calls(), 3U) << "the third one tells";
  EXPECT_LE(retry_after(refused), 2'500);
  EXPECT_EQ(generate().status, 429);
  EXPECT_EQ(calls(), 3U) << "while it is open nobody asks";
  const auto text = metrics();
  EXPECT_NE(text.find("geminate_egress_breaker_open 1"), std::string::npos);
  EXPECT_NE(text.find("geminate_egress_breaker_trips_total 1"), std::string::npos);
  simulator_->clear_script();
  const auto patience = Clock::now() + std::chrono::seconds{30};
  while (generate().status != 200) ASSERT_LT(Clock::now(), patience);
  EXPECT_EQ(calls(), 4U) << "one probe, served";
  EXPECT_NE(metrics().find("geminate_egress_breaker_open 0"), std::string::npos);
  for (const auto state : states()) EXPECT_EQ(state, KeyState::Ready) << "the rests before it are forgiven";
  EXPECT_EQ(generate().status, 200);
}

}  // namespace
}  // namespace geminate
