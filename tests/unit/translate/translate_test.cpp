#include <gtest/gtest.h>

#include <string>

#include "backend/translate/openai_answer.h"
#include "backend/translate/translate.h"

namespace geminate::translate {
namespace {

Result<GeminiCall> to_gemini(const std::string& body) {
  auto translation = translate_chat(body, {});
  if (!translation.ok()) return std::move(translation).error();
  return std::move(translation->call);
}

std::string chat(const std::string& fields) {
  return R"({"model":"gemini-2.5-flash","messages":[{"role":"user","content":"Hi"}])" + fields + "}";
}

TEST(ReadUsage, CountsWhatGeminiReports) {
  const auto usage = read_usage(
      R"({"promptTokenCount":10,"cachedContentTokenCount":4,"candidatesTokenCount":2,"thoughtsTokenCount":3,)"
      R"("toolUsePromptTokenCount":5,"totalTokenCount":20,"promptTokensDetails":[]})");
  ASSERT_TRUE(usage.has_value());
  EXPECT_EQ(usage->prompt, 10);
  EXPECT_EQ(usage->cached, 4);
  EXPECT_EQ(usage->candidates, 2);
  EXPECT_EQ(usage->thoughts, 3);
  EXPECT_EQ(usage->tool_prompt, 5);
  EXPECT_EQ(usage->total, 20);
}

TEST(ReadUsage, AddsUpAMissingTotal) {
  EXPECT_EQ(read_usage(R"({"promptTokenCount":10,"candidatesTokenCount":2,"thoughtsTokenCount":3})")->total,
            15);
}

TEST(ReadUsage, TakesNonsenseForZero) {
  EXPECT_EQ(read_usage(R"({"promptTokenCount":-5,"candidatesTokenCount":"many"})")->total, 0);
  EXPECT_FALSE(read_usage("[1]").has_value());
  EXPECT_FALSE(read_usage("{").has_value());
}

TEST(ToGemini, RefusesNestingThatWouldOverflowTheStack) {
  const std::string deep(100000, '[');
  const auto result = to_gemini(chat(R"(,"x":)" + deep));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::Malformed);
}

TEST(ToGemini, BracketsInTextAreNoNesting) {
  const std::string brackets(1000, '[');
  EXPECT_TRUE(
      to_gemini(R"({"model":"m","messages":[{"role":"user","content":"\")" + brackets + R"("}]})").ok());
}

TEST(ToGemini, RefusesTextThatIsNoUtf8) {
  const auto result = to_gemini("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\xff\"}]}");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::Malformed);
}

TEST(ToGemini, RefusesAnEscapeThatIsNoCharacter) {
  const auto result = to_gemini(chat(R"(,"user":"\udddd")"));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::Malformed);
}

TEST(ToGemini, PassesOnAZeroAsAZeroHoweverItIsWritten) {
  const auto result = to_gemini(chat(R"(,"temperature":-0e203,"top_p":0e35,"seed":7)"));
  ASSERT_TRUE(result.ok());
  EXPECT_NE(result->body.find(R"("temperature":-0.0)"), std::string::npos) << result->body;
  EXPECT_NE(result->body.find(R"("topP":0.0)"), std::string::npos) << result->body;
}

TEST(ToGemini, EstimatesMoreForLongerPromptsAndLargerLimits) {
  const auto small = to_gemini(chat(R"(,"max_tokens":10)"));
  const auto large = to_gemini(chat(R"(,"max_tokens":1000)"));
  const auto huge = to_gemini(chat(R"(,"max_tokens":2000000000)"));
  EXPECT_LT(small->estimated_tokens, large->estimated_tokens);
  // A limit far above what is ever used must not reserve a whole day's quota.
  EXPECT_LT(huge->estimated_tokens, 20000);
}

TEST(ToGemini, CopiesLargeImagesUnchanged) {
  const std::string data(8 * 1024 * 1024, 'Q');
  const auto call = to_gemini(
      R"({"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,)" +
      data + R"("}}]}]})");
  ASSERT_TRUE(call.ok()) << call.error().message;
  EXPECT_NE(call->body.find("\"data\":\"" + data + "\""), std::string::npos);
}

TEST(ToGemini, RefusesAnImageThatIsTooLarge) {
  const std::string data(27'000'000, 'Q');
  const auto call = to_gemini(
      R"({"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,)" +
      data + R"("}}]}]})");
  ASSERT_FALSE(call.ok());
  EXPECT_EQ(call.error().code, ErrorCode::BadRequest);
  EXPECT_EQ(call.error().field, "messages[0].content[0].image_url.url");
}

TEST(ToGemini, SendsNoLimitThatIsHigherThanGeminiTakes) {
  const auto call = to_gemini(chat(R"(,"max_tokens":1000000)"));
  ASSERT_TRUE(call.ok());
  EXPECT_NE(call->body.find(R"("maxOutputTokens":65536)"), std::string::npos) << call->body;
}

TEST(ChatAnswer, SendsRoleFinishAndDoneEvenWhenNothingCame) {
  ChatAnswer stream({"id", 1, "m"}, {true, false, {}});
  const std::string sent = stream.finish();
  EXPECT_NE(sent.find(R"("role":"assistant")"), std::string::npos);
  EXPECT_NE(sent.find(R"("finish_reason":"stop")"), std::string::npos);
  EXPECT_NE(sent.find(R"("choices":[],"usage":{)"), std::string::npos);
  EXPECT_EQ(sent.substr(sent.size() - 14), "data: [DONE]\n\n");
}

TEST(ChatAnswer, RemembersTheLastUsage) {
  ChatAnswer stream({"id", 1, "m"}, {false, false, {}});
  EXPECT_FALSE(stream.usage().has_value());
  ASSERT_TRUE(stream.feed(R"({"usageMetadata":{"promptTokenCount":1,"totalTokenCount":1}})").ok());
  ASSERT_TRUE(stream.feed(R"({"usageMetadata":{"promptTokenCount":1,"totalTokenCount":9}})").ok());
  EXPECT_EQ(stream.usage()->total, 9);
}

TEST(ChatAnswer, RefusesAnEventThatIsNoJson) {
  ChatAnswer stream({"id", 1, "m"}, {false, false, {}});
  const auto result = stream.feed("oops");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::UpstreamFailed);
}

TEST(ChatAnswer, HandsOnUpstreamsOwnWords) {
  ChatAnswer stream({"id", 1, "m"}, {false, false, {}});
  EXPECT_EQ(stream.feed(R"({"error":{"code":503,"message":"overloaded"}})").error().message, "overloaded");
}

TEST(ChatAnswer, IgnoresCandidateNumbersThatMakeNoSense) {
  ChatAnswer stream({"id", 1, "m"}, {false, false, {}});
  EXPECT_TRUE(
      stream.feed(R"({"candidates":[{"index":4000000000,"content":{"parts":[{"text":"x"}]}}]})").ok());
  EXPECT_LT(stream.finish().size(), 10000U);
}

TEST(ModelToOpenai, TakesThePrefixOff) {
  const auto model = model_to_openai(R"({"name":"models/gemini-2.5-flash"})", 5);
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(*model, R"({"id":"gemini-2.5-flash","object":"model","created":5,"owned_by":"google"})");
  EXPECT_FALSE(model_to_openai("{}", 5).ok());
}

}  // namespace
}  // namespace geminate::translate
