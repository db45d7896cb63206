#include "backend/upstream/secret_scrubber.h"

#include <gtest/gtest.h>

namespace geminate::upstream {
namespace {

TEST(SecretScrubber, ReplacesEveryOccurrence) {
  const Secret key("AIzaSyCanary");
  EXPECT_EQ(scrub("AIzaSyCanary is bad: \"AIzaSyCanary\", AIzaSyCanar", key),
            "[redacted] is bad: \"[redacted]\", AIzaSyCanar");
  EXPECT_EQ(scrub("AIzaAIzaSyCanary", key), "AIza[redacted]");
  EXPECT_EQ(scrub("nothing here", key), "nothing here");
  EXPECT_EQ(scrub("", key), "");
}

TEST(SecretScrubber, KnowsTheSpellingsOfJsonAndUrls) {
  const Secret key("a+b/c=d");
  EXPECT_EQ(scrub(R"({"m":"a+b\/c\u003dd"})", key), R"({"m":"[redacted]"})");
  EXPECT_EQ(scrub("?key=a%2Bb%2fc%3Dd&x", key), "?key=[redacted]&x");
  EXPECT_EQ(scrub("%61+b/c=d", key), "[redacted]");
  EXPECT_EQ(scrub("\\u0061+b/c=d", key), "[redacted]");
  EXPECT_EQ(scrub("%6", key), "%6");
  EXPECT_EQ(scrub("\\u00", key), "\\u00");
}

TEST(SecretScrubber, LeavesTheBodyWhereThereIsNoSecret) {
  EXPECT_EQ(scrub("body %41", Secret()), "body %41");
}

}  // namespace
}  // namespace geminate::upstream
