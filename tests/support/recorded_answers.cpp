#include "tests/support/recorded_answers.h"
#include "tests/support/places.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string_view>

namespace geminate::test {
namespace {

using rapidjson::Document;
using rapidjson::Value;

constexpr int kGood = 200;

std::string json_of(const Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

std::string_view text_of(const Value& value) { return {value.GetString(), value.GetStringLength()}; }

/// A stream is recorded as its whole text or, from before `alt=sse`, as an array.
std::vector<std::string> events_of(const Value& body) {
  std::vector<std::string> events;
  if (body.IsObject()) return {json_of(body)};
  if (body.IsArray()) {
    for (const Value& event : body.GetArray()) events.push_back(json_of(event));
    return events;
  }
  constexpr std::string_view kData = "data: ";
  for (std::string_view rest = text_of(body); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.substr(0, kData.size()) == kData) {
      const auto end = line.find_last_not_of("\r\n");
      events.emplace_back(line.substr(kData.size(), end + 1 - kData.size()));
    }
  }
  return events;
}

bool append_recorded(const std::filesystem::path& file, std::vector<GeminiAnswerText>& answers) {
  std::ifstream lines(file);
  if (!lines) return false;
  for (std::string line; std::getline(lines, line);) {
    Document exchange;
    exchange.Parse(line.data(), line.size());
    const std::string_view path = text_of(exchange["request"]["path"]);
    const bool generates = path.find("enerateContent") != std::string_view::npos;
    if (!generates || exchange["response"]["status"].GetInt() != kGood) continue;
    answers.push_back({std::string(text_of(exchange["id"])), events_of(exchange["response"]["body"])});
  }
  return true;
}

}  // namespace

std::string GeminiAnswerText::as_stream(const std::string& line_end) const {
  std::string stream;
  for (const std::string& event : events) stream += "data: " + event + line_end + line_end;
  return stream;
}

std::vector<GeminiAnswerText> sample_answers() {
  const std::string usage =
      R"("usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":4,"thoughtsTokenCount":3,"totalTokenCount":16})";
  return {
      {"text and thought",
       {R"({"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"Hm.","thought":true}]}}]})",
        R"({"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"Grüße, 世界 "}]}}]})",
        R"({"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"😀\n\u2028\"x\""}]},)"
        R"("finishReason":"STOP"}],)" +
            usage + "}"}},
      {"two calls",
       {R"({"candidates":[{"index":0,"content":{"role":"model","parts":[)"
        R"({"functionCall":{"name":"f","args":{"a":[1,null,{"b":"ä"}]}},"thoughtSignature":"c2ln"},)"
        R"({"functionCall":{"name":"g"}}]},"finishReason":"STOP"}],)" +
        usage + "}"}},
      {"code that ran",
       {R"({"candidates":[{"index":0,"content":{"role":"model","parts":[{"executableCode":{"language":"PYTHON",)"
        R"("code":"1 + 0"}},{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"1\n"}},)"
        R"({"text":"It is 1."}]},"finishReason":"MAX_TOKENS"}],)" +
        usage + "}"}},
      {"a blocked prompt", {R"({"promptFeedback":{"blockReason":"SAFETY"},)" + usage + "}"}},
      {"a blocked answer", {R"({"candidates":[{"index":0,"finishReason":"SAFETY"}],)" + usage + "}"}},
  };
}

std::vector<GeminiAnswerText> all_answers() {
  std::vector<GeminiAnswerText> answers = sample_answers();
  for (const char* name : {"gemini.jsonl", "vertex.jsonl"}) {
    const auto file = recordings_file(name);
    if (!append_recorded(file, answers)) std::cout << "no recordings in " << file << "\n";
  }
  return answers;
}

}  // namespace geminate::test
