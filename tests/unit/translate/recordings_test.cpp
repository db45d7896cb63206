// Real exchanges: what real clients send either translates or is refused by name, what Gemini really answers
// always translates. The recordings are no part of the project; without them these tests are skipped.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "backend/translate/openai_answer.h"
#include "backend/translate/translate.h"
#include "tests/support/places.h"

namespace geminate::translate {
namespace {

using rapidjson::Document;
using rapidjson::Value;

std::string to_text(const Value& value) {
  if (value.IsString()) return value.GetString();
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return buffer.GetString();
}

/// Calls `use(exchange)` for every line of the file; false where there is none.
template <class Use>
bool for_each_exchange(const char* file, Use use) {
  std::ifstream lines(test::recordings_file(file));
  if (!lines) return false;
  for (std::string line; std::getline(lines, line);) {
    Document exchange;
    exchange.Parse(line.data(), line.size());
    use(exchange);
  }
  return true;
}

void expect_gemini_request(const std::string& body) {
  Document root;
  root.Parse(body.data(), body.size());
  ASSERT_FALSE(root.HasParseError()) << body;
  ASSERT_TRUE(root["contents"].IsArray());
  std::string_view last_role;
  for (const Value& content : root["contents"].GetArray()) {
    EXPECT_NE(last_role, content["role"].GetString()) << "roles must alternate";
    last_role = content["role"].GetString();
    EXPECT_FALSE(content["parts"].Empty());
  }
}

TEST(Recordings, OpenaiRequestsTranslateOrAreRefusedByName) {
  int translated = 0;
  int refused = 0;
  const bool found = for_each_exchange("openai.jsonl", [&](const Document& exchange) {
    const Value& request = exchange["request"];
    if (std::string_view(request["path"].GetString()) != "/v1/chat/completions") return;
    const auto call = translate_chat(to_text(request["body"]), {});
    if (call.ok()) {
      ++translated;
      expect_gemini_request(call->call.body);
    } else {
      ++refused;
      EXPECT_FALSE(call.error().field.empty()) << exchange["id"].GetString() << ": " << call.error().message;
    }
  });
  if (!found) GTEST_SKIP() << "no recordings here";
  RecordProperty("translated", translated);
  RecordProperty("refused", refused);
  EXPECT_GT(translated, 100);
  EXPECT_LT(refused, 10);
}

std::vector<std::string> events_of(const Value& body) {
  std::vector<std::string> events;
  if (body.IsArray()) {
    for (const Value& event : body.GetArray()) events.push_back(to_text(event));
    return events;
  }
  std::string_view text(body.GetString(), body.GetStringLength());
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.substr(0, 6) == "data: ") events.emplace_back(line.substr(6));
  }
  return events;
}

void expect_stream(const std::string& id, const Value& body) {
  ChatAnswer stream({"x", 1, "m"}, {true, false, {}});
  const std::vector<std::string> events = events_of(body);
  ASSERT_FALSE(events.empty()) << id;
  for (const std::string& event : events) {
    const auto sent = stream.feed(event);
    ASSERT_TRUE(sent.ok()) << id << ": " << sent.error().message;
  }
  const std::string end = stream.finish();
  EXPECT_NE(end.find("data: [DONE]"), std::string::npos);
  ASSERT_TRUE(stream.usage().has_value()) << id;
  EXPECT_GT(stream.usage()->total, 0);
}

void expect_answer(const std::string& id, const Value& body, bool refused) {
  ChatAnswer translator({"x", 1, "m"}, {});
  const auto answer = translator.whole(to_text(body));
  ASSERT_EQ(answer.ok(), !refused) << id;
  if (refused) return;
  Document openai;
  openai.Parse(answer->data(), answer->size());
  ASSERT_FALSE(openai.HasParseError()) << id;
  ASSERT_EQ(openai["choices"].Size(), 1U) << id;
  EXPECT_TRUE(openai["choices"][0]["finish_reason"].IsString()) << id;
  const Value& message = openai["choices"][0]["message"];
  EXPECT_TRUE(message["content"].IsString() || message.HasMember("tool_calls")) << id << *answer;
  EXPECT_GT(openai["usage"]["total_tokens"].GetInt64(), 0) << id;
}

TEST(Recordings, GeminiAnswersTranslateBack) {
  constexpr int kOk = 200;
  int whole = 0;
  int streamed = 0;
  const bool found = for_each_exchange("gemini.jsonl", [&](const Document& exchange) {
    const std::string path = exchange["request"]["path"].GetString();
    const Value& response = exchange["response"];
    if (path.find(":streamGenerateContent") != std::string::npos) {
      ++streamed;
      expect_stream(exchange["id"].GetString(), response["body"]);
    } else if (path.find(":generateContent") != std::string::npos) {
      ++whole;
      expect_answer(exchange["id"].GetString(), response["body"], response["status"].GetInt() != kOk);
    }
  });
  if (!found) GTEST_SKIP() << "no recordings here";
  EXPECT_GT(whole, 10);
  EXPECT_GT(streamed, 5);
}

}  // namespace
}  // namespace geminate::translate
