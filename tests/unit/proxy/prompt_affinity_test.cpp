#include "backend/proxy/prompt_affinity.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

namespace geminate::proxy {
namespace {

constexpr std::string_view kModel = "gemini-2.5-flash";

std::uint64_t gemini(std::string_view body, std::string_view model = kModel) {
  return prompt_affinity(PromptShape::Contents, model, body);
}
std::uint64_t openai(std::string_view body) { return prompt_affinity(PromptShape::Messages, {}, body); }

std::string turn(const std::string& role, const std::string& text) {
  return R"({"role":")" + role + R"(","parts":[{"text":")" + text + "\"}]}";
}
std::string contents(const std::vector<std::string>& turns) {
  std::string text = "\"contents\":[";
  for (const auto& each : turns) text += (&each == turns.data() ? "" : ",") + each;
  return text + "]";
}
std::string system_text(const std::string& text) {
  return R"("systemInstruction":{"parts":[{"text":")" + text + "\"}]}";
}

const std::string kUser = turn("user", "What is a monad?");
const std::string kAnswer = turn("model", "A monoid, as you know.");
const std::string kNext = turn("user", "Say it with \\\"model\\\" and { brackets ]");
const std::string kConfig = R"("generationConfig":{"temperature":0.5,"stopSequences":["}"]})";

TEST(PromptAffinity, IsNoneForAShortSinglePrompt) {
  EXPECT_EQ(gemini("{" + contents({kUser}) + "}"), 0U);
  EXPECT_EQ(gemini("{" + contents({kNext}) + "," + system_text("Be brief.") + "}"), 0U);
  EXPECT_EQ(gemini("{" + contents({turn("user", "a"), turn("user", "b")}) + "}"), 0U);
  EXPECT_EQ(gemini(R"({"model":"m",)" + contents({kUser}) + "}"), 0U) << "a field's name is no role";
  EXPECT_EQ(openai(R"({"model":"m","messages":[{"role":"user","content":"Hello"}]})"), 0U);
}

TEST(PromptAffinity, StaysTheSameFromTurnToTurn) {
  const auto second = gemini("{" + contents({kUser, kAnswer, kNext}) + "," + kConfig + "}");
  EXPECT_NE(second, 0U);
  EXPECT_EQ(gemini("{" + contents({kUser, kAnswer, kNext, kAnswer, turn("user", "And then?")}) + "}"),
            second);
}

TEST(PromptAffinity, TakesTheSystemTextBeforeAndBehindTheTurns) {
  const auto turns = contents({kUser, kAnswer, kNext});
  const auto before = gemini("{" + system_text("Be brief.") + "," + turns + "}");
  EXPECT_EQ(gemini("{" + turns + "," + kConfig + "," + system_text("Be brief.") + "}"), before);
  EXPECT_NE(gemini("{" + turns + "}"), before);
  EXPECT_NE(gemini("{" + turns + "," + system_text("Be long.") + "}"), before);
  EXPECT_EQ(gemini("{" + turns + R"(,"system_instruction":{"parts":[{"text":"Be brief."}]}})"), before);
}

TEST(PromptAffinity, DiffersFromConversationToConversation) {
  std::set<std::uint64_t> numbers;
  for (int i = 0; i < 1000; ++i) {
    numbers.insert(
        gemini("{" + contents({turn("user", "Question " + std::to_string(i)), kAnswer, kNext}) + "}"));
  }
  numbers.insert(
      gemini("{" + contents({turn("user", "Question 1"), kAnswer, kNext}) + "}", "gemini-2.5-pro"));
  EXPECT_EQ(numbers.size(), 1001U);
  EXPECT_EQ(numbers.count(0), 0U);
}

TEST(PromptAffinity, SharesALongPromptsNumberWithWhatFollowsIt) {
  const auto document = turn("user", std::string(6000, 'd'));
  const auto first = gemini("{" + contents({document}) + "}");
  EXPECT_NE(first, 0U);
  EXPECT_EQ(gemini("{" + contents({document, kAnswer, kNext}) + "}"), first);
}

TEST(PromptAffinity, SharesOneNumberAmongPromptsThatBeginWithTheSameFourKibibytes) {
  const std::string rules(6000, 'r');
  const auto one = gemini("{" + contents({kUser}) + "," + system_text(rules) + "}");
  EXPECT_NE(one, 0U);
  EXPECT_EQ(gemini("{" + system_text(rules) + "," + contents({kNext}) + "}"), one);
  EXPECT_NE(gemini("{" + system_text(std::string(6000, 's')) + "," + contents({kUser}) + "}"), one);
}

TEST(PromptAffinity, KnowsOpenaisMessagesAndTheModelInTheBody) {
  const std::string system = R"({"role":"system","content":"Be brief."})";
  const std::string user = R"({"role":"user","content":[{"type":"text","text":"Hello"}]})";
  const std::string answer = R"({"role":"assistant","content":"Hi"})";
  const auto of = [](const std::string& messages, const std::string& model = "m") {
    return openai(R"({"messages":[)" + messages + R"(],"model":")" + model + "\"}");
  };
  const auto number = of(system + "," + user + "," + answer + "," + user);
  EXPECT_NE(number, 0U);
  EXPECT_EQ(of(system + "," + user + "," + answer + "," + user + "," + answer + "," + user), number);
  EXPECT_EQ(openai(R"({"model":"m","messages":[)" + system + "," + user + "," + answer + "," + user + "]}"),
            number);
  EXPECT_NE(of(user + "," + answer + "," + user), number);
  EXPECT_NE(of(system + "," + user + "," + answer + "," + user, "other"), number);
}

TEST(PromptAffinity, IsNoneForABodyThatHoldsNoPrompt) {
  for (const std::string& body :
       {std::string(), std::string("null"), std::string("[]"), std::string("{"), std::string("\"model\""),
        std::string(R"({"contents":[{"role":"model")"), std::string(R"({"contents":"model"})"),
        std::string(R"({"x":"model"})"), std::string(8000, ' '), std::string(8000, '\xff'),
        R"({"image":")" + std::string(8000, 'A') + "\"}"}) {
    EXPECT_EQ(gemini(body), 0U) << body.substr(0, 60);
  }
}

TEST(PromptAffinity, HasAnEndForEveryHostileBody) {
  const std::size_t size = 3UL * 512 * 1024;
  for (const std::string begin :
       {R"({"contents":)", R"({"contents":[{"role":"model"},)", R"({"messages":)", "{"}) {
    for (const std::string filling :
         {"[", "{", "\"", "\\", "\\\"", "]", "{\"a\":", ",", " ", "\"role\":\"model\","}) {
      std::string body = begin;
      while (body.size() < size) body += filling;
      gemini(body);
      openai(body);
    }
  }
}

TEST(PromptAffinity, ReadsNothingBeyondABodyThatIsCutAnywhere) {
  const std::string whole = "{" + contents({kUser, kAnswer, kNext}) + "," + kConfig + "," +
                            system_text("Be brief, \\\\ and \\u006dodel") + "}";
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    // A block of its own, so that the sanitizer sees a step too far.
    const std::vector<char> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    gemini({cut.data(), cut.size()});
    openai({cut.data(), cut.size()});
  }
}

TEST(PromptAffinity, TakesAnyBytes) {
  std::minstd_rand random(7);
  const std::string alphabet = R"({}[]",:\ "role""model""contents")";
  for (int round = 0; round < 20'000; ++round) {
    std::string body = "{\"contents\":[{\"role\":\"model\"";
    for (std::size_t i = random() % 60; i > 0; --i) body += alphabet[random() % alphabet.size()];
    gemini(body);
    openai(body);
  }
}

}  // namespace
}  // namespace geminate::proxy
