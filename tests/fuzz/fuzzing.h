#pragma once

#include <rapidjson/document.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

// What fuzz targets share. A target aborts where a promise does not hold; sanitizers find the rest.
namespace geminate::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

/// Strict JSON, as every reader takes it.
inline bool is_json(std::string_view text) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(text.data(),
                                                                                         text.size());
  return !document.HasParseError();
}

/// The fuzzer's bytes, taken apart from the front.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  std::size_t number(std::size_t below) {
    if (rest_.size() < 2 || below == 0) return 0;
    const auto high = static_cast<unsigned char>(rest_[0]);
    const auto low = static_cast<unsigned char>(rest_[1]);
    rest_.remove_prefix(2);
    return (high * 256U + low) % below;
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }
  /// The rest in two pieces, cut at a place of the fuzzer's choice.
  std::pair<std::string_view, std::string_view> cut() {
    const std::size_t at = number(rest_.size() >= 2 ? rest_.size() - 1 : 1);
    return {rest_.substr(0, at), rest_.substr(at)};
  }

 private:
  std::string_view rest_;
};

}  // namespace geminate::fuzz
