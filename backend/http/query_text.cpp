#include "backend/http/query_text.h"

#include "shared/core/ascii.h"

namespace geminate::http {
std::string decode_query_component(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      decoded += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

std::vector<std::string> query_values(std::string_view query, std::string_view name) {
  std::vector<std::string> values;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    const auto equals = pair.find('=');
    if (decode_query_component(pair.substr(0, equals)) == name) {
      values.push_back(equals == std::string_view::npos ? ""
                                                        : decode_query_component(pair.substr(equals + 1)));
    }
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
  }
  return values;
}

}  // namespace geminate::http
