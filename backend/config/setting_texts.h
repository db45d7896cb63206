#pragma once

#include <concepts>
#include <filesystem>
#include <string>
#include <vector>

#include "backend/config/setting_values.h"
#include "backend/config/settings.h"

namespace geminate::config {

// A setting's value, and what it may be, as people read it: for documents and the console alike. Pure.

template <class T>
constexpr bool kIsSecret = std::same_as<T, Secret> || std::same_as<T, std::vector<Secret>>;
template <class T>
constexpr bool kIsList = std::same_as<T, std::vector<std::string>> || std::same_as<T, std::vector<Secret>>;

/// As the environment would say it; of a secret nothing.
template <class T>
std::string value_text(const T& value, const SettingFacts& facts) {
  if constexpr (std::is_enum_v<T>) {
    return std::string(enum_word(value));
  } else if constexpr (std::unsigned_integral<T>) {
    return number_text(value, facts.unit);
  } else if constexpr (std::same_as<T, std::filesystem::path>) {
    return value.string();
  } else if constexpr (std::same_as<T, std::string>) {
    return value;
  } else if constexpr (std::same_as<T, std::vector<std::string>>) {
    std::string text;
    for (const std::string& piece : value) text += (text.empty() ? "" : ", ") + piece;
    return text;
  } else {
    return {};
  }
}

template <class T>
std::string allowed_text(const SettingFacts& facts) {
  if constexpr (std::is_enum_v<T>) {
    return enum_choices<T>();
  } else if constexpr (std::unsigned_integral<T>) {
    return number_choices(facts);
  } else {
    return std::string(kIsList<T> ? "a comma list: " : "") + std::string(facts.allowed.english);
  }
}

template <class T>
std::string allowed_text_chinese(const SettingFacts& facts) {
  if constexpr (std::is_enum_v<T>) {
    return enum_choices<T>("、", " 或 ");
  } else if constexpr (std::unsigned_integral<T>) {
    return number_choices_chinese(facts);
  } else {
    return std::string(kIsList<T> ? "以逗号分隔：" : "") + std::string(facts.allowed.chinese);
  }
}

}  // namespace geminate::config
