#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "shared/core/result.h"

namespace geminate::translate {

/// OpenAI's embeddings as Gemini's batchEmbedContents.
struct EmbeddingsTranslation {
  /// Without "models/".
  std::string model;
  std::string body;
  std::int64_t estimated_tokens = 0;
  /// Gemini's answer as OpenAI's. UpstreamFailed where it is none.
  std::function<Result<std::string>(std::string_view gemini_body)> answer;
};

/// A body of POST /v1/embeddings. BadRequest or UnsupportedField, naming the field.
/// `alias` is what the client called the model where the body names the real one by now; else empty.
Result<EmbeddingsTranslation> translate_embeddings(std::string_view body, std::string_view alias);

}  // namespace geminate::translate
