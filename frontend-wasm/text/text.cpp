#include "frontend-wasm/text/text.h"

#include <array>
#include <charconv>

#include "frontend-wasm/text/server_words.h"

namespace geminate::ui {
namespace {

constexpr std::size_t kCount = 0
#define X(id, zh, en) +1
#include "frontend-wasm/text/texts.def"
#undef X
    ;

// One text after the other, each ended by a zero byte: a table of their addresses would be a fifth of their
// size.
constexpr char kChinese[] =
#define X(id, zh, en) zh "\0"
#include "frontend-wasm/text/texts.def"
#undef X
    ;
constexpr char kEnglish[] =
#define X(id, zh, en) en "\0"
#include "frontend-wasm/text/texts.def"
#undef X
    ;

struct Row {
  std::string_view chinese;
  std::string_view english;
};

std::array<Row, kCount> read_rows() {
  std::array<Row, kCount> rows;
  const char* chinese = kChinese;
  const char* english = kEnglish;
  for (Row& row : rows) {
    row = {chinese, english};
    chinese += row.chinese.size() + 1;
    english += row.english.size() + 1;
  }
  return rows;
}

const Row& row_of(TextId id) {
  static const std::array<Row, kCount> rows = read_rows();
  return rows[static_cast<std::size_t>(id)];
}

/// The number in "{7}" at the beginning of `text`, and how long that is.
struct Placeholder {
  std::size_t index = 0;
  std::size_t length = 0;
};

Placeholder placeholder_at(std::string_view text) {
  std::size_t index = 0;
  const char* end = text.data() + text.size();
  const auto [after, fault] = std::from_chars(text.data() + 1, end, index);
  if (fault != std::errc{} || after == end || *after != '}') return {};
  return {index, static_cast<std::size_t>(after - text.data()) + 1};
}

/// Of "one|several" the form that the first argument wants.
std::string_view form_of(std::string_view english, const std::string* arguments, std::size_t count) {
  const std::size_t bar = english.find('|');
  if (bar == std::string_view::npos) return english;
  return count > 0 && arguments[0] == "1" ? english.substr(0, bar) : english.substr(bar + 1);
}

}  // namespace

Text Phrasebook::operator()(TextId id) const { return fill(id, nullptr, 0); }

Text Phrasebook::operator()(TextId id, std::initializer_list<std::string> arguments) const {
  return fill(id, arguments.begin(), arguments.size());
}

Text Phrasebook::operator()(const Message& message) const {
  // What the server said is kept in its words until somebody reads it.
  if (message.id == TextId::ServerSays || message.id == TextId::FailedRefused)
    return (*this)(message.id, {server_words(*this, message.arguments.front()).str()});
  return fill(message.id, message.arguments.data(), message.arguments.size());
}

Text Phrasebook::fill(TextId id, const std::string* arguments, std::size_t count) const {
  const Row& row = row_of(id);
  std::string_view rest =
      language_ == Language::Chinese ? row.chinese : form_of(row.english, arguments, count);
  std::string filled;
  filled.reserve(rest.size());
  while (true) {
    const std::size_t brace = rest.find('{');
    filled += rest.substr(0, brace);
    if (brace == std::string_view::npos) break;
    rest.remove_prefix(brace);
    const Placeholder place = placeholder_at(rest);
    if (place.length == 0) {
      filled += '{';
      rest.remove_prefix(1);
    } else {
      if (place.index < count) filled += arguments[place.index];
      rest.remove_prefix(place.length);
    }
  }
  return Text(std::move(filled));
}

std::size_t text_count() { return kCount; }

}  // namespace geminate::ui
