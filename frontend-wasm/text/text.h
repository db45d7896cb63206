#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace geminate::ui {

enum class Language : std::uint8_t { Chinese, English };

/// One row of texts.def.
enum class TextId : std::uint16_t {
#define X(id, zh, en) id,
#include "frontend-wasm/text/texts.def"
#undef X
};

/// Something a person reads. Widgets take nothing else, so a raw literal cannot slip past translation:
/// a Text comes from a Phrasebook, or from `verbatim` for what people typed and servers said.
class Text {
 public:
  Text() = default;
  static Text verbatim(std::string_view content) { return Text(std::string(content)); }

  const std::string& str() const { return content_; }
  const char* c_str() const { return content_.c_str(); }
  bool empty() const { return content_.empty(); }

 private:
  friend class Phrasebook;
  explicit Text(std::string content) : content_(std::move(content)) {}
  std::string content_;
};

/// A text that waits for its language: what state keeps, so that a switch of language also turns
/// messages that are already on the screen.
struct Message {
  TextId id{};
  std::vector<std::string> arguments;
};

/// Speaks one language. Pages make one from AppState and ask it for every word.
class Phrasebook {
 public:
  explicit Phrasebook(Language language) : language_(language) {}

  Language language() const { return language_; }
  /// `{0}`, `{1}` … in the row are replaced by the arguments; of two English forms the first one speaks of
  /// one thing.
  Text operator()(TextId id) const;
  Text operator()(TextId id, std::initializer_list<std::string> arguments) const;
  Text operator()(const Message& message) const;

 private:
  Text fill(TextId id, const std::string* arguments, std::size_t count) const;
  Language language_;
};

/// How many rows texts.def has; their ids are 0 to one less.
std::size_t text_count();

}  // namespace geminate::ui
