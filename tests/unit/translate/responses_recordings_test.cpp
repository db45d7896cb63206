// Real exchanges in the dialect of /v1/responses: what real clients send either translates or is refused by
// name, what Gemini really answers always translates, whole and streamed alike. The recordings are no part of
// the project; without them these tests are skipped.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/translate/responses_answer.h"
#include "tests/support/places.h"

namespace geminate::translate {
namespace {

using rapidjson::Document;
using rapidjson::Value;

constexpr int kOk = 200;

std::string to_text(const Value& value) {
  if (value.IsString()) return {value.GetString(), value.GetStringLength()};
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
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

std::vector<std::string> data_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.substr(0, 6) == "data: ") lines.emplace_back(line.substr(6));
  }
  return lines;
}

std::vector<std::string> events_of(const Value& body) {
  if (body.IsString()) return data_lines({body.GetString(), body.GetStringLength()});
  std::vector<std::string> events;
  for (const Value& event : body.GetArray()) events.push_back(to_text(event));
  return events;
}

Document parsed(const std::string& json) {
  Document document;
  document.Parse(json.data(), json.size());
  EXPECT_TRUE(document.IsObject()) << json;
  return document;
}

void expect_gemini_request(const std::string& id, const std::string& body) {
  const Document root = parsed(body);
  ASSERT_TRUE(root["contents"].IsArray()) << id;
  std::string_view last_role;
  for (const Value& content : root["contents"].GetArray()) {
    EXPECT_NE(last_role, content["role"].GetString()) << id << ": roles must alternate";
    last_role = content["role"].GetString();
    EXPECT_FALSE(content["parts"].Empty()) << id;
  }
}

/// The recorded answers, as if they had been stored here.
class RecordedResponses {
 public:
  void add(const Value& request, const Value& body) {
    if (body.IsObject() && body.HasMember("output")) remember(request, body);
    if (!body.IsString()) return;
    for (const std::string& line : data_lines({body.GetString(), body.GetStringLength()})) {
      const Document event = parsed(line);
      if (event.HasMember("response")) remember(request, event["response"]);
    }
  }
  [[nodiscard]] ResponseLookup lookup() const {
    return {[this](std::string_view id) -> std::optional<std::string> {
              const auto found = items_.find(id);
              return found == items_.end() ? std::nullopt : std::optional(found->second);
            },
            {}};
  }

 private:
  void remember(const Value& request, const Value& response) {
    std::string items;
    const auto add_all = [&items](const Value& list) {
      for (const Value& item : list.GetArray()) items += (items.empty() ? "" : ",") + to_text(item);
    };
    if (request.HasMember("previous_response_id") && request["previous_response_id"].IsString()) {
      if (const auto before = items_.find(request["previous_response_id"].GetString());
          before != items_.end())
        items = before->second;
    }
    if (request["input"].IsArray()) add_all(request["input"]);
    add_all(response["output"]);
    items_[response["id"].GetString()] = items;
  }
  std::map<std::string, std::string, std::less<>> items_;
};

TEST(ResponsesRecordings, RequestsTranslateOrAreRefusedByName) {
  std::map<std::string, int> refused;
  int translated = 0;
  RecordedResponses recorded;
  const bool found = for_each_exchange("openai.jsonl", [&](const Document& exchange) {
    const Value& request = exchange["request"];
    if (std::string_view(request["path"].GetString()) != "/v1/responses") return;
    const auto call = translate_responses(to_text(request["body"]), {}, recorded.lookup());
    recorded.add(request["body"], exchange["response"]["body"]);
    if (call.ok()) {
      ++translated;
      return expect_gemini_request(exchange["id"].GetString(), call->translation.call.body);
    }
    ++refused[call.error().message];
    EXPECT_FALSE(call.error().field.empty()) << exchange["id"].GetString() << ": " << call.error().message;
    EXPECT_NE(call.error().code, ErrorCode::Malformed) << call.error().message;
  });
  if (!found) GTEST_SKIP() << "no recordings here";
  int all_refused = 0;
  for (const auto& [why, count] : refused) {
    all_refused += count;
    std::cout << count << " refused: " << why << "\n";
  }
  std::cout << translated << " of " << translated + all_refused << " translated\n";
  EXPECT_GT(translated, 100);
}

/// What every response must hold; the types of its items.
std::vector<std::string> expect_response(const std::string& id, const Value& response) {
  EXPECT_STREQ(response["object"].GetString(), "response") << id;
  const std::string_view status = response["status"].GetString();
  EXPECT_EQ(response["incomplete_details"].IsObject(), status == "incomplete") << id;
  // A prompt that was blocked may have cost nothing.
  EXPECT_GE(response["usage"]["total_tokens"].GetInt64(), status == "completed" ? 1 : 0) << id;
  std::vector<std::string> types;
  for (const Value& item : response["output"].GetArray()) {
    types.emplace_back(item["type"].GetString());
    EXPECT_FALSE(std::string_view(item["id"].GetString()).empty()) << id;
  }
  return types;
}

void expect_stream(const std::string& id, const Value& body) {
  auto record = std::make_shared<ResponseRecord>();
  ResponsesAnswer stream({"x", 1, "m"}, {}, record);
  std::string sent;
  for (const std::string& event : events_of(body)) {
    const auto bytes = stream.feed(event);
    ASSERT_TRUE(bytes.ok()) << id << ": " << bytes.error().message;
    sent += *bytes;
  }
  sent += stream.finish();
  const std::vector<std::string> events = data_lines(sent);
  std::size_t open = 0;
  std::vector<std::string> done;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Document event = parsed(events[i]);
    EXPECT_EQ(event["sequence_number"].GetUint64(), i) << id;
    const std::string_view type = event["type"].GetString();
    if (type == "response.output_item.added") {
      EXPECT_EQ(event["output_index"].GetUint64(), open++) << id;
    }
    if (type == "response.output_item.done") done.push_back(to_text(event["item"]));
  }
  EXPECT_EQ(done.size(), open) << id;
  const Document last = parsed(events.back());
  expect_response(id, last["response"]);
  EXPECT_EQ(last["response"]["output"].Size(), open) << id;
  EXPECT_EQ(to_text(last["response"]), record->answer) << id;
}

void expect_answer(const std::string& id, const Value& body) {
  ResponsesAnswer translator({"x", 1, "m"}, {});
  const auto answer = translator.whole(to_text(body));
  ASSERT_TRUE(answer.ok()) << id << answer.error().message;
  const Document response = parsed(*answer);
  const auto types = expect_response(id, response);
  const bool is_complete = std::string_view(response["status"].GetString()) == "completed";
  // The same as a stream of one event.
  ResponsesAnswer stream({"x", 1, "m"}, {});
  ASSERT_TRUE(stream.feed(to_text(body)).ok()) << id;
  const Document last = parsed(data_lines(stream.finish()).back());
  EXPECT_EQ(last["response"]["output"].Size(), types.size()) << id;
  EXPECT_STREQ(last["type"].GetString(), is_complete ? "response.completed" : "response.incomplete") << id;
}

TEST(ResponsesRecordings, GeminiAnswersTranslateBack) {
  int whole = 0;
  int streamed = 0;
  const auto expect_back = [&](const Document& exchange) {
    const std::string path = exchange["request"]["path"].GetString();
    const Value& response = exchange["response"];
    if (response["status"].GetInt() != kOk) return;
    if (path.find(":streamGenerateContent") != std::string::npos) {
      ++streamed;
      expect_stream(exchange["id"].GetString(), response["body"]);
    } else if (path.find(":generateContent") != std::string::npos) {
      ++whole;
      expect_answer(exchange["id"].GetString(), response["body"]);
    }
  };
  bool found = false;
  for (const char* file : {"gemini.jsonl", "vertex.jsonl"})
    found = for_each_exchange(file, expect_back) || found;
  if (!found) GTEST_SKIP() << "no recordings here";
  EXPECT_GT(whole, 10);
  EXPECT_GT(streamed, 5);
}

}  // namespace
}  // namespace geminate::translate
