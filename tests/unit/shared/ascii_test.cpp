#include "shared/core/ascii.h"

#include <gtest/gtest.h>

#include <string>

namespace geminate {
namespace {

/// Every byte at every place of a text of every length around the step of eight.
template <class Test>
void expect_as_byte_by_byte(CharClass wanted, Test&& test) {
  for (std::size_t length = 1; length <= 20; ++length) {
    for (std::size_t place = 0; place < length; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(length, 'a');
        text[place] = static_cast<char>(byte);
        ASSERT_EQ(test(text), all_chars(text, wanted)) << byte << " at " << place << " of " << length;
      }
    }
  }
}

TEST(Ascii, JudgesLongValuesAsItJudgesEachByte) { expect_as_byte_by_byte(kValueChar, is_field_value); }

TEST(Ascii, JudgesLongTargetsAsItJudgesEachByte) { expect_as_byte_by_byte(kTargetChar, is_target_text); }

TEST(Ascii, KnowsWhatIsEmpty) {
  EXPECT_TRUE(is_field_value(""));
  EXPECT_FALSE(is_target_text(""));
  EXPECT_FALSE(is_token(""));
}

TEST(Ascii, TakesWordsWithSeveralOddBytes) {
  EXPECT_TRUE(is_field_value("\t\t\xff\xc3 \t\x80 and on"));
  EXPECT_FALSE(is_field_value("\xff\xff\xff\n\xff\xff\xff\xff"));
  EXPECT_FALSE(is_target_text("/abcdefg/\xc3\xa4"));
}

TEST(Ascii, ComparesLettersWithoutCaseAndNothingElse) {
  EXPECT_TRUE(iequals("X-Goog-Api-Key", "x-goog-api-KEY"));
  EXPECT_FALSE(iequals("a@", "a`"));
  EXPECT_FALSE(iequals("[", "{"));
  EXPECT_FALSE(iequals("abc", "abcd"));
  EXPECT_TRUE(istarts_with("X-Goog-Anything", "x-goog-"));
  EXPECT_FALSE(istarts_with("x-goo", "x-goog-"));
}

}  // namespace
}  // namespace geminate
