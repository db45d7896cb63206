#include "backend/observe/log.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <limits>
#include <string>

namespace geminate::observe {
namespace {

/// Keeps what the log writes.
struct Kept {
  explicit Kept(Format format = Format::Text, Level level = Level::Info) {
    LogOptions options;
    options.format = format;
    options.level = level;
    options.write = [this](std::string_view lines) { text += lines; };
    log = std::make_unique<Log>(std::move(options));
  }
  /// The lines without their times.
  std::string lines() {
    log->flush();
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      result += text.substr(at + 25, end + 1 - at - 25);
      at = end + 1;
    }
    return result;
  }
  std::string text;
  std::unique_ptr<Log> log;
};

TEST(Log, WritesOneLineOfText) {
  Kept kept;
  kept.log->info("request",
                 {{"id", "r-1"}, {"status", 200}, {"ms", 1.5}, {"stream", true}, {"bytes", std::size_t{7}}});
  EXPECT_EQ(kept.lines(), "info request id=r-1 status=200 ms=1.5 stream=true bytes=7\n");
  EXPECT_EQ(kept.text.find('T'), 10u);
  EXPECT_EQ(kept.text.find("Z "), 23u);
}

TEST(Log, QuotesWhatNeedsIt) {
  Kept kept;
  kept.log->warning("odd", {{"a", "two words"}, {"b", ""}, {"c", "x=\"y\""}, {"d", "back\\slash"}});
  EXPECT_EQ(kept.lines(), "warning odd a=\"two words\" b=\"\" c=\"x=\\\"y\\\"\" d=\"back\\\\slash\"\n");
}

TEST(Log, KeepsAnyValueOnOneLine) {
  Kept kept;
  kept.log->error(
      "evil", {{"path", "/a\n2026-01-01T00:00:00.000Z info forged line"}, {"b", "\x1b[2J"}, {"c", "\xff"}});
  EXPECT_EQ(
      kept.lines(),
      "error evil path=\"/a\\n2026-01-01T00:00:00.000Z info forged line\" b=\"\\u001b[2J\" c=\"\\ufffd\"\n");
}

TEST(Log, WritesJsonThatParsersRead) {
  Kept kept(Format::Json);
  kept.log->error("event \"x\"", {{"text", "a\"b\n\x01\xff密"},
                                  {"number", -5},
                                  {"big", std::numeric_limits<std::uint64_t>::max()},
                                  {"real", 0.25},
                                  {"nan", std::numeric_limits<double>::quiet_NaN()},
                                  {"truth", false}});
  kept.log->flush();
  rapidjson::Document line;
  line.Parse(kept.text.c_str());
  ASSERT_FALSE(line.HasParseError()) << kept.text;
  EXPECT_STREQ(line["level"].GetString(), "error");
  EXPECT_STREQ(line["event"].GetString(), "event \"x\"");
  EXPECT_STREQ(line["text"].GetString(), "a\"b\n\x01\xEF\xBF\xBD密");
  EXPECT_EQ(line["number"].GetInt(), -5);
  EXPECT_EQ(line["big"].GetUint64(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(line["real"].GetDouble(), 0.25);
  EXPECT_TRUE(line["nan"].IsNull());
  EXPECT_FALSE(line["truth"].GetBool());
  EXPECT_EQ(std::string(line["time"].GetString()).size(), 24u);
}

TEST(Log, SkipsWhatIsBelowItsLevel) {
  Kept kept(Format::Text, Level::Warning);
  kept.log->info("no", {});
  kept.log->debug("no", {});
  kept.log->warning("yes", {});
  EXPECT_EQ(kept.lines(), "warning yes\n");
  EXPECT_FALSE(kept.log->enabled(Level::Info));
  EXPECT_TRUE(kept.log->enabled(Level::Error));
}

TEST(Log, NeverShowsASecretWhereverItStands) {
  for (const Format format : {Format::Text, Format::Json}) {
    Kept kept(format);
    kept.log->register_secret(Secret("canary-secret \"1\""));
    kept.log->error("canary-secret \"1\"", {{"a", "x canary-secret \"1\" y"},
                                            {"b", "AIzaSyCANARY1234567890abcdefghijklmnop"},
                                            {"c", "Bearer CANARY"},
                                            {"d", "line\ngmt_CANARY1234567890"}});
    kept.log->flush();
    EXPECT_EQ(kept.text.find("canary-secret"), std::string::npos) << kept.text;
    EXPECT_EQ(kept.text.find("CANARY"), std::string::npos) << kept.text;
    EXPECT_NE(kept.text.find("[redacted]"), std::string::npos);
  }
}

}  // namespace
}  // namespace geminate::observe
