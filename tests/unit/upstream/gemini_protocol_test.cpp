#include "backend/upstream/gemini_protocol.h"

#include <gtest/gtest.h>

namespace geminate::upstream {
namespace {

GeminiProtocol protocol(const std::vector<std::string>& forward = {},
                        const char* url = "https://upstream.example/pre") {
  return GeminiProtocol(*parse_base_url(url), forward);
}

std::string head_of(const std::vector<RequestField>& fields, std::string_view target = "/v1beta/models",
                    const std::vector<std::string>& forward = {}) {
  auto head = protocol(forward).write_head({"POST", target, fields, 7}, Secret("our-key"));
  return head.ok() ? *head : "refused: " + head.error().message;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(GeminiProtocol, WritesAWholeHead) {
  EXPECT_EQ(head_of({{"Content-Type", "application/json"}}, "/v1beta/models/m:generateContent?alt=sse"),
            "POST /pre/v1beta/models/m:generateContent?alt=sse HTTP/1.1\r\n"
            "Host: upstream.example\r\n"
            "x-goog-api-key: our-key\r\n"
            "accept-encoding: identity\r\n"
            "Content-Type: application/json\r\n"
            "content-length: 7\r\n"
            "connection: keep-alive\r\n"
            "\r\n");
}

TEST(GeminiProtocol, WritesNoLengthWhereThereIsNoBody) {
  const auto head = protocol().write_head({"GET", "/v1beta/models", {}, std::nullopt}, Secret("our-key"));
  ASSERT_TRUE(head.ok());
  EXPECT_EQ(head->find("content-length"), std::string::npos);
}

TEST(GeminiProtocol, GivesTheOpenaiSurfaceABearerTokenAndNothingElse) {
  const std::string head = head_of({}, "/v1beta/openai/chat/completions");
  EXPECT_NE(head.find("\r\nAuthorization: Bearer our-key\r\n"), std::string::npos);
  EXPECT_EQ(head.find("x-goog-api-key"), std::string::npos);
  EXPECT_EQ(count_of(head, "our-key"), 1u);
}

TEST(GeminiProtocol, StripsEveryCredentialOfTheCaller) {
  const std::vector<RequestField> fields{{"Authorization", "Bearer canary"},
                                         {"x-goog-api-key", "canary"},
                                         {"X-Api-Key", "canary"},
                                         {"Cookie", "session=canary"},
                                         {"Proxy-Authorization", "Basic canary"},
                                         {"X-Goog-IAM-Authorization-Token", "canary"},
                                         {"x-goog-iam-authority-selector", "canary"},
                                         {"x-goog-user-project", "canary"},
                                         {"X-Goog-Authenticated-User-Email", "canary"}};
  const std::vector<std::string> forward{"authorization", "cookie", "x-api-key", "x-goog-api-key"};
  const std::string head = head_of(fields, "/v1beta/models", forward);
  EXPECT_EQ(head.find("canary"), std::string::npos) << head;
  EXPECT_EQ(count_of(head, "our-key"), 1u);
}

TEST(GeminiProtocol, ForwardsByAllowList) {
  const std::vector<RequestField> fields{{"Accept", "text/event-stream"},
                                         {"USER-AGENT", "agent/1"},
                                         {"X-Server-Timeout", "30"},
                                         {"x-goog-api-client", "genai-js/1.0"},
                                         {"X-Mine", "yes"},
                                         {"X-Other", "no-1"},
                                         {"Accept-Encoding", "no-2"},
                                         {"Connection", "no-3"},
                                         {"Transfer-Encoding", "no-4"},
                                         {"Content-Length", "no-5"},
                                         {"Host", "no-6"},
                                         {"X-Forwarded-For", "no-7"}};
  const std::string head =
      head_of(fields, "/v1beta/models", {"X-mine", "Host", "accept-encoding", "bad name"});
  for (const char* line :
       {"\r\nAccept: text/event-stream\r\n", "\r\nUSER-AGENT: agent/1\r\n", "\r\nX-Server-Timeout: 30\r\n",
        "\r\nx-goog-api-client: genai-js/1.0\r\n", "\r\nX-Mine: yes\r\n"}) {
    EXPECT_NE(head.find(line), std::string::npos) << line;
  }
  EXPECT_EQ(head.find("no-"), std::string::npos) << head;
}

TEST(GeminiProtocol, RefusesWhatWouldBreakTheHead) {
  EXPECT_TRUE(head_of({{"Accept", "a\r\nX-Injected: b"}}).starts_with("refused"));
  EXPECT_TRUE(head_of({{"User-Agent", "a\nb"}}).starts_with("refused"));
  EXPECT_TRUE(head_of({{"User-Agent", std::string_view("a\0b", 3)}}).starts_with("refused"));
  EXPECT_TRUE(head_of({{"x-goog-a\r\nb", "c"}}).starts_with("refused"));
  EXPECT_TRUE(head_of({}, "/a\r\nb").starts_with("refused"));
  EXPECT_TRUE(head_of({}, "").starts_with("refused"));
  EXPECT_FALSE(protocol().write_head({"GE T", "/", {}, {}}, Secret("k")).ok());
  EXPECT_FALSE(protocol().write_head({"", "/", {}, {}}, Secret("k")).ok());
}

TEST(GeminiProtocol, RefusesAKeyThatNoHeaderCanHoldWithoutShowingIt) {
  for (const char* key : {"", "canary\r\nX: y", "canary\tx"}) {
    const auto head = protocol().write_head({"GET", "/", {}, {}}, Secret(key));
    ASSERT_FALSE(head.ok());
    EXPECT_EQ((head.error().message + head.error().detail).find("canary"), std::string::npos);
  }
}

}  // namespace
}  // namespace geminate::upstream
