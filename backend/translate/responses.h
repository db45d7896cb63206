#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/translate/translate.h"

// OpenAI's /v1/responses. Pure functions; what is kept between requests is kept elsewhere.
namespace geminate::translate {

/// What earlier responses have left behind, for the caller who made them alone.
struct ResponseLookup {
  /// The items of the conversation that ended with that response, as JSON texts with commas between them;
  /// nothing where it isn't known (any more).
  std::function<std::optional<std::string>(std::string_view response_id)> items_of;
  /// The JSON text of one item that an answer put out.
  std::function<std::optional<std::string>(std::string_view item_id)> item;
};

struct ResponseItem {
  std::string id;
  /// A JSON object.
  std::string json;
};

/// What a response leaves behind once it is complete.
struct ResponseRecord {
  /// "resp_…"
  std::string id;
  /// As it was sent.
  std::string answer;
  /// The conversation before it, as JSON texts with commas between them.
  std::string input;
  std::vector<ResponseItem> output;
};

struct ResponsesTranslation {
  Translation translation;
  /// Filled by the answer when it has come to its end; null where the request wants nothing stored.
  std::shared_ptr<ResponseRecord> record;
};

/// A body of POST /v1/responses as a generateContent call. BadRequest or UnsupportedField, naming the field,
/// for what is malformed or isn't translated; nothing is silently dropped.
Result<ResponsesTranslation> translate_responses(std::string_view body, const SignatureOf& signature_of,
                                                 const ResponseLookup& lookup);

/// A body of POST /v1/responses/input_tokens, which is that of a response, as a countTokens call; errors as
/// above.
Result<GeminiCall> translate_input_tokens(std::string_view body, const SignatureOf& signature_of,
                                          const ResponseLookup& lookup);
/// Gemini's answer to countTokens as OpenAI's. UpstreamFailed where it is none.
Result<std::string> input_tokens_to_openai(std::string_view gemini_body);

/// What GET /v1/responses/{id}/input_items is asked for.
struct ItemPage {
  std::size_t limit = 20;
  bool oldest_first = false;
  /// The id of the item that came last on the page before; empty: the first page.
  std::string_view after;
};

/// The stored input of a response as OpenAI's list. Items without an id get one that stays the same.
std::string list_input_items(const ResponseRecord& record, const ItemPage& page);
/// OpenAI's answer to DELETE /v1/responses/{id}.
std::string deleted_response(std::string_view id);

}  // namespace geminate::translate
