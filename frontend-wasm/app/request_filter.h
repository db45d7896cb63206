#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "frontend-wasm/text/text.h"
#include "shared/dto/keys.h"
#include "shared/dto/tokens.h"
#include "shared/dto/usage.h"

namespace geminate::ui {

/// What a search names tokens and keys by: their last characters, a word of their description, or "#7".
struct RowNames {
  const std::vector<ClientTokenView>& tokens;
  const std::vector<UpstreamKeyView>& keys;
};

/// "model:gemini-2.5-flash status:429 took>2s" as the API's query, or the first thing in it that cannot be.
struct RequestFilter {
  RequestQuery query;
  std::optional<Message> fault;
};

/// Terms are separated by blanks: id:, token:, key:, model:, status: (a number, a class as 4xx, or cut),
/// dialect:, took> and took< (in ms, s or min; bare numbers are milliseconds). A word without a colon is the
/// beginning of a request's id if it can be one, else a model.
RequestFilter parse_request_filter(std::string_view text, const RowNames& names);

/// The text with that term in place of others of its name; without it where the value is empty.
std::string with_term(std::string_view text, std::string_view name, std::string_view value);
/// The value of that term; empty if there is none.
std::string term_of(std::string_view text, std::string_view name);

}  // namespace geminate::ui
