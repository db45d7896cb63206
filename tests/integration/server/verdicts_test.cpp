// Each verdict of docs/VERDICTS.md, from the simulated Google's answer to the key's state and the client's
// answer. Which key goes first is the pool's choice: the first call is refused, whoever makes it.
#include <algorithm>
#include <chrono>
#include <string>

#include "shared/dto/usage.h"
#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

using namespace std::chrono_literals;

constexpr const char* kChat = "/v1/chat/completions";
constexpr const char* kChatStream =
    R"({"model":"gemini-2.5-flash","stream":true,"messages":[{"role":"user","content":"Hello"}]})";

class Verdicts : public test::ServedBySimulator {
 protected:
  void TearDown() override {
    if (!simulator_) return;
    for (const auto& violation : simulator_->stats().violations) ADD_FAILURE() << violation;
  }
  void start_with_two_keys() { start({{"GEMINI_API_KEYS", "first-key-aaaa,other-key-bbbb"}}); }
  std::uint64_t calls() { return simulator_->stats().requests; }
  UpstreamKeyView key_of_call(std::size_t index) {
    const std::string text = simulator_->requests().at(index).key;
    return key_ending_in(text.substr(text.size() - 4));
  }
  void expect_nobody_blamed() {
    for (const char* preview : {"aaaa", "bbbb"}) {
      const auto key = key_ending_in(preview);
      EXPECT_NE(key.state, KeyState::Dead) << key.state_reason.value_or("");
      EXPECT_NE(key.state, KeyState::Suspect) << key.state_reason.value_or("");
    }
  }
  void expect_everybody_ready() {
    EXPECT_EQ(key_ending_in("aaaa").state, KeyState::Ready);
    EXPECT_EQ(key_ending_in("bbbb").state, KeyState::Ready);
  }
  /// The refused key rests for that long, give or take what the test itself took.
  void expect_rest(const UpstreamKeyView& key, std::chrono::seconds rest, const std::string& quota) {
    EXPECT_EQ(key.state, KeyState::Cooling);
    ASSERT_EQ(key.cooldowns.size(), 1U);
    EXPECT_EQ(key.cooldowns[0].quota, quota);
    EXPECT_EQ(key.cooldowns[0].model, "gemini-2.5-flash");
    const auto left = key.cooldowns[0].until - now().wall;
    EXPECT_LE(left, rest + 1s);
    EXPECT_GT(left, rest - 25s);
  }
};

/// Another key serves, and the refused one has the state and is not asked again.
class VerdictsOnKeys : public Verdicts,
                       public ::testing::WithParamInterface<std::pair<const char*, KeyState>> {};

TEST_P(VerdictsOnKeys, TakeTheKeyAsideAndServeWithAnother) {
  start_with_two_keys();
  simulator_->script_next(1, GetParam().first);
  const auto answer = generate();
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(calls(), 2U);
  const auto refused = key_of_call(0);
  EXPECT_EQ(refused.state, GetParam().second);
  EXPECT_FALSE(refused.state_reason.value_or("").empty());
  EXPECT_EQ(key_of_call(1).state, KeyState::Ready);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(generate().status, 200);
  EXPECT_EQ(calls(), 5U);
  EXPECT_EQ(simulator_->stats().requests_by_key[simulator_->requests().at(0).key], 1U);
}

INSTANTIATE_TEST_SUITE_P(Dead, VerdictsOnKeys,
                         ::testing::Values(std::pair{"dead", KeyState::Dead},
                                           std::pair{"suspended", KeyState::Dead},
                                           std::pair{"leaked", KeyState::Dead},
                                           std::pair{"dead,array=1", KeyState::Dead}));
INSTANTIATE_TEST_SUITE_P(Suspect, VerdictsOnKeys,
                         ::testing::Values(std::pair{"401", KeyState::Suspect},
                                           std::pair{"disabled", KeyState::Suspect},
                                           std::pair{"denied", KeyState::Suspect}));

TEST_F(Verdicts, RestTheQuotaThatGoogleNamesForAsLongAsGoogleSays) {
  start_with_two_keys();
  simulator_->script_next(1, "429,retry_ms=40000,quota=GenerateRequestsPerDayPerProjectPerModel-FreeTier");
  EXPECT_EQ(generate().status, 200);
  EXPECT_EQ(calls(), 2U);
  expect_rest(key_of_call(0), 40s, "GenerateRequestsPerDayPerProjectPerModel-FreeTier");
}

TEST_F(Verdicts, RestForTheTimeThatStandsInTheTextOrInTheFieldOnly) {
  for (const char* fault : {"429text,retry_ms=40000", "429field,retry_ms=40000"}) {
    start_with_two_keys();
    simulator_->script_next(1, fault);
    EXPECT_EQ(generate().status, 200) << fault;
    EXPECT_EQ(calls(), 2U) << fault;
    expect_rest(key_of_call(0), 40s, "");
  }
}

TEST_F(Verdicts, LeaveOutAModelThatTheTierLacksAndNoOther) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  simulator_->script_next(1, "limit0");
  EXPECT_EQ(generate().status, 429);
  EXPECT_EQ(generate().status, 429) << "not asked again";
  EXPECT_EQ(calls(), 1U);
  expect_rest(key_ending_in("aaaa"), 24h, "GenerateRequestsPerMinutePerProjectPerModel-FreeTier");
  EXPECT_EQ(generate("/v1beta/models/gemini-2.5-pro:generateContent").status, 200);
  EXPECT_EQ(calls(), 2U);
}

TEST_F(Verdicts, BlameNoKeyForAFileThatIsNotItsOwn) {
  start_with_two_keys();
  const auto answer =
      test::ask(server_->port(), "GET", "/v1beta/cachedContents/somebody-elses", client_fields());
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 403) << answer->body;
  EXPECT_EQ(calls(), 2U) << "either key may be the owner";
  expect_everybody_ready();
}

TEST_F(Verdicts, PassTheClientsFaultsOnWithoutRetryAndBlame) {
  start_with_two_keys();
  simulator_->script_next(1, "location");
  const auto location = generate();
  EXPECT_EQ(location.status, 400);
  EXPECT_NE(location.body.find("User location is not supported"), std::string::npos) << location.body;
  EXPECT_EQ(calls(), 1U);
  EXPECT_EQ(generate(kGenerate, "{not json").status, 400);
  EXPECT_EQ(calls(), 2U);
  EXPECT_EQ(generate("/v1beta/models/no-such-model:generateContent").status, 404);
  EXPECT_EQ(calls(), 3U);
  expect_everybody_ready();
}

TEST_F(Verdicts, CannotBeTalkedIntoADeadKeyByAClient) {
  start_with_two_keys();
  const auto answer = generate("/v1beta/models/API_KEY_INVALID-reported%20as%20leaked:generateContent");
  EXPECT_EQ(answer.status, 404);
  EXPECT_NE(answer.body.find("API_KEY_INVALID"), std::string::npos)
      << "the simulator repeats it, as Google does";
  EXPECT_EQ(calls(), 1U);
  expect_everybody_ready();
}

TEST_F(Verdicts, BlameNoKeyWhenGoogleRefusesTheAddressOrExplainsNothing) {
  for (const char* fault : {"sorry", "sorry,status=403", "429bare"}) {
    start_with_two_keys();
    simulator_->script_next(1, fault);
    generate();
    EXPECT_GE(calls(), 1U) << fault;
    expect_nobody_blamed();
  }
}

TEST_F(Verdicts, BlameNoKeyForGooglesBadDayAndTryOnceMore) {
  for (const char* fault : {"503", "500", "html", "reset", "503,array=1"}) {
    start_with_two_keys();
    simulator_->script_next(1, fault);
    EXPECT_EQ(generate().status, 200) << fault;
    EXPECT_EQ(calls(), 2U) << fault;
    expect_everybody_ready();
  }
}

/// The route and body of a stream in one of the dialects.
class VerdictsInStreams : public Verdicts, public ::testing::WithParamInterface<bool> {
 protected:
  test::PlainAnswer stream() { return GetParam() ? generate(kChat, kChatStream) : generate(kStream); }
};

TEST_P(VerdictsInStreams, TakeAnErrorInTheFirstEventForAnAnswersStatus) {
  const std::pair<const char*, KeyState> faults[] = {
      {"errormid,after=0,status=429,retry_ms=40000", KeyState::Cooling},
      {"errormid,after=0,status=400", KeyState::Dead},
      {"errormid,after=0,status=503", KeyState::Ready}};
  for (const auto& [fault, state] : faults) {
    start_with_two_keys();
    simulator_->script_next(1, fault);
    const auto answer = stream();
    EXPECT_EQ(answer.status, 200) << fault << answer.body;
    EXPECT_EQ(answer.body.find("\"error\""), std::string::npos) << answer.body;
    EXPECT_NE(answer.body.find("Simul"), std::string::npos) << answer.body;
    EXPECT_EQ(calls(), 2U) << fault;
    EXPECT_EQ(key_of_call(0).state, state) << fault;
  }
}

TEST_P(VerdictsInStreams, TellTheClientOfAnErrorInALaterEventAndDoNotRetry) {
  start_with_two_keys();
  simulator_->script_next(1, "errormid,after=2,status=429,retry_ms=40000");
  const auto answer = stream();
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.body.find("\"error\""), std::string::npos) << answer.body;
  EXPECT_EQ(answer.body.find("[DONE]"), std::string::npos) << answer.body;
  EXPECT_EQ(calls(), 1U);
  expect_nobody_blamed();
}

INSTANTIATE_TEST_SUITE_P(Dialects, VerdictsInStreams, ::testing::Bool(),
                         [](const auto& dialect) { return dialect.param ? "Openai" : "Gemini"; });

TEST_F(Verdicts, LearnOfAQuotaFromALaterEventInEveryDialect) {
  const std::pair<const char*, const char*> streams[] = {
      {kChat, kChatStream},
      {kStream, kHello},
      {"/v1beta/models/gemini-2.5-flash:streamGenerateContent", kHello},
      {"/v1beta/openai/chat/completions", kChatStream}};
  for (const auto& [target, body] : streams) {
    start_with_two_keys();
    simulator_->script_next(1, "errormid,after=2,status=429,retry_ms=40000");
    const auto answer = generate(target, body);
    EXPECT_EQ(answer.status, 200) << target;
    EXPECT_NE(answer.body.find("\"error\""), std::string::npos) << target << ' ' << answer.body;
    EXPECT_EQ(calls(), 1U) << target;
    EXPECT_EQ(key_of_call(0).state, KeyState::Cooling) << target;
    const auto story = codec::from_json<RequestStory>(
        manage("GET", "/api/manage/requests/" + answer.fields.at("x-request-id")).body);
    ASSERT_TRUE(story.ok()) << target;
    EXPECT_EQ(story->outcome, RequestOutcome::Cut) << target;
    ASSERT_EQ(story->attempts.size(), 1U) << target;
    EXPECT_EQ(story->attempts[0].verdict, TriedVerdict::Limited) << target;
  }
}

TEST_F(Verdicts, LearnJustWhichQuotaALaterEventNames) {
  start_with_two_keys();
  simulator_->script_next(1, "errormid,after=2,status=429,retry_ms=40000");
  EXPECT_EQ(generate(kStream).status, 200);
  expect_rest(key_of_call(0), 40s, "GenerateRequestsPerMinutePerProjectPerModel-FreeTier");
}

}  // namespace
}  // namespace geminate
