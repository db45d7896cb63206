#include "frontend-wasm/widgets/line_break.h"

#include <string>

namespace geminate::ui {
namespace {

struct Character {
  char32_t code;
  std::size_t bytes;
};

/// Broken UTF-8 counts as one strange character a byte; servers' words are shown whatever they are.
Character first_of(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t bytes = lead < 0x80       ? 1
                            : lead >> 5 == 6  ? 2
                            : lead >> 4 == 14 ? 3
                            : lead >> 3 == 30 ? 4
                                              : 1;
  if (bytes == 1 || bytes > text.size()) return {lead, 1};
  char32_t code = lead & (0x7F >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) code = code << 6 | (byte(i) & 0x3F);
  return {code, bytes};
}

bool is_wide(char32_t code) { return code >= 0x2E80 && code < 0xFFF0; }

bool closes(char32_t code) {
  static const std::u32string kClosing = U"，。、；：！？）」』】》〉”’…,.;:!?)]}%";
  return kClosing.find(code) != std::u32string::npos;
}

bool opens(char32_t code) {
  static const std::u32string kOpening = U"（「『【《〈“‘([{";
  return kOpening.find(code) != std::u32string::npos;
}

bool may_break_between(char32_t before, char32_t after) {
  if (before == ' ') return after != ' ';
  if (closes(after) || opens(before)) return false;
  return is_wide(before) || is_wide(after);
}

std::string_view without_end_blanks(std::string_view line) {
  while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
  return line;
}

}  // namespace

std::vector<std::string_view> break_lines(std::string_view text, float width,
                                          const std::function<float(char32_t)>& advance) {
  std::vector<std::string_view> lines;
  std::size_t begin = 0;
  std::size_t good_end = 0;  // the last place of this line where it may end
  float used = 0;
  float used_at_good_end = 0;
  char32_t before = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character next = first_of(text.substr(at));
    if (next.code == '\n') {
      lines.push_back(without_end_blanks(text.substr(begin, at - begin)));
      begin = good_end = at += next.bytes;
      used = used_at_good_end = 0;
      before = 0;
      continue;
    }
    if (at > begin && may_break_between(before, next.code)) {
      good_end = at;
      used_at_good_end = used;
    }
    const float step = advance(next.code);
    if (used + step > width && at > begin && next.code != ' ') {
      const bool fits_nowhere = good_end == begin;
      const std::size_t end = fits_nowhere ? at : good_end;
      lines.push_back(without_end_blanks(text.substr(begin, end - begin)));
      used -= fits_nowhere ? used : used_at_good_end;
      begin = good_end = end;
      used_at_good_end = 0;
    }
    used += step;
    before = next.code;
    at += next.bytes;
  }
  if (begin < text.size()) lines.push_back(without_end_blanks(text.substr(begin)));
  return lines;
}

}  // namespace geminate::ui
