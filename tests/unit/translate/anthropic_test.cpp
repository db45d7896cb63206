#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "backend/translate/anthropic_answer.h"
#include "backend/translate/anthropic_signature.h"
#include "backend/translate/json_reading.h"
#include "backend/translate/translate.h"

namespace geminate::translate {
namespace {

constexpr const char* kToolTurn =
    R"({"candidates":[{"content":{"parts":[{"text":"I should look.","thought":true},)"
    R"({"functionCall":{"name":"look","args":{"at":"sky"}},"thoughtSignature":"c2lnbmVk"}]},"finishReason":"STOP"}]})";

const AnswerContext kContext{"id", 1, "gemini-3-pro-preview"};

std::string to_json(const Json& value) { return to_text(value); }

/// The request that an agent sends next: the answer's content as it came, and its tool's result.
std::string next_request(const std::string& content, const std::string& call_id) {
  return R"({"model":"gemini-3-pro-preview","max_tokens":4096,"thinking":{"type":"enabled","budget_tokens":1024},)"
         R"("tools":[{"name":"look","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"Hi"},)"
         R"({"role":"assistant","content":)" +
         content + R"(},{"role":"user","content":[{"type":"tool_result","tool_use_id":")" + call_id +
         R"(","content":"blue"}]}]})";
}

TEST(MessagesAnswer, ItsThoughtsCarryTheSignatureOfTheCallBackToGemini) {
  MessagesAnswer answer(kContext, {true, false, {}});
  const auto whole = answer.whole(kToolTurn);
  ASSERT_TRUE(whole.ok());
  JsonDocument message;
  ASSERT_TRUE(parse_object(*whole, "it", message).ok());
  const std::string id(text_member(message["content"][1], "id"));
  const auto next = translate_messages(next_request(to_json(message["content"]), id), {});
  ASSERT_TRUE(next.ok()) << next.error().message;
  JsonDocument request;
  ASSERT_TRUE(parse_object(next->call.body, "it", request).ok());
  const Json& parts = request["contents"][1]["parts"];
  ASSERT_EQ(parts.Size(), 2U);
  EXPECT_EQ(text_member(parts[0], "text"), "I should look.");
  EXPECT_EQ(text_member(parts[1], "thoughtSignature"), "c2lnbmVk");
}

TEST(MessagesAnswer, RemembersTheSignaturesOfItsCallsForClientsWithoutThinking) {
  MessagesAnswer answer(kContext, {});
  const auto whole = answer.whole(kToolTurn);
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole->find("thinking"), std::string::npos) << *whole;
  ASSERT_EQ(answer.signatures().size(), 1U);
  EXPECT_EQ(answer.signatures()[0].signature, "c2lnbmVk");
  const std::string id = answer.signatures()[0].call_id;
  const auto next = translate_messages(
      next_request(R"([{"type":"tool_use","id":")" + id + R"(","name":"look","input":{}}])", id),
      [&](std::string_view call) { return call == id ? std::string("c2lnbmVk") : std::string(); });
  ASSERT_TRUE(next.ok()) << next.error().message;
  EXPECT_NE(next->call.body.find(R"("thoughtSignature":"c2lnbmVk")"), std::string::npos);
}

constexpr const char* kFirst = R"({"role":"user","content":"What colour is the sky?"})";

std::string request_of(const std::string& messages) {
  return R"({"model":"gemini-3-pro-preview","max_tokens":99,"messages":[)" + messages + "]}";
}

/// What is remembered of a streamed answer to kFirst that is signed at its end.
std::vector<CallSignature> remembered() {
  const auto asked = translate_messages(request_of(kFirst), {});
  EXPECT_TRUE(asked.ok());
  const auto stream = asked->make_answer(kContext);
  EXPECT_TRUE(stream->feed(R"({"candidates":[{"content":{"parts":[{"text":"It is "}]}}]})").ok());
  EXPECT_TRUE(stream->feed(R"({"candidates":[{"content":{"parts":[{"text":"blue."}]}}]})").ok());
  EXPECT_TRUE(
      stream
          ->feed(
              R"({"candidates":[{"content":{"parts":[{"text":"","thoughtSignature":"c2lnbmVk"}]},"finishReason":"STOP"}]})")
          .ok());
  stream->finish();
  return stream->signatures();
}

TEST(MessagesAnswer, RemembersTheSignatureOfATextThatGoesOn) {
  const auto signatures = remembered();
  ASSERT_EQ(signatures.size(), 1U);
  const auto signature_of = [&](std::string_view key) {
    return key == signatures[0].call_id ? signatures[0].signature : std::string();
  };
  const std::string rest =
      R"(,{"role":"assistant","content":"It is blue."},{"role":"user","content":"Why?"})";
  const auto next = translate_messages(request_of(kFirst + rest), signature_of);
  ASSERT_TRUE(next.ok());
  EXPECT_NE(next->call.body.find(R"({"text":"It is blue.","thoughtSignature":"c2lnbmVk"})"),
            std::string::npos)
      << next->call.body;
  // The same words in another conversation are not those that were signed.
  const auto other =
      translate_messages(request_of(R"({"role":"user","content":"And the sea?"})" + rest), signature_of);
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(other->call.body.find("c2lnbmVk"), std::string::npos);
}

TEST(MessagesAnswer, StreamsEveryEventOfAnAnswerThatNeverCame) {
  MessagesAnswer stream(kContext, {});
  const std::string sent = stream.finish();
  EXPECT_EQ(sent.find("event: message_start\n"), 0U);
  EXPECT_NE(sent.find(R"("stop_reason":"end_turn")"), std::string::npos);
  EXPECT_TRUE(sent.ends_with("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")) << sent;
}

TEST(MessagesAnswer, TellsAnErrorAsAnEventOfItsOwn) {
  const MessagesAnswer stream(kContext, {});
  const std::string event = stream.error_event({ErrorCode::Unavailable, "no more", {}, {}, {}});
  EXPECT_EQ(event,
            "event: error\ndata: "
            R"({"type":"error","error":{"type":"overloaded_error","message":"no more"}})"
            "\n\n");
}

TEST(MessagesAnswer, KeepsSilentStreamsAliveWithPings) {
  EXPECT_EQ(MessagesAnswer(kContext, {}).keep_alive(), "event: ping\ndata: {\"type\":\"ping\"}\n\n");
}

TEST(MessagesAnswer, CountsTheCacheApartFromTheInput) {
  MessagesAnswer answer(kContext, {});
  const auto whole = answer.whole(
      R"({"usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":80,"toolUsePromptTokenCount":7,)"
      R"("candidatesTokenCount":5,"thoughtsTokenCount":3,"totalTokenCount":115}})");
  ASSERT_TRUE(whole.ok());
  EXPECT_NE(whole->find(R"("input_tokens":27,)"), std::string::npos) << *whole;
  EXPECT_NE(whole->find(R"("cache_read_input_tokens":80,)"), std::string::npos);
  EXPECT_NE(whole->find(R"("output_tokens":8,)"), std::string::npos);
  EXPECT_EQ(answer.usage()->total, 115);
}

TEST(TokenCount, IsToldAsAnthropicTellsIt) {
  EXPECT_EQ(*token_count_to_anthropic(R"({"totalTokens":31,"promptTokensDetails":[]})"),
            R"({"input_tokens":31})");
  EXPECT_FALSE(token_count_to_anthropic("nonsense").ok());
}

TEST(ThinkingSignature, ComesBackAsItWent) {
  using Belongs = ThinkingSignature::Belongs;
  for (const Belongs belongs : {Belongs::ToThought, Belongs::ToNext}) {
    const std::string text = thinking_signature_text({belongs, "c2lnbmVk"});
    const auto read = read_thinking_signature("x", text);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->belongs, belongs);
    EXPECT_EQ(read->signature, "c2lnbmVk");
  }
}

TEST(ThinkingSignature, OfAnotherMakerIsForeign) {
  for (const char* text : {"", "EuYBCkQYBCJAfoo=", "c2lnbmVk", "not even base64!"}) {
    const auto read = read_thinking_signature("x", text);
    ASSERT_TRUE(read.ok()) << text;
    EXPECT_EQ(read->belongs, ThinkingSignature::Belongs::Foreign) << text;
  }
}

TEST(TranslateMessages, RefusesAnImageThatIsTooLarge) {
  const std::string data(27'000'000, 'Q');
  const auto refused = translate_messages(
      R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"image","source":)"
      R"({"type":"base64","media_type":"image/png","data":")" +
          data + R"("}}]}]})",
      {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().field, "messages.0.content.0.source.data");
}

TEST(TranslateMessages, TellsThePlaceOfASyntaxError) {
  const auto refused = translate_messages(R"({"model": nonsense})", {});
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("at byte 11"), std::string::npos) << refused.error().message;
}

TEST(TranslateMessages, DeclaresTheToolsThatClaudeKnowsByHeart) {
  const auto call = translate_messages(
      R"({"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],"tools":[)"
      R"({"type":"bash_20250124","name":"bash"},{"type":"memory_20250818","name":"memory"},)"
      R"({"type":"text_editor_20250728","name":"str_replace_based_edit_tool","max_characters":10000},)"
      R"({"type":"computer_20250124","name":"computer","display_width_px":1024,"display_height_px":768}]})",
      {});
  ASSERT_TRUE(call.ok()) << call.error().message;
  JsonDocument request;
  ASSERT_TRUE(parse_object(call->call.body, "it", request).ok()) << call->call.body;
  const Json& tools = request["tools"][0]["functionDeclarations"];
  ASSERT_EQ(tools.Size(), 4U);
  EXPECT_TRUE(tools[0]["parametersJsonSchema"]["properties"].HasMember("command"));
  EXPECT_TRUE(tools[1]["parametersJsonSchema"]["properties"].HasMember("old_path"));
  EXPECT_TRUE(tools[2]["parametersJsonSchema"]["properties"].HasMember("insert_text"));
  EXPECT_TRUE(tools[3]["parametersJsonSchema"]["properties"].HasMember("coordinate"));
  EXPECT_NE(text_member(tools[3], "description").find("1024 by 768 pixels"), std::string_view::npos);
}

}  // namespace
}  // namespace geminate::translate
