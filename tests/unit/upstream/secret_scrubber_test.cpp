#include "backend/upstream/secret_scrubber.h"

#include <gtest/gtest.h>

#include "backend/crypto/encoding.h"

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

TEST(SecretScrubber, FindsBase64WhateverStandsBefore) {
  const Secret key("AIzaSyCanary-1234567890abcdefghijkl");
  for (const std::string before : {"", "a", "ab", "abc", "x-goog-api-key: "}) {
    const std::string body = "{\"got\":\"" + crypto::base64_encode(before + key.reveal() + " tail") + "\"}";
    const std::string clean = scrub(body, key);
    EXPECT_NE(clean.find("[redacted]"), std::string::npos) << clean;
    for (std::size_t from = 0; from < 3; ++from) {
      // What is left holds no run of the key, from wherever it is read.
      for (const char* piece : {"Canary", "123456789", "abcdefgh"}) {
        const auto begin = clean.find(':') + 2 + from;
        const auto decoded = crypto::base64_decode(clean.substr(begin, (clean.size() - begin) / 4 * 4));
        EXPECT_TRUE(!decoded || decoded->find(piece) == std::string::npos) << clean;
      }
    }
  }
}

TEST(SecretScrubber, FindsBase64InTheUrlSafeAlphabet) {
  const Secret key(std::string("\xfb\xff\xfe>>>???", 9) + "0123456789");
  std::string digits = crypto::base64_encode(key.reveal());
  for (char& c : digits) c = c == '+' ? '-' : c == '/' ? '_' : c;
  EXPECT_EQ(scrub("<" + digits + ">", key), "<[redacted]>");
}

TEST(SecretScrubber, TakesOutPartsThatWouldGiveItAway) {
  const Secret key("AIzaSyCanary-1234567890abcdefghijkl");
  EXPECT_EQ(scrub("key AIzaSyCanary-12... is bad", key), "key [redacted]... is bad");
  EXPECT_EQ(scrub("key ...7890abcdefghijkl", key), "key ...[redacted]hijkl") << "letters may be a word";
  EXPECT_EQ(scrub("ends in ijkl", key), "ends in ijkl");
  EXPECT_EQ(scrub("the upstream said no", Secret("access-test-upstream-key")), "the upstream said no");
}

}  // namespace
}  // namespace geminate::upstream
