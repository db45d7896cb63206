#include "frontend-wasm/app/json_text.h"

#include "shared/codec/codec.h"

namespace geminate::ui {

std::string json_quoted(std::string_view text) { return codec::to_json(std::string(text)); }

void JsonText::begin_line() { text_.append("\n").append(open_.size() * 2, ' '); }

void JsonText::begin_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (!first_) text_ += ',';
  if (!open_.empty()) begin_line();
  first_ = false;
}

void JsonText::open(char bracket) {
  begin_value();
  text_ += bracket;
  open_ += bracket;
  first_ = true;
}

void JsonText::close() {
  const char bracket = open_.back() == '{' ? '}' : ']';
  open_.pop_back();
  if (!first_) begin_line();
  text_ += bracket;
  first_ = false;
}

void JsonText::key(std::string_view name) {
  begin_value();
  text_.append(json_quoted(name)).append(": ");
  after_key_ = true;
}

void JsonText::raw(std::string_view value) {
  begin_value();
  text_ += value;
}

}  // namespace geminate::ui
