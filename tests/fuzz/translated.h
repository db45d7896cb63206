#pragma once

#include "backend/translate/responses.h"
#include "backend/translate/translate.h"
#include "tests/fuzz/fuzzing.h"

// What holds of every translation of a request, whatever its dialect.
namespace geminate::fuzz {

inline std::string no_signature(std::string_view /*call_id*/) { return {}; }

/// Nothing was answered before.
inline translate::ResponseLookup nothing_stored() {
  return {[](std::string_view) { return std::nullopt; }, [](std::string_view) { return std::nullopt; }};
}

/// A refusal blames the client, in words, and can be said in every dialect.
inline void check_refusal(const Error& error) {
  require(!error.message.empty());
  require(face_of(error.code).http_status >= 400 && face_of(error.code).http_status < 500);
  require(is_json(translate::openai_error_body(error)) && is_json(translate::anthropic_error_body(error)) &&
          is_json(translate::gemini_error_body(error)));
}

inline void check_call(const translate::GeminiCall& call) {
  require(!call.model.empty() && is_json(call.body) && call.estimated_tokens >= 0);
}

}  // namespace geminate::fuzz
