// What requests to /v1/responses leave behind, and what later ones make of it.
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <memory>
#include <optional>
#include <string>

#include "backend/translate/responses.h"

namespace geminate::translate {
namespace {

constexpr const char* kCallAnswer =
    R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"a":1}},)"
    R"("thoughtSignature":"QUJD"}]},"finishReason":"STOP"}],"usageMetadata":{"totalTokenCount":5}})";

std::string request(const std::string& fields) {
  return R"({"model":"gemini-3-flash-preview","tools":[{"type":"function","name":"f"}],)" + fields + "}";
}

/// Holds one response, as a store would.
struct OneResponse {
  ResponseRecord record;

  [[nodiscard]] ResponseLookup lookup() const {
    return {[this](std::string_view id) -> std::optional<std::string> {
              if (id != record.id) return std::nullopt;
              return record.input + "," + record.output.at(0).json;
            },
            [this](std::string_view id) -> std::optional<std::string> {
              if (id != record.output.at(0).id) return std::nullopt;
              return record.output.at(0).json;
            }};
  }
};

OneResponse answered(const std::string& body, const ResponseLookup& lookup = {}) {
  auto translated = translate_responses(body, {}, lookup);
  EXPECT_TRUE(translated.ok()) << translated.error().message;
  const auto answer = translated->translation.make_answer({"one", 1, "m"});
  EXPECT_TRUE(answer->whole(kCallAnswer).ok());
  EXPECT_NE(translated->record, nullptr);
  return {*translated->record};
}

std::string gemini_body(const std::string& body, const ResponseLookup& lookup) {
  const auto translated = translate_responses(body, {}, lookup);
  if (!translated.ok()) return translated.error().message;
  return translated->translation.call.body;
}

TEST(Responses, GoOnFromTheOneBeforeWithItsSignature) {
  const OneResponse first = answered(request(R"("input":"Hi","instructions":"Old")"));
  EXPECT_EQ(first.record.id, "resp_one");
  const std::string body =
      gemini_body(request(R"("previous_response_id":"resp_one",)"
                          R"("input":[{"type":"function_call_output","call_id":"call_one_0","output":"7"}])"),
                  first.lookup());
  EXPECT_NE(body.find(R"("contents":[{"role":"user","parts":[{"text":"Hi"}]},)"
                      R"({"role":"model","parts":[{"functionCall":{"id":"call_one_0","name":"f",)"
                      R"("args":{"a":1}},"thoughtSignature":"QUJD"}]},)"
                      R"({"role":"user","parts":[{"functionResponse":{"id":"call_one_0","name":"f",)"
                      R"("response":{"output":"7"}}}]}])"),
            std::string::npos)
      << body;
  EXPECT_EQ(body.find("Old"), std::string::npos) << "instructions are not inherited";
}

TEST(Responses, KeepTheWholeConversationAsTheirInput) {
  const OneResponse first = answered(request(R"("input":"Hi")"));
  const OneResponse second =
      answered(request(R"("previous_response_id":"resp_one",)"
                       R"("input":[{"type":"function_call_output","call_id":"call_one_0","output":"7"}])"),
               first.lookup());
  EXPECT_EQ(second.record.input,
            first.record.input + "," + first.record.output[0].json +
                R"(,{"type":"function_call_output","call_id":"call_one_0","output":"7"})");
}

TEST(Responses, ResolveReferencesToStoredItems) {
  const OneResponse first = answered(request(R"("input":"Hi")"));
  const OneResponse second =
      answered(request(R"("input":[{"role":"user","content":"Hi"},{"type":"item_reference","id":"fc_one_0"},)"
                       R"({"type":"function_call_output","call_id":"call_one_0","output":"7"}])"),
               first.lookup());
  // What is kept does not depend on what it was referred from.
  EXPECT_EQ(second.record.input.find("item_reference"), std::string::npos);
  EXPECT_NE(second.record.input.find("call_one_0"), std::string::npos);
}

TEST(Responses, NameWhatAnswersACallThatIsNotThere) {
  const OneResponse first = answered(request(R"("input":"Hi")"));
  EXPECT_NE(gemini_body(request(R"("previous_response_id":"resp_one","input":"And?")"), first.lookup())
                .find("call_one_0"),
            std::string::npos);
}

TEST(Responses, AreNotRecordedWhereNothingIsToBeStored) {
  const auto translated = translate_responses(request(R"("input":"Hi","store":false)"), {}, {});
  ASSERT_TRUE(translated.ok());
  EXPECT_EQ(translated->record, nullptr);
}

TEST(Responses, RememberSignaturesByTheIdOfTheirCall) {
  const auto translated = translate_responses(request(R"("input":"Hi")"), {}, {});
  const auto answer = translated->translation.make_answer({"one", 1, "m"});
  ASSERT_TRUE(answer->whole(kCallAnswer).ok());
  ASSERT_EQ(answer->signatures().size(), 1U);
  EXPECT_EQ(answer->signatures()[0].call_id, "call_one_0");
  EXPECT_EQ(answer->signatures()[0].signature, "QUJD");
}

TEST(Responses, RepeatWhatTheRequestSaid) {
  const auto translated = translate_responses(
      request(
          R"("input":"Hi","temperature":0.5,"user":"u","metadata":{"k":"v"},"reasoning":{"effort":"low"},)"
          R"("text":{"verbosity":"medium"},"max_output_tokens":9,"truncation":"auto")"),
      {}, {});
  ASSERT_TRUE(translated.ok()) << translated.error().message;
  const auto answer = translated->translation.make_answer({"one", 7, "m"})->whole(kCallAnswer);
  rapidjson::Document response;
  response.Parse(answer->c_str());
  EXPECT_EQ(response["temperature"].GetDouble(), 0.5);
  EXPECT_STREQ(response["user"].GetString(), "u");
  EXPECT_STREQ(response["metadata"]["k"].GetString(), "v");
  EXPECT_STREQ(response["reasoning"]["effort"].GetString(), "low");
  EXPECT_TRUE(response["reasoning"]["summary"].IsNull());
  EXPECT_STREQ(response["text"]["format"]["type"].GetString(), "text");
  EXPECT_EQ(response["max_output_tokens"].GetInt(), 9);
  EXPECT_STREQ(response["truncation"].GetString(), "auto");
  EXPECT_EQ(response["tools"].Size(), 1U);
  EXPECT_TRUE(response["store"].GetBool());
  EXPECT_TRUE(response["previous_response_id"].IsNull());
  EXPECT_EQ(response["top_p"].GetDouble(), 1.0);
  EXPECT_EQ(response["created_at"].GetInt(), 7);
}

TEST(Responses, ListTheirInputPageByPage) {
  ResponseRecord record;
  record.id = "resp_one";
  record.input = R"({"role":"user","content":"a"},{"type":"reasoning","id":"rs_x","summary":[]})";
  rapidjson::Document newest;
  newest.Parse(list_input_items(record, {1, false, {}}).c_str());
  ASSERT_EQ(newest["data"].Size(), 1U);
  EXPECT_STREQ(newest["data"][0]["id"].GetString(), "rs_x");
  EXPECT_TRUE(newest["has_more"].GetBool());
  rapidjson::Document next;
  next.Parse(list_input_items(record, {20, false, "rs_x"}).c_str());
  ASSERT_EQ(next["data"].Size(), 1U);
  EXPECT_STREQ(next["data"][0]["type"].GetString(), "message");
  EXPECT_STREQ(next["first_id"].GetString(), "item_one_0");
  EXPECT_FALSE(next["has_more"].GetBool());
  rapidjson::Document oldest;
  oldest.Parse(list_input_items(record, {20, true, {}}).c_str());
  ASSERT_EQ(oldest["data"].Size(), 2U);
  EXPECT_STREQ(oldest["data"][1]["id"].GetString(), "rs_x");
}

}  // namespace
}  // namespace geminate::translate
