// What real Anthropic clients send either translates or is refused by name, and what Gemini really answers
// always becomes a message. The recordings are no part of the project; without them these tests are skipped.
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "backend/translate/anthropic_answer.h"
#include "backend/translate/json_reading.h"
#include "backend/translate/translate.h"
#include "tests/support/places.h"

namespace geminate::translate {
namespace {

/// Calls `use(exchange)` for every line of the file; false where there is none.
template <class Use>
bool for_each_exchange(const char* file, Use use) {
  std::ifstream lines(test::recordings_file(file));
  if (!lines) return false;
  for (std::string line; std::getline(lines, line);) {
    JsonDocument exchange;
    exchange.Parse(line.data(), line.size());
    use(exchange);
  }
  return true;
}

std::string body_text(const Json& body) { return body.IsString() ? body.GetString() : to_text(body); }

void expect_gemini_contents(const std::string& id, const Json& contents) {
  ASSERT_TRUE(contents.IsArray()) << id;
  std::string_view last_role;
  for (const Json& content : contents.GetArray()) {
    EXPECT_NE(last_role, text_member(content, "role")) << id << ": roles must alternate";
    last_role = text_member(content, "role");
    EXPECT_FALSE(content["parts"].Empty()) << id;
  }
}

void expect_request(const std::string& id, const std::string& body, bool is_count) {
  JsonDocument root;
  ASSERT_TRUE(parse_object(body, "it", root).ok()) << body;
  expect_gemini_contents(id, is_count ? root["generateContentRequest"]["contents"] : root["contents"]);
}

TEST(AnthropicRecordings, RequestsTranslateOrAreRefusedByName) {
  int translated = 0;
  std::map<std::string, int> refused;
  const bool found = for_each_exchange("anthropic.jsonl", [&](const JsonDocument& exchange) {
    const Json& request = exchange["request"];
    const std::string body = body_text(request["body"]);
    const bool is_count = text_member(request, "path") == "/v1/messages/count_tokens";
    Result<GeminiCall> call = translate_count_tokens(body, {});
    if (!is_count) {
      auto translation = translate_messages(body, {});
      call = translation.ok() ? Result<GeminiCall>(std::move(translation->call))
                              : Result<GeminiCall>(std::move(translation).error());
    }
    if (call.ok()) {
      ++translated;
      return expect_request(exchange["id"].GetString(), call->body, is_count);
    }
    EXPECT_EQ(call.error().code, ErrorCode::UnsupportedField)
        << exchange["id"].GetString() << ": " << call.error().message;
    ++refused[call.error().field];
  });
  if (!found) GTEST_SKIP() << "no recordings here";
  RecordProperty("translated", translated);
  for (const auto& [field, count] : refused) RecordProperty("refused " + field, count);
  EXPECT_GE(translated, 100);
  // What Gemini has nothing like, and Anthropic's own files.
  for (const auto& [field, count] : refused) {
    const bool known = field == "container" || field == "mcp_servers" || field == "tools.0.type" ||
                       field.ends_with(".file_id");
    EXPECT_TRUE(known) << field << " is refused " << count << " times";
  }
}

std::vector<std::string> events_of(const Json& body) {
  std::vector<std::string> events;
  if (body.IsArray()) {
    for (const Json& event : body.GetArray()) events.push_back(to_text(event));
    return events;
  }
  std::string_view text = text_of(body);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.starts_with("data: ")) events.emplace_back(line.substr(6));
  }
  return events;
}

/// What a client knows of a stream: which block is open, and what came.
struct StreamReader {
  bool begun = false;
  bool ended = false;
  std::int64_t open = -1;
  std::int64_t blocks = 0;
  std::string stop_reason;

  void read(const Json& event) {
    const std::string_view type = text_member(event, "type");
    EXPECT_FALSE(ended);
    if (type == "message_start") {
      EXPECT_FALSE(begun);
      begun = true;
      return;
    }
    EXPECT_TRUE(begun);
    if (type == "content_block_start") {
      EXPECT_EQ(open, -1) << "a block before is still open";
      open = event["index"].GetInt64();
      EXPECT_EQ(open, blocks++);
    } else if (type == "content_block_delta") {
      EXPECT_EQ(event["index"].GetInt64(), open);
    } else if (type == "content_block_stop") {
      EXPECT_EQ(event["index"].GetInt64(), open);
      open = -1;
    } else if (type == "message_delta") {
      EXPECT_EQ(open, -1);
      stop_reason = text_member(event["delta"], "stop_reason");
    } else if (type == "message_stop") {
      EXPECT_FALSE(stop_reason.empty());
      ended = true;
    } else {
      EXPECT_EQ(type, "ping");
    }
  }
};

void read_events(const std::string& sent, StreamReader& reader) {
  const Json text(rapidjson::StringRef(sent.data(), sent.size()));
  for (const std::string& data : events_of(text)) {
    JsonDocument event;
    ASSERT_TRUE(parse_object(data, "it", event).ok()) << data;
    reader.read(event);
  }
}

void expect_stream(const std::string& id, const Json& body, bool thinks) {
  SCOPED_TRACE(id);
  MessagesAnswer stream({"x", 1, "m"}, {thinks, false, {}});
  StreamReader reader;
  for (const std::string& event : events_of(body)) {
    const auto sent = stream.feed(event);
    ASSERT_TRUE(sent.ok()) << sent.error().message;
    read_events(*sent, reader);
  }
  read_events(stream.finish(), reader);
  EXPECT_TRUE(reader.ended);
  ASSERT_TRUE(stream.usage().has_value());
}

void expect_answer(const std::string& id, const Json& body, bool refused, bool thinks) {
  SCOPED_TRACE(id);
  MessagesAnswer translator({"x", 1, "m"}, {thinks, false, {}});
  const auto answer = translator.whole(body_text(body));
  ASSERT_EQ(answer.ok(), !refused);
  if (refused) return;
  JsonDocument message;
  ASSERT_TRUE(parse_object(*answer, "it", message).ok()) << *answer;
  EXPECT_FALSE(text_member(message, "stop_reason").empty());
  EXPECT_GE(message["usage"]["input_tokens"].GetInt64(), 0);
  for (const Json& block : message["content"].GetArray()) {
    const std::string_view type = text_member(block, "type");
    EXPECT_TRUE(thinks || type != "thinking");
    if (type == "tool_use") {
      EXPECT_TRUE(block["input"].IsObject());
      EXPECT_FALSE(text_member(block, "id").empty());
    }
  }
}

TEST(AnthropicRecordings, GeminiAnswersBecomeMessages) {
  constexpr int kOk = 200;
  int whole = 0;
  int streamed = 0;
  for (const char* file : {"gemini.jsonl", "vertex.jsonl"}) {
    const bool found = for_each_exchange(file, [&](const JsonDocument& exchange) {
      const std::string_view path = text_member(exchange["request"], "path");
      const std::string id = exchange["id"].GetString();
      const Json& response = exchange["response"];
      const bool refused = response["status"].GetInt() != kOk;
      for (const bool thinks : {false, true}) {
        if (path.find(":streamGenerateContent") != std::string_view::npos && !refused) {
          ++streamed;
          expect_stream(id, response["body"], thinks);
        } else if (path.find(":generateContent") != std::string_view::npos) {
          ++whole;
          expect_answer(id, response["body"], refused, thinks);
        }
      }
    });
    if (!found) GTEST_SKIP() << "no recordings here";
  }
  EXPECT_GT(whole, 20);
  EXPECT_GT(streamed, 10);
}

}  // namespace
}  // namespace geminate::translate
