#include "shared/core/utf8.h"

#include <gtest/gtest.h>

namespace geminate {
namespace {

TEST(Utf8, KnowsWhatIsWellFormed) {
  for (const char* good : {"", "plain", "long enough for eight bytes at once", "é", "한글 und 中文", "😀",
                           "eight by😀te", "\x7F", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
    EXPECT_EQ(as_utf8(good), good);
  }
  for (const char* bad : {"\x80", "\xFF", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xED\xB7\x9D", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3",
                          "\xE2\x82", "abcdefgh\xE2\x82", "\xE2\x28\xA1", "\xC3\x28"}) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
    EXPECT_TRUE(is_utf8(as_utf8(bad)));
  }
}

TEST(Utf8, PutsAReplacementInPlaceOfEachByteThatIsNone) {
  EXPECT_EQ(as_utf8("\xFF\xFE"), "\uFFFD\uFFFD");
  EXPECT_EQ(as_utf8("é\xFFх"), "é\uFFFDх");
  EXPECT_EQ(as_utf8("cut short: \xE2\x82"), "cut short: \uFFFD\uFFFD");
  EXPECT_EQ(as_utf8("\xC3(quoted)"), "\uFFFD(quoted)");
  EXPECT_EQ(as_utf8(std::string("a\0\xFF"
                                "b",
                                4)),
            std::string("a\0\uFFFD"
                        "b",
                        6));
}

TEST(Utf8, TellsASequencesLength) {
  EXPECT_EQ(utf8_sequence(""), 0U);
  EXPECT_EQ(utf8_sequence("ab"), 1U);
  EXPECT_EQ(utf8_sequence("éb"), 2U);
  EXPECT_EQ(utf8_sequence("中b"), 3U);
  EXPECT_EQ(utf8_sequence("😀b"), 4U);
  EXPECT_EQ(utf8_sequence("\x80"), 0U);
}

}  // namespace
}  // namespace geminate
