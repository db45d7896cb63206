#include "frontend-wasm/app/json_text.h"

#include <algorithm>

#include "shared/codec/codec.h"

namespace geminate::ui {

std::string json_quoted(std::string_view text) { return codec::to_json(std::string(text)); }

std::optional<std::string> json_decimal(std::string_view text) {
  const auto dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view part = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
  const auto digits = [](std::string_view all) {
    return std::all_of(all.begin(), all.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (whole.size() + part.size() == 0 || !digits(whole) || !digits(part)) return std::nullopt;
  const auto significant = whole.find_first_not_of('0');
  std::string number(significant == std::string_view::npos ? "0" : whole.substr(significant));
  if (!part.empty()) number.append(".").append(part);
  return number;
}

std::optional<double> read_decimal(std::string_view text) {
  const auto written = json_decimal(text);
  double number = 0;
  if (!written || codec::read_json(*written, number)) return std::nullopt;
  return number;
}

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
