#include "backend/observe/escape.h"

#include <gtest/gtest.h>

namespace geminate::observe {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

TEST(Escape, LeavesPlainTextAlone) {
  EXPECT_EQ(escaped("GET /v1beta/models 200"), "GET /v1beta/models 200");
  EXPECT_EQ(escaped("密钥 clé 🔑"), "密钥 clé 🔑");
}

TEST(Escape, KeepsEveryValueOnItsLineAndInItsQuotes) {
  EXPECT_EQ(escaped("a\"b\\c\nd\re\tf"), "a\\\"b\\\\c\\nd\\re\\tf");
  EXPECT_EQ(escaped("\x1b[31mred\x7f"), "\\u001b[31mred\\u007f");
  EXPECT_EQ(escaped(std::string_view("\0", 1)), "\\u0000");
  EXPECT_EQ(escaped("\xC2\x9B"
                    "31m"),
            "\\u009b31m");
}

TEST(Escape, ReplacesWhatIsNoUtf8) {
  for (const char* wrong :
       {"\xff", "\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80"}) {
    const std::string out = escaped(wrong);
    EXPECT_TRUE(out.starts_with("\\ufffd")) << out;
    for (const char c : out) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
  }
  EXPECT_EQ(escaped("a\xC3(b"), "a\\ufffd(b");
}

}  // namespace
}  // namespace geminate::observe
