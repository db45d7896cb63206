// Conversations beyond the context window, through the real server.
#include <string>

#include "shared/codec/codec.h"
#include "shared/dto/tokens.h"
#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

constexpr const char* kChat = "/v1/chat/completions";

class Context : public test::ServedBySimulator {
 protected:
  void TearDown() override {
    if (!simulator_) return;
    for (const auto& violation : simulator_->stats().violations) ADD_FAILURE() << violation;
  }
  std::string make_token(const std::string& draft) {
    const auto answer = manage("POST", "/api/manage/tokens/add", draft);
    EXPECT_EQ(answer.status, 201) << answer.body;
    const auto made = codec::from_json<TokenCreated>(answer.body);
    return made.ok() ? made->token : std::string();
  }
  test::PlainAnswer ask_with(const std::string& token, const std::string& target, const std::string& body,
                             const std::string& further = {}) {
    const auto answer = test::ask(
        server_->port(), "POST", target,
        "Content-Type: application/json\r\nAuthorization: Bearer " + token + "\r\n" + further, body);
    EXPECT_TRUE(answer) << server_->log();
    return answer.value_or(test::PlainAnswer{});
  }
  static std::string told(const test::PlainAnswer& answer) {
    const auto found = answer.fields.find("x-geminate-context");
    return found == answer.fields.end() ? std::string() : found->second;
  }
  std::string sent() { return simulator_->requests().back().body; }
};

// About 100 tokens.
std::string words(char letter) { return std::string(396, letter); }
std::string native_turn(const std::string& role, char letter) {
  return R"({"role":")" + role + R"(","parts":[{"text":")" + words(letter) + R"("}]})";
}
std::string message(const std::string& role, char letter) {
  return R"({"role":")" + role + R"(","content":")" + words(letter) + R"("})";
}

TEST_F(Context, IsCutForATokenInEveryDialect) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  const std::string token = make_token(R"({"enable_context_management":true,"context_window":250})");
  const std::string old = native_turn("user", 'a') + "," + native_turn("model", 'b') + ",";
  const std::string last = native_turn("user", 'c');
  const std::string body = R"({"systemInstruction":{"parts":[{"text":"be kind"}]}, "contents":[)";
  const auto native = ask_with(token, kGenerate, body + old + last + "]}");
  EXPECT_EQ(native.status, 200) << native.body;
  EXPECT_EQ(told(native), "dropped=2, before=305, after=105, window=250");
  EXPECT_EQ(sent(), body + last + "]}") << "every other byte as it was";

  const auto streamed = ask_with(token, kStream, body + old + last + "]}");
  EXPECT_EQ(streamed.status, 200);
  EXPECT_EQ(told(streamed).substr(0, 9), "dropped=2");

  const std::string chat = R"({"model":"gemini-2.5-flash","messages":[)" + message("system", 's') + "," +
                           message("user", 'a') + "," + message("assistant", 'b') + "," +
                           message("user", 'c') + "]}";
  const auto openai = ask_with(token, kChat, chat);
  EXPECT_EQ(openai.status, 200) << openai.body;
  EXPECT_EQ(told(openai).substr(0, 9), "dropped=2");
  EXPECT_EQ(sent().find(words('a')), std::string::npos);
  EXPECT_EQ(sent().find(words('b')), std::string::npos);
  EXPECT_NE(sent().find(words('c')), std::string::npos);
  EXPECT_NE(sent().find(words('s')), std::string::npos);

  const std::string counted = R"({"contents":[)" + old + last + "]}";
  const auto count = ask_with(token, "/v1beta/models/gemini-2.5-flash:countTokens", counted);
  EXPECT_EQ(count.status, 200) << count.body;
  EXPECT_EQ(sent(), counted) << "whoever counts wants the whole counted";
}

TEST_F(Context, IsCutForAKeyUnlessTheTokenSaysOtherwise) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}, {"CORS_ORIGINS", "https://app.example"}});
  const auto id = std::to_string(key_ending_in("aaaa").id);
  const auto edited = manage("PUT", "/api/manage/keys/update/" + id,
                             R"({"enable_context_management":true,"context_window":150})");
  ASSERT_EQ(edited.status, 200) << edited.body;
  const std::string body = R"({"contents":[)" + native_turn("user", 'a') + "," + native_turn("model", 'b') +
                           "," + native_turn("user", 'c') + "]}";
  const auto cut = ask_with(test::ServerProcess::kToken, kGenerate, body, "Origin: https://app.example\r\n");
  EXPECT_EQ(cut.status, 200) << cut.body;
  EXPECT_EQ(told(cut).substr(0, 9), "dropped=2");
  EXPECT_NE(cut.fields.at("access-control-expose-headers").find("x-geminate-context"), std::string::npos);
  const auto whole = ask_with(make_token(R"({"enable_context_management":false})"), kGenerate, body);
  EXPECT_EQ(whole.status, 200) << whole.body;
  EXPECT_EQ(told(whole), "");
  EXPECT_EQ(sent(), body);
}

TEST_F(Context, IsShownAndCheckedInTheManagementInterface) {
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}});
  make_token(R"({"description":"silent"})");
  make_token(R"({"description":"off","enable_context_management":false,"context_window":7})");
  const auto list = manage("GET", "/api/manage/tokens/data").body;
  EXPECT_NE(list.find(R"("enable_context_management":null)"), std::string::npos) << list;
  EXPECT_NE(list.find(R"("enable_context_management":false,"context_window":7)"), std::string::npos) << list;
  const auto refused = manage("POST", "/api/manage/tokens/add", R"({"context_window":0})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find(R"("field":"context_window")"), std::string::npos) << refused.body;
}

}  // namespace
}  // namespace geminate
