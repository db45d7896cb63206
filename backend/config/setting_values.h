#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/config/settings.h"

namespace geminate::config {

/// Enums of settings: the words for their values, first the one that is documented.
template <class E>
struct SettingWords;
template <>
struct SettingWords<KeyStorageMode> {
  static constexpr std::pair<std::string_view, KeyStorageMode> kWords[] = {
      {"memory", KeyStorageMode::Memory}, {"database", KeyStorageMode::Database}};
};
template <>
struct SettingWords<LogLevel> {
  static constexpr std::pair<std::string_view, LogLevel> kWords[] = {
      {"trace", LogLevel::Trace},     {"debug", LogLevel::Debug},  {"info", LogLevel::Info},
      {"warning", LogLevel::Warning}, {"warn", LogLevel::Warning}, {"error", LogLevel::Error}};
};
template <>
struct SettingWords<LogFormat> {
  static constexpr std::pair<std::string_view, LogFormat> kWords[] = {{"text", LogFormat::Text},
                                                                      {"json", LogFormat::Json}};
};

template <>
struct SettingWords<Toggle> {
  static constexpr std::pair<std::string_view, Toggle> kWords[] = {
      {"on", Toggle::On},  {"off", Toggle::Off}, {"true", Toggle::On}, {"false", Toggle::Off},
      {"yes", Toggle::On}, {"no", Toggle::Off},  {"1", Toggle::On},    {"0", Toggle::Off}};
};

std::string lower_case(std::string_view text);
std::string_view without_blanks_around(std::string_view text);

template <class E>
std::optional<E> enum_value(std::string_view text) {
  const std::string wanted = lower_case(without_blanks_around(text));
  for (const auto& [word, value] : SettingWords<E>::kWords) {
    if (word == wanted) return value;
  }
  return std::nullopt;
}

template <class E>
std::string_view enum_word(E wanted) {
  for (const auto& [word, value] : SettingWords<E>::kWords) {
    if (value == wanted) return word;
  }
  return {};
}

/// Each value's documented word.
template <class E>
std::vector<std::string_view> enum_words() {
  std::vector<std::string_view> words;
  for (const auto& [word, value] : SettingWords<E>::kWords) {
    if (word == enum_word(value)) words.push_back(word);
  }
  return words;
}

/// "memory or database", "trace, debug, info, warning or error".
template <class E>
std::string enum_choices(std::string_view between = ", ", std::string_view before_last = " or ") {
  const auto words = enum_words<E>();
  std::string text(words.front());
  for (std::size_t i = 1; i < words.size(); ++i) {
    text += i + 1 == words.size() ? before_last : between;
    text += words[i];
  }
  return text;
}

/// A whole number; sizes may end with KiB, MiB or GiB (or K, M, G), which mean powers of 1,024.
std::optional<std::uint64_t> number_value(std::string_view text, Unit unit);
/// The shortest such text: "64 MiB".
std::string number_text(std::uint64_t value, Unit unit);
/// "a number from 0 to 65535", "a size from 1 KiB to 1 MiB".
std::string number_choices(const SettingFacts& facts);
std::string number_choices_chinese(const SettingFacts& facts);

/// The pieces of a list, trimmed; empty ones and repetitions are dropped.
std::vector<std::string> list_value(std::string_view text, bool blanks_separate);

}  // namespace geminate::config
