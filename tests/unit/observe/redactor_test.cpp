#include "backend/observe/redactor.h"

#include <gtest/gtest.h>

namespace geminate::observe {
namespace {

TEST(Redactor, TakesOutWhatLooksLikeACredential) {
  const Redactor redactor;
  EXPECT_EQ(redactor.redact("key=AIzaSyA1234567890abcdefghijklmnopqrstuv end"), "key=[redacted] end");
  EXPECT_EQ(redactor.redact("AQ.Ab8RN6Iabcdefghijklmnop_-x"), "[redacted]");
  EXPECT_EQ(redactor.redact("\"gmt_abcdefgh12345678\""), "\"[redacted]\"");
  EXPECT_EQ(redactor.redact("Authorization: Bearer abc.def-ghi"), "Authorization: Bearer [redacted]");
  EXPECT_EQ(redactor.redact("authorization: bearer x"), "authorization: bearer [redacted]");
  EXPECT_EQ(redactor.redact("?key=AIzaSyA1234567890abcdefghijklmnopqrstuv&b=c"), "?key=[redacted]&b=c");
}

TEST(Redactor, TakesOutTheKeyOfAQuery) {
  const Redactor redactor;
  EXPECT_EQ(redactor.redact("GET /v1beta/models?key=short&a=b"), "GET /v1beta/models?key=[redacted]&a=b");
  EXPECT_EQ(redactor.redact("/x?alt=sse&key=any.thing-1 end"), "/x?alt=sse&key=[redacted] end");
  EXPECT_EQ(redactor.redact("key=12 apikey=3"), "key=12 apikey=3") << "the log's own fields";
}

TEST(Redactor, NeedNotBeToldOfKeysThatTheirFormGivesAway) {
  Redactor redactor;
  redactor.add(Secret("AIzaSyA1234567890abcdefghijklmnopqrstuv"));
  EXPECT_EQ(redactor.redact("xAIzaSyA1234567890abcdefghijklmnopqrstuv"), "x[redacted]");
}

TEST(Redactor, LeavesWordsAlone) {
  const Redactor redactor;
  for (const char* text :
       {"AIza is how keys begin", "AQ.", "gmt_ time", "Bearer", "a bearer of news.", "plain", ""}) {
    const std::string clean = redactor.redact(text);
    if (std::string_view(text) == "a bearer of news.") {
      EXPECT_EQ(clean, "a bearer [redacted] news.");
    } else {
      EXPECT_EQ(clean, text);
    }
  }
}

TEST(Redactor, TakesOutEveryRegisteredSecret) {
  Redactor redactor;
  redactor.add(Secret("swordfish"));
  redactor.add(Secret("swordfish-and-more"));
  redactor.add(Secret("密码密码"));
  EXPECT_EQ(redactor.redact("a swordfish, swordfishes, swordfish-and-more, swordfis"),
            "a [redacted], [redacted]es, [redacted], swordfis");
  EXPECT_EQ(redactor.redact("x密码密码y"), "x[redacted]y");
  EXPECT_EQ(redactor.redact("swordfishswordfish"), "[redacted][redacted]");
}

TEST(Redactor, KnowsASecretAsTheLogSpellsIt) {
  Redactor redactor;
  redactor.add(Secret("pass\"word\n1"));
  EXPECT_EQ(redactor.redact("value=\"pass\\\"word\\n1\""), "value=\"[redacted]\"");
}

TEST(Redactor, IgnoresTextsTooCommonToLookFor) {
  Redactor redactor;
  redactor.add(Secret("a"));
  redactor.add(Secret(""));
  EXPECT_EQ(redactor.redact("banana"), "banana");
}

TEST(Redactor, LooksForThousandsAtOnce) {
  Redactor redactor;
  for (int i = 0; i < 5000; ++i) redactor.add(Secret("secret-" + std::to_string(i) + "-x"));
  EXPECT_EQ(redactor.redact("secret-4999-x secret-5000-x secret-0-x"), "[redacted] secret-5000-x [redacted]");
}

}  // namespace
}  // namespace geminate::observe
