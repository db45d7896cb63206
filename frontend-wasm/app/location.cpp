#include "frontend-wasm/app/location.h"

#include <charconv>

#include "frontend-wasm/api/query_text.h"
#include "frontend-wasm/app/app_state.h"
#include "frontend-wasm/app/location_names.h"
#include "frontend-wasm/app/router.h"

namespace geminate::ui {
namespace {

/// What is not an escape stands for itself.
std::string percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned byte = 0;
    const char* digits = text.data() + at + 1;
    if (text[at] == '%' && at + 2 < text.size() &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      decoded += static_cast<char>(byte);
      at += 2;
    } else {
      decoded += text[at] == '+' ? ' ' : text[at];
    }
  }
  return decoded;
}

/// "?a=b&c=d", in the order given; nothing for empty values.
class Values {
 public:
  void put(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    text_ += text_.empty() ? '?' : '&';
    text_ += name;
    text_ += '=';
    text_ += percent_encoded(value);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string open_row(const AppState& state) {
  const KeysPageState& keys = state.keys;
  const TokensPageState& tokens = state.tokens;
  if (state.page == Page::Keys && keys.overlay == KeyOverlay::Detail) return std::to_string(keys.open_row);
  if (state.page == Page::Tokens && tokens.overlay == TokenOverlay::Edit)
    return std::to_string(tokens.open_row);
  if (state.page == Page::Requests) return state.requests.open_id;
  return {};
}

std::string values_of(const AppState& state) {
  Values values;
  if (state.page == Page::Keys) {
    values.put("q", state.keys.query.search);
    values.put("filter", name_of(state.keys.query.filter));
  } else if (state.page == Page::Requests) {
    values.put("q", state.requests.search);
  } else if (state.page == Page::Dashboard) {
    values.put("period", name_of(state.dashboard.period));
  }
  return values.text();
}

}  // namespace

std::string Location::value(std::string_view name) const {
  const auto found = values.find(name);
  return found == values.end() ? std::string() : found->second;
}

Location read_location(std::string_view address) {
  address = address.substr(0, address.find('#'));
  const std::size_t question = std::min(address.find('?'), address.size());
  std::string_view path = address.substr(0, question);
  std::string_view rest = address.substr(std::min(question + 1, address.size()));
  Location location;
  location.page = page_at(path);
  const std::string_view own = path_of(location.page);
  if (path.size() > own.size() + 1 && path.substr(0, own.size()) == own)
    location.row = percent_decoded(path.substr(own.size() + 1));
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    location.values[percent_decoded(pair.substr(0, equals))] =
        percent_decoded(pair.substr(std::min(equals + 1, pair.size())));
  }
  return location;
}

std::string address_of(const AppState& state) {
  std::string address(path_of(state.page));
  if (const std::string row = open_row(state); !row.empty()) address += "/" + percent_encoded(row);
  return address + values_of(state);
}

}  // namespace geminate::ui
