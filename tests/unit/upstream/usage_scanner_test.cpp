#include "backend/upstream/usage_scanner.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace geminate::upstream {
namespace {

using Format = UsageScanner::Format;

std::string scan(std::string_view text, Format format = Format::Json) {
  UsageScanner scanner(format);
  scanner.feed(text);
  return scanner.report();
}

/// The report must be the same wherever the text is cut in two, and byte by byte.
void expect_at_every_split(const std::string& text, const std::string& report, Format format = Format::Json) {
  ASSERT_EQ(scan(text, format), report);
  for (std::size_t at = 0; at <= text.size(); ++at) {
    UsageScanner scanner(format);
    // Copies of their own size, so that the sanitizer sees any read beyond a piece.
    const std::string first = text.substr(0, at);
    const std::string second = text.substr(at);
    scanner.feed(first);
    scanner.feed(second);
    ASSERT_EQ(scanner.report(), report) << "cut at " << at;
  }
  UsageScanner scanner(format);
  for (const char& byte : text) scanner.feed({&byte, 1});
  ASSERT_EQ(scanner.report(), report) << "byte by byte";
}

TEST(UsageScanner, FindsTheReportInAnObject) {
  expect_at_every_split(
      R"({"candidates":[{"text":"a"}],"usageMetadata":{"totalTokenCount":7,"d":[{"x":"}"}]},"id":"r"})",
      R"({"totalTokenCount":7,"d":[{"x":"}"}]})");
}

TEST(UsageScanner, FindsTheReportInPrettyJson) {
  expect_at_every_split(
      "{\n  \"candidates\" : [ ],\n  \"usageMetadata\" : {\n    \"totalTokenCount\": 7\n  }\n}\n",
      "{\n    \"totalTokenCount\": 7\n  }");
}

TEST(UsageScanner, KeepsTheLastOfAnArray) {
  expect_at_every_split(
      R"([{"usageMetadata":{"totalTokenCount":1}},)"
      "\n"
      R"({"usageMetadata":{"totalTokenCount":2}},{"a":{"usageMetadata":{"totalTokenCount":3}}}])",
      R"({"totalTokenCount":2})");
}

TEST(UsageScanner, KeepsTheLastOfAStream) {
  const std::string body =
      "data: {\"candidates\": [{\"t\": \"a\\\"}{\"}],\"usageMetadata\": {\"totalTokenCount\": 1}}\r\n\r\n"
      ": a comment with \"usageMetadata\":{\"x\":1}\r\n\r\n"
      "event: x\r\ndata:{\"usageMetadata\":{\"totalTokenCount\":2},\"b\":1}\r\n\r\n"
      "data: [DONE]\r\n\r\n";
  expect_at_every_split(body, "{\"totalTokenCount\":2}", Format::Sse);
}

TEST(UsageScanner, ReadsEventsOfSeveralLines) {
  expect_at_every_split("data: {\ndata: \"usageMetadata\": {\ndata: \"totalTokenCount\": 4}\ndata: }\n\n",
                        "{ \"totalTokenCount\": 4}", Format::Sse);
}

TEST(UsageScanner, StartsAnewAfterAnEventThatWasCut) {
  EXPECT_EQ(scan("data: {\"a\":[{\n\ndata: {\"usageMetadata\":{\"t\":1}}\n\n", Format::Sse), "{\"t\":1}");
}

TEST(UsageScanner, IsNotFooledByTheSameNameElsewhere) {
  for (const char* text : {
           R"({"candidates":[{"functionCall":{"args":{"usageMetadata":{"totalTokenCount":9}}}}]})",
           R"({"text":"\"usageMetadata\":{\"totalTokenCount\":9}"})",
           R"({"a":"usageMetadata","b":{"c":1}})",
           R"({"usageMetadata":"x","y":{"z":1}})",
           R"({"usageMetadata":null,"y":{"z":1}})",
           R"({"usageMetadata":[{"z":1}]})",
           R"({"xusageMetadata":{"z":1},"usageMetadatax":{"z":1},"usage":{"z":1}})",
           R"(["usageMetadata",{"z":{"q":1}}])",
           R"([["usageMetadata",{"z":1}]])",
           R"("usageMetadata")",
           "",
           "}}]]{{",
       }) {
    EXPECT_EQ(scan(text), "") << text;
  }
}

TEST(UsageScanner, CountsBackslashesRight) {
  expect_at_every_split(R"({"a":"\\","usageMetadata":{"t":"\\\"}"},"b":"\\\\\""})", R"({"t":"\\\"}"})");
  EXPECT_EQ(scan(R"({"a":"\\\",\"usageMetadata\":{\"t\":1}"})"), "");
}

TEST(UsageScanner, PassesOverAReportThatIsTooLarge) {
  const std::string huge = "{\"x\":\"" + std::string(UsageScanner::kMaxReportBytes, 'a') + "\"}";
  EXPECT_EQ(scan("{\"usageMetadata\":" + huge + "}"), "");
  EXPECT_EQ(scan("[{\"usageMetadata\":{\"t\":1}},{\"usageMetadata\":" + huge + "}]"), "{\"t\":1}");
  UsageScanner scanner(Format::Json);
  const std::string text = "[{\"usageMetadata\":" + huge + "},{\"usageMetadata\":{\"t\":2}}]";
  for (const char& byte : text) scanner.feed({&byte, 1});
  EXPECT_EQ(scanner.report(), "{\"t\":2}");
}

TEST(UsageScanner, RunsThroughMegabytesOfBase64) {
  std::string text = "{\"candidates\":[{\"data\":\"";
  text.append(8 * 1024 * 1024, 'A');
  text += "\"}],\"usageMetadata\":{\"t\":3}}";
  UsageScanner scanner(Format::Json);
  for (std::size_t at = 0; at < text.size(); at += 16384)
    scanner.feed(std::string_view(text).substr(at, 16384));
  EXPECT_EQ(scanner.report(), "{\"t\":3}");
}

TEST(UsageScanner, TellsAnErrorInTheFirstObjectOnly) {
  const auto begins_with_error = [](std::string_view text, Format format) {
    UsageScanner scanner(format);
    for (const char& byte : text) scanner.feed({&byte, 1});
    return scanner.begins_with_error();
  };
  EXPECT_TRUE(begins_with_error("data: {\"error\": {\"code\": 429}}\n\n", Format::Sse));
  EXPECT_TRUE(begins_with_error("[{\"error\":{\"code\":503}}]", Format::Json));
  EXPECT_TRUE(begins_with_error("{\"error\":{\"code\":503}}", Format::Json));
  EXPECT_FALSE(begins_with_error("data: {\"a\":1}\n\ndata: {\"error\": {\"code\": 429}}\n\n", Format::Sse));
  EXPECT_FALSE(begins_with_error("{\"a\":{\"error\":{\"code\":503}}}", Format::Json));
  EXPECT_FALSE(begins_with_error("{\"error\":null,\"b\":{}}", Format::Json));
}

TEST(UsageScanner, KeepsAnErrorOfAStreamHoweverLateItComes) {
  // In pieces of every size.
  const auto error_in = [](std::string_view text, Format format) {
    std::string found;
    for (std::size_t size = 1; size <= text.size(); ++size) {
      UsageScanner scanner(format);
      for (std::size_t at = 0; at < text.size(); at += size) scanner.feed(text.substr(at, size));
      if (size > 1) {
        EXPECT_EQ(scanner.stream_error(), found) << size;
      }
      found = scanner.stream_error();
    }
    return found;
  };
  EXPECT_EQ(error_in("data: {\"a\":1}\n\ndata: {\"error\": {\"code\": 429}}\n\n", Format::Sse),
            R"({"code": 429})");
  EXPECT_EQ(error_in("data: {\"a\":1}\r\n\r\ndata: [{\"error\":{\"code\":429}}]\r\n\r\n", Format::Sse),
            R"({"code":429})");
  EXPECT_EQ(error_in("[{\"a\":{}},\r\n{\"b\":2},\n{\"error\":{\"details\":[{\"x\":\"}\"}]}}]", Format::Json),
            R"({"details":[{"x":"}"}]})");
  EXPECT_EQ(error_in("[{\"error\":{\"code\":503}}]", Format::Json), R"({"code":503})");
  EXPECT_EQ(error_in("{\"done\":true,\"error\":{\"code\":8}}", Format::Json), "") << "an operation's own";
  EXPECT_EQ(error_in("[{\"a\":{\"error\":{\"code\":503}}}]", Format::Json), "")
      << "deeper down it is content";
  EXPECT_EQ(error_in("data: {\"a\":\"error\",\"b\":{}}\n\n", Format::Sse), "") << "no name";
}

TEST(UsageScanner, KeepsTheReportBesideAnError) {
  UsageScanner scanner(Format::Sse);
  scanner.feed("data: {\"usageMetadata\":{\"totalTokenCount\":5}}\n\ndata: {\"error\":{\"code\":429}}\n\n");
  EXPECT_EQ(scanner.report(), R"({"totalTokenCount":5})");
  EXPECT_EQ(scanner.stream_error(), R"({"code":429})");
  EXPECT_FALSE(scanner.begins_with_error());
}

TEST(UsageScanner, FindsOpenaisReportByItsName) {
  UsageScanner scanner(Format::Json, "usage");
  scanner.feed(R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":9}})");
  const auto counts = read_usage(scanner.report());
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->input_tokens, 3);
  EXPECT_EQ(counts->output_tokens, 6);  // Google leaves thinking out of completion_tokens
  EXPECT_EQ(counts->total_tokens, 9);
}

TEST(UsageScanner, ReadsOpenaisDetails) {
  const auto counts = read_usage(
      R"({"prompt_tokens":30,"completion_tokens":9,"total_tokens":39,"prompt_tokens_details":{"cached_tokens":20},)"
      R"("completion_tokens_details":{"reasoning_tokens":6}})");
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->cached_tokens, 20);
  EXPECT_EQ(counts->thought_tokens, 6);
}

TEST(UsageScanner, ReadsTheFigures) {
  const auto counts = read_usage(
      R"({"promptTokenCount":10,"candidatesTokenCount":5,"thoughtsTokenCount":7,"cachedContentTokenCount":4,"totalTokenCount":22})");
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->input_tokens, 10);
  EXPECT_EQ(counts->output_tokens, 12);
  EXPECT_EQ(counts->cached_tokens, 4);
  EXPECT_EQ(counts->thought_tokens, 7);
  EXPECT_EQ(counts->total_tokens, 22);
  EXPECT_EQ(read_usage(R"({"totalTokenCount":-5,"promptTokenCount":"x"})")->total_tokens, 0);
  EXPECT_GT(
      read_usage(R"({"promptTokenCount":9223372036854775807,"candidatesTokenCount":9223372036854775807})")
          ->total_tokens,
      0);
  EXPECT_FALSE(read_usage(""));
  EXPECT_FALSE(read_usage("[]"));
}

TEST(UsageScanner, ReadsFiguresInAnySpacing) {
  const auto counts = read_usage("{ \"promptTokenCount\" :\n\t12 ,\r\n\"candidatesTokenCount\":3}");
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->input_tokens, 12);
  EXPECT_EQ(counts->output_tokens, 3);
}

TEST(UsageScanner, TakesNoFigureFromWhatOnlyLooksLikeOne) {
  // Text that quotes figures, fractions, numbers too large for any count, and names that end in a backslash.
  EXPECT_EQ(read_usage(R"({"a":"\"totalTokenCount\":5","b":1})")->total_tokens, 0);
  EXPECT_EQ(read_usage(R"({"totalTokenCount":1.5,"candidatesTokenCount":1e9})")->total_tokens, 0);
  EXPECT_EQ(read_usage(R"({"totalTokenCount":99999999999999999999,"promptTokenCount":4})")->total_tokens, 4);
  EXPECT_EQ(read_usage(R"({"a\\":7,"totalTokenCount":8})")->total_tokens, 8);
  for (const char* cut :
       {"{\"totalTokenCount", "{\"totalTokenCount\":", "{\"totalTokenCount\": ", "{\"a\\\""})
    EXPECT_FALSE(read_usage(cut)) << cut;
}

std::string compact(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return buffer.GetString();
}

/// What a whole parse finds: the report of the last object that has one.
std::string expected_report(const rapidjson::Value& body) {
  if (body.IsArray()) {
    std::string last;
    for (const auto& element : body.GetArray()) {
      if (element.IsObject() && element.HasMember("usageMetadata")) last = compact(element["usageMetadata"]);
    }
    return last;
  }
  return body.IsObject() && body.HasMember("usageMetadata") ? compact(body["usageMetadata"]) : "";
}

std::string normalised(const std::string& json) {
  rapidjson::Document document;
  document.Parse(json.c_str());
  return document.HasParseError() ? json : compact(document);
}

TEST(UsageScanner, AgreesWithAParserOnRecordedAnswers) {
  std::ifstream file(test::recordings_file("gemini.jsonl"));
  if (!file) GTEST_SKIP() << "no recordings: set GEMINATE_RECORDINGS to the folder that holds gemini.jsonl";
  int reports = 0;
  for (std::string line; std::getline(file, line);) {
    rapidjson::Document exchange;
    exchange.Parse(line.c_str());
    ASSERT_FALSE(exchange.HasParseError());
    const auto& body = exchange["response"]["body"];
    const bool stream = body.IsString();
    const std::string text = stream ? body.GetString() : compact(body);
    UsageScanner scanner(stream ? Format::Sse : Format::Json);
    for (std::size_t at = 0; at < text.size(); at += 97) scanner.feed(std::string_view(text).substr(at, 97));
    if (!stream) {
      EXPECT_EQ(normalised(scanner.report()), expected_report(body)) << exchange["id"].GetString();
    } else {
      EXPECT_TRUE(read_usage(scanner.report()).has_value()) << exchange["id"].GetString();
    }
    EXPECT_EQ(scanner.begins_with_error(), exchange["response"]["status"].GetInt() >= 400);
    if (!scanner.report().empty()) ++reports;
  }
  EXPECT_GT(reports, 100);
}

}  // namespace
}  // namespace geminate::upstream
