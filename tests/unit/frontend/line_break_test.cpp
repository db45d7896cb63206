#include "frontend-wasm/widgets/line_break.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace geminate::ui {
namespace {

/// Hanzi are two wide, everything else one.
std::vector<std::string> broken(std::string_view text, float width) {
  std::vector<std::string> lines;
  for (const std::string_view line :
       break_lines(text, width, [](char32_t code) { return code < 0x2E80 ? 1.0F : 2.0F; })) {
    lines.emplace_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(LineBreak, KeepsWordsWhole) {
  EXPECT_EQ(broken("keys rest for a while", 9), (Lines{"keys rest", "for a", "while"}));
}

TEST(LineBreak, BreaksBetweenHanziAndWords) {
  EXPECT_EQ(broken("代理 Key 的添加", 8), (Lines{"代理 Key", "的添加"}));
}

TEST(LineBreak, NeverBeginsALineWithClosingPunctuation) {
  EXPECT_EQ(broken("数据库，内存", 6), (Lines{"数据", "库，内", "存"}));
}

TEST(LineBreak, NeverEndsALineWithOpeningPunctuation) {
  EXPECT_EQ(broken("用完（429）", 6), (Lines{"用完", "（429", "）"}));
}

TEST(LineBreak, CutsAWordThatIsWiderThanALine) {
  EXPECT_EQ(broken("GenerateRequests", 8), (Lines{"Generate", "Requests"}));
}

TEST(LineBreak, ObeysNewlinesAndSurvivesBrokenBytes) {
  EXPECT_EQ(broken("a\nb\n", 9), (Lines{"a", "b"}));
  EXPECT_EQ(broken("\xe4\xbd", 9).size(), 1U);
  EXPECT_TRUE(broken("", 9).empty());
}

}  // namespace
}  // namespace geminate::ui
