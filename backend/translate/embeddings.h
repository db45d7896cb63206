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
  /// As the client named it.
  std::string asked_model;
  std::string body;
  std::int64_t estimated_tokens = 0;
  /// Gemini's answer as OpenAI's. UpstreamFailed where it is none.
  std::function<Result<std::string>(std::string_view gemini_body)> answer;
};

/// A body of POST /v1/embeddings. BadRequest or UnsupportedField, naming the field.
/// `model_of` tells the model that a name stands for: Gemini wants it in the body too. Empty: each for
/// itself.
Result<EmbeddingsTranslation> translate_embeddings(
    std::string_view body, const std::function<std::string(std::string_view name)>& model_of);

}  // namespace geminate::translate
