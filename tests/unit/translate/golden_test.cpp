// Runs every file of tests/golden/translate: what goes in, a rule of dashes, what must come out. With
// GEMINATE_UPDATE_GOLDEN what came out is written there, to be read before it is kept. The file's
// first word says what is done with it; before it may stand the dialect ("anthropic_"), OpenAI's chats where
// none does. JSON is compared as values. Errors are expected as {"error":{"code","field"}}.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "backend/translate/anthropic_answer.h"
#include "backend/translate/openai_answer.h"
#include "backend/translate/translate.h"

namespace geminate::translate {
namespace {

struct GoldenFile {
  std::filesystem::path path;
  std::string name;
  std::string input;
  std::string expected;
};

GoldenFile read_golden(const std::filesystem::path& path) {
  std::ifstream file(path);
  GoldenFile golden{path, path.stem().string(), {}, {}};
  std::string* part = &golden.input;
  for (std::string line; std::getline(file, line);) {
    const bool rule = line.size() >= 10 && line.find_first_not_of('-') == std::string::npos;
    if (rule) {
      part = &golden.expected;
    } else {
      *part += line + "\n";
    }
  }
  return golden;
}

std::vector<GoldenFile> all_goldens() {
  std::vector<GoldenFile> goldens;
  for (const auto& entry :
       std::filesystem::directory_iterator(GEMINATE_REPOSITORY "/tests/golden/translate")) {
    if (entry.path().extension() == ".golden") goldens.push_back(read_golden(entry.path()));
  }
  std::sort(goldens.begin(), goldens.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return goldens;
}

std::string error_json(const Error& error) {
  return R"({"error":{"code":")" + std::string(face_of(error.code).name) + R"(","field":")" + error.field +
         "\"}}";
}

std::string pretty(const std::string& json) {
  rapidjson::Document document;
  document.Parse(json.data(), json.size());
  if (document.HasParseError()) return "no JSON: " + json;
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
  document.Accept(writer);
  return buffer.GetString();
}

bool updates() { return std::getenv("GEMINATE_UPDATE_GOLDEN") != nullptr; }

void update(const GoldenFile& golden, const std::string& actual) {
  std::ofstream(golden.path) << golden.input << std::string(32, '-') << "\n" << actual;
}

void expect_same_json(const std::string& expected, const std::string& actual) {
  rapidjson::Document left;
  rapidjson::Document right;
  left.Parse(expected.data(), expected.size());
  right.Parse(actual.data(), actual.size());
  ASSERT_FALSE(left.HasParseError()) << "the golden file holds no JSON: " << expected;
  ASSERT_FALSE(right.HasParseError()) << actual;
  EXPECT_TRUE(left == right) << "expected " << pretty(expected) << "\nbut got " << pretty(actual);
}

const AnswerContext kContext{"golden", 1767225600, "gemini-2.5-flash"};

bool is_anthropic(const GoldenFile& golden) { return golden.name.starts_with("anthropic_"); }

std::string run_request(const GoldenFile& golden) {
  const Result<Translation> translation =
      is_anthropic(golden) ? translate_messages(golden.input, {}) : translate_chat(golden.input, {});
  if (!translation.ok()) return error_json(translation.error());
  const GeminiCall& call = translation->call;
  EXPECT_GT(call.estimated_tokens, 0);
  return R"({"model":")" + call.model + R"(","stream":)" + (call.stream ? "true" : "false") + R"(,"body":)" +
         call.body + "}";
}

std::string run_count(const GoldenFile& golden) {
  const Result<GeminiCall> call = translate_count_tokens(golden.input, {});
  if (!call.ok()) return error_json(call.error());
  return R"({"model":")" + call->model + R"(","method":")" + std::string(call->method) + R"(","body":)" +
         call->body + "}";
}

/// Of a request that asks for what the file's name says.
std::unique_ptr<AnswerTranslator> answer_for(const GoldenFile& golden) {
  if (is_anthropic(golden)) {
    MessagesAnswerOptions options;
    options.shows_thoughts = golden.name.find("thinking") != std::string::npos;
    options.one_call_only = golden.name.find("one_call_only") != std::string::npos;
    return std::make_unique<MessagesAnswer>(kContext, options);
  }
  ChatAnswerOptions options;
  options.include_usage = golden.name.find("with_usage") != std::string::npos;
  options.one_call_only = golden.name.find("one_call_only") != std::string::npos;
  if (golden.name.find("spoken") != std::string::npos) options.audio_format = "wav";
  return std::make_unique<ChatAnswer>(kContext, options);
}

std::string run_response(const GoldenFile& golden) {
  const Result<std::string> answer = answer_for(golden)->whole(golden.input);
  return answer.ok() ? *answer : error_json(answer.error());
}

std::string run_models(const std::string& input) {
  const Result<std::string> list = models_to_openai(input, kContext.created_unix);
  return list.ok() ? *list : error_json(list.error());
}

constexpr std::string_view kData = "data: ";

std::vector<std::string> data_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.substr(0, kData.size()) == kData) lines.push_back(line.substr(kData.size()));
  }
  return lines;
}

/// Anthropic's events have their type as their name as well.
void expect_named_events(const std::string& sent) {
  std::istringstream stream(sent);
  std::string name;
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with("event: ")) name = line.substr(7);
    if (!line.starts_with(kData)) continue;
    rapidjson::Document event;
    event.Parse(line.data() + kData.size(), line.size() - kData.size());
    ASSERT_TRUE(event.IsObject()) << line;
    if (event.HasMember("type")) {
      EXPECT_EQ(name, event["type"].GetString());
    }
    name.clear();
  }
}

void check_stream(const GoldenFile& golden) {
  const auto stream = answer_for(golden);
  std::string sent;
  bool failed = false;
  for (const std::string& event : data_lines(golden.input)) {
    Result<std::string> bytes = stream->feed(event);
    failed = !bytes.ok();
    sent += failed ? "data: " + error_json(bytes.error()) + "\n\n" : *bytes;
  }
  if (!failed) sent += stream->finish();
  if (is_anthropic(golden)) expect_named_events(sent);
  if (updates())
    return update(golden, [&] {
      std::string lines;
      for (const std::string& line : data_lines(sent)) lines += "data: " + line + "\n";
      return lines;
    }());
  const auto expected = data_lines(golden.expected);
  const auto actual = data_lines(sent);
  ASSERT_EQ(expected.size(), actual.size()) << sent;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (expected[i] == "[DONE]") {
      EXPECT_EQ(expected[i], actual[i]);
    } else {
      expect_same_json(expected[i], actual[i]);
    }
  }
}

std::string run(const GoldenFile& golden, const std::string& kind) {
  if (kind == "response") return run_response(golden);
  if (kind == "models") return run_models(golden.input);
  if (kind == "count") return run_count(golden);
  EXPECT_TRUE(kind == "request" || kind == "refused") << golden.name;
  return run_request(golden);
}

class Golden : public testing::TestWithParam<GoldenFile> {};

TEST_P(Golden, ComesOutAsWritten) {
  const GoldenFile& golden = GetParam();
  const std::string name = golden.name.substr(is_anthropic(golden) ? sizeof("anthropic_") - 1 : 0);
  const std::string kind = name.substr(0, name.find('_'));
  if (kind == "stream") return check_stream(golden);
  const std::string actual = run(golden, kind);
  if (updates()) return update(golden, pretty(actual) + "\n");
  ASSERT_FALSE(golden.expected.empty()) << "no rule of dashes in " << golden.name;
  expect_same_json(golden.expected, actual);
}

INSTANTIATE_TEST_SUITE_P(Files, Golden, testing::ValuesIn(all_goldens()),
                         [](const auto& file) { return file.param.name; });

}  // namespace
}  // namespace geminate::translate
