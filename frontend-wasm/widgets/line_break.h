#pragma once

#include <functional>
#include <string_view>
#include <vector>

namespace geminate::ui {

/// Breaks text into lines of at most `width`. Between hanzi a line may end anywhere but before closing and
/// after opening punctuation; elsewhere at blanks, and inside a word only when it is wider than a line.
/// ImGui's own wrapping breaks at blanks alone, which tears Chinese text apart.
std::vector<std::string_view> break_lines(std::string_view text, float width,
                                          const std::function<float(char32_t)>& advance);

}  // namespace geminate::ui
