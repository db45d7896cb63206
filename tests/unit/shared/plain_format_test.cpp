#include "shared/core/plain_format.h"

#include <gtest/gtest.h>

namespace geminate {
namespace {

TEST(PlainFormat, WritesWholeNumbersInWidthsAndBases) {
  EXPECT_EQ(plain_text("%d %u %lld", -5, 7U, -9'000'000'000LL), "-5 7 -9000000000");
  EXPECT_EQ(plain_text("%02d:%02d %04d %5d|", 7, 12, -3, 42), "07:12 -003    42|");
  EXPECT_EQ(plain_text("\\u%04x %08X", 0x1fU, 0xbeefU), "\\u001f 0000BEEF");
  EXPECT_EQ(plain_text("%zu %lu", std::size_t{3}, 4UL), "3 4");
}

TEST(PlainFormat, WritesTextsCutWherePrecisionSays) {
  EXPECT_EQ(plain_text("%s/%s_%08X", "parent", "child", 1U), "parent/child_00000001");
  EXPECT_EQ(plain_text("%.*s|%c|%%", 3, "abcdef", 'x'), "abc|x|%");
}

TEST(PlainFormat, WritesDecimalsRounded) {
  EXPECT_EQ(plain_text("%.1f %.0f %.2f", 0.25, 99.6, -1.006), "0.3 100 -1.01");
  EXPECT_EQ(decimal_text(0.000001, 6), "0.000001");
  EXPECT_EQ(decimal_text(-0.0001, 2), "0.00");
  EXPECT_EQ(decimal_text(1e15, 6), "1000000000000000");
}

int format_into(char* text, std::size_t size, const char* format, ...) {
  std::va_list values;
  va_start(values, format);
  const int length = format_plain(text, size, format, values);
  va_end(values);
  return length;
}

TEST(PlainFormat, CutsWhatFindsNoRoomAndTellsTheWholeLength) {
  char text[4] = "xxx";
  EXPECT_EQ(format_into(text, sizeof text, "%s", "abcdef"), 6);
  EXPECT_STREQ(text, "abc");
  EXPECT_EQ(format_into(nullptr, 0, "%d", 12345), 5);
}

}  // namespace
}  // namespace geminate
