#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace geminate::ui {

/// The text as a JSON string, with its quotes.
std::string json_quoted(std::string_view text);
/// A plain decimal number without a sign as JSON writes it: ".70" is "0.70", "007." is "7".
std::optional<std::string> json_decimal(std::string_view text);
/// What such a text stands for. The JSON reader is there anyway; the C library's would be more to fetch.
std::optional<double> read_decimal(std::string_view text);

/// Writes JSON indented by two, the way people read it and paste it into code.
class JsonText {
 public:
  /// An object or an array: '{' or '['.
  void open(char bracket);
  void close();
  void key(std::string_view name);
  /// A value as it is: a number, or an expression of the code in which the JSON will stand.
  void raw(std::string_view value);
  void text(std::string_view value) { raw(json_quoted(value)); }

  const std::string& str() const { return text_; }

 private:
  void begin_value();
  void begin_line();

  std::string text_;
  std::string open_;  // the brackets that are
  bool first_ = true;
  bool after_key_ = false;
};

}  // namespace geminate::ui
