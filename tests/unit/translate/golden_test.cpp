// Runs every file of tests/golden/translate: what goes in, a rule of dashes, what must come out. With
// GEMINATE_UPDATE_GOLDEN what came out is written there, to be read before it is kept. A file's name begins
// with its dialect, where that is not chat completions, then with what is done with it. JSON is compared as
// values. Errors are expected as {"error":{"code","field"}}.
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
#include "backend/translate/embeddings.h"
#include "backend/translate/openai_answer.h"
#include "backend/translate/responses_answer.h"
#include "backend/translate/translate.h"
#include "tests/support/places.h"

namespace geminate::translate {
namespace {

struct GoldenFile {
  std::filesystem::path path;
  std::string name;
  /// "chat" or one of kDialects.
  std::string dialect;
  /// "request", "refused", "response", "stream", "count", "models".
  std::string kind;
  std::string input;
  std::string expected;
};

constexpr std::string_view kDialects[] = {"responses", "embeddings", "anthropic"};

GoldenFile read_golden(const std::filesystem::path& path) {
  std::ifstream file(path);
  GoldenFile golden{path, path.stem().string(), "chat", {}, {}, {}};
  std::string rest = golden.name;
  for (const std::string_view dialect : kDialects) {
    if (!rest.starts_with(std::string(dialect) + "_")) continue;
    golden.dialect = dialect;
    rest.erase(0, dialect.size() + 1);
  }
  golden.kind = rest.substr(0, rest.find('_'));
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
       std::filesystem::directory_iterator(test::repository() / "tests/golden/translate")) {
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

std::string call_json(const GeminiCall& call) {
  EXPECT_GT(call.estimated_tokens, 0);
  return R"({"model":")" + call.model + R"(","stream":)" + (call.stream ? "true" : "false") + R"(,"body":)" +
         call.body + "}";
}

std::string run_embeddings_request(const std::string& input) {
  const auto translation = translate_embeddings(input, {});
  if (!translation.ok()) return error_json(translation.error());
  return R"({"model":")" + translation->model + R"(","body":)" + translation->body + "}";
}

std::string run_request(const GoldenFile& golden) {
  if (golden.dialect == "embeddings") return run_embeddings_request(golden.input);
  if (golden.dialect == "responses") {
    const auto translation = translate_responses(golden.input, {}, {});
    return translation.ok() ? call_json(translation->translation.call) : error_json(translation.error());
  }
  const Result<Translation> translation =
      golden.dialect == "anthropic" ? translate_messages(golden.input, {}) : translate_chat(golden.input, {});
  return translation.ok() ? call_json(translation->call) : error_json(translation.error());
}

std::string run_count(const GoldenFile& golden) {
  const Result<GeminiCall> call = golden.dialect == "responses" ? translate_input_tokens(golden.input, {}, {})
                                                                : translate_count_tokens(golden.input, {});
  if (!call.ok()) return error_json(call.error());
  return R"({"model":")" + call->model + R"(","method":")" + std::string(call->method) + R"(","body":)" +
         call->body + "}";
}

bool asks_for(const GoldenFile& golden, const char* what) {
  return golden.name.find(what) != std::string::npos;
}

/// Of a request that asks for what the file's name says.
std::unique_ptr<AnswerTranslator> answer_for(const GoldenFile& golden) {
  if (golden.dialect == "responses") {
    ResponsesAnswerOptions options;
    options.one_call_only = asks_for(golden, "one_call_only");
    options.encrypted_content = asks_for(golden, "encrypted");
    options.sources = asks_for(golden, "sources");
    if (asks_for(golden, "all_forms")) {
      options.custom_tools = {"sql"};
      options.client_searches = true;
      options.namespaces = {{"f", "tools"}};
    }
    options.echo = {{"tools", "[]"}, {"store", "true"}};
    return std::make_unique<ResponsesAnswer>(kContext, options);
  }
  if (golden.dialect == "anthropic") {
    MessagesAnswerOptions options;
    options.shows_thoughts = asks_for(golden, "thinking");
    options.one_call_only = asks_for(golden, "one_call_only");
    return std::make_unique<MessagesAnswer>(kContext, options);
  }
  ChatAnswerOptions options;
  options.include_usage = asks_for(golden, "with_usage");
  options.one_call_only = asks_for(golden, "one_call_only");
  if (asks_for(golden, "spoken")) options.audio_format = "wav";
  return std::make_unique<ChatAnswer>(kContext, options);
}

/// The request stands in the input's first line: its answer depends on it.
std::string run_embeddings_response(const std::string& input) {
  const std::size_t line = input.find('\n');
  const auto translation = translate_embeddings(input.substr(0, line), {});
  if (!translation.ok()) return error_json(translation.error());
  const auto answer = translation->answer(input.substr(line));
  return answer.ok() ? *answer : error_json(answer.error());
}

std::string run_response(const GoldenFile& golden) {
  if (golden.dialect == "embeddings") return run_embeddings_response(golden.input);
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

/// Events of Anthropic's dialect and of responses have their type as their name as well.
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
  if (golden.dialect != "chat") expect_named_events(sent);
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

std::string run(const GoldenFile& golden) {
  if (golden.kind == "response") return run_response(golden);
  if (golden.kind == "models") return run_models(golden.input);
  if (golden.kind == "count") return run_count(golden);
  EXPECT_TRUE(golden.kind == "request" || golden.kind == "refused") << golden.name;
  return run_request(golden);
}

class Golden : public testing::TestWithParam<GoldenFile> {};

TEST_P(Golden, ComesOutAsWritten) {
  const GoldenFile& golden = GetParam();
  if (golden.kind == "stream") return check_stream(golden);
  const std::string actual = run(golden);
  if (updates()) return update(golden, pretty(actual) + "\n");
  ASSERT_FALSE(golden.expected.empty()) << "no rule of dashes in " << golden.name;
  expect_same_json(golden.expected, actual);
}

INSTANTIATE_TEST_SUITE_P(Files, Golden, testing::ValuesIn(all_goldens()),
                         [](const auto& file) { return file.param.name; });

}  // namespace
}  // namespace geminate::translate
