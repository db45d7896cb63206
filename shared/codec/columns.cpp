#include "shared/codec/columns.h"

#include <algorithm>
#include <array>

namespace geminate::codec {
namespace {

std::string_view written(std::int64_t value, std::array<char, 24>& digits) {
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), static_cast<std::size_t>(end - digits.data())};
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

void append_quoted(std::string& text, std::string_view word) {
  if (!is_plain(word)) {
    text += to_json(std::string(word));
    return;
  }
  text += '"';
  text += word;
  text += '"';
}

}  // namespace

void ColumnOutput::put_number_text(std::string_view text) {
  if (numbers_.empty()) {
    first_number_ = text;
  } else {
    numbers_ += ',';
    is_one_number_ = is_one_number_ && text == first_number_;
  }
  numbers_ += text;
}

void ColumnOutput::put_number(std::int64_t value) {
  std::array<char, 24> digits;
  put_number_text(written(value, digits));
}

void ColumnOutput::put_null_number() { put_number_text("null"); }

void ColumnOutput::begin_word() {
  if (!words_json_.empty()) words_json_ += ',';
  at_.push_back(static_cast<std::uint32_t>(words_++));
}

bool ColumnOutput::put_word(std::string_view word) {
  if (!is_varied()) {
    if (const auto known = places_.find(word); known != places_.end()) {
      at_.push_back(known->second);
      return false;
    }
    places_.emplace(word, static_cast<std::uint32_t>(words_));
  }
  begin_word();
  return true;
}

void ColumnOutput::put_null_word() {
  if (null_at_) return at_.push_back(*null_at_);
  null_at_ = static_cast<std::uint32_t>(words_);
  begin_word();
  words_json_ += "null";
}

void ColumnOutput::put_text(std::string_view text) {
  if (put_word(text)) append_quoted(words_json_, text);
}

void ColumnOutput::put_json(const std::string& json) {
  if (put_word(json)) words_json_ += json;
}

void ColumnOutput::append_to(std::string& text) const {
  append_quoted(text, name_);
  text += ':';
  if (at_.empty()) {
    if (is_one_number_) {
      text.append("{\"all\":").append(first_number_).append("}");
    } else {
      text.append("[").append(numbers_).append("]");
    }
    return;
  }
  if (words_ == 1) {
    text.append("{\"all\":").append(words_json_).append("}");
    return;
  }
  // No word came twice: they stand in the rows' order.
  if (words_ == at_.size()) {
    text.append("[").append(words_json_).append("]");
    return;
  }
  text.append("{\"words\":[").append(words_json_).append("],\"at\":[");
  for (std::size_t i = 0; i < at_.size(); ++i) {
    std::array<char, 24> digits;
    if (i != 0) text += ',';
    text += written(at_[i], digits);
  }
  text += "]}";
}

}  // namespace geminate::codec
