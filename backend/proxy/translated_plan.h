#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "backend/proxy/exchange.h"
#include "backend/proxy/signature_memory.h"
#include "backend/translate/translate.h"

namespace geminate::proxy {

/// What planning a request of another dialect needs beside the request.
struct TranslationContext {
  std::string_view request_id;
  const Now& now;
  /// The client token's id.
  std::int64_t caller = 0;
  /// Outlives the exchange.
  SignatureMemory& signatures;
  /// The alias that the client called the model by, where the body names the real one by now.
  std::string_view alias{};

  [[nodiscard]] translate::SignatureOf signature_of() const;
};

/// Called once with the translator of an answer that has come to its end, before its last bytes leave.
using OnAnswered = std::function<void(const translate::AnswerTranslator&)>;

/// The exchange that a translated request becomes. The answer goes out whole or as events, as the call says.
ExchangePlan plan_translated(translate::Translation&& translation, Dialect dialect,
                             const TranslationContext& context, OnAnswered on_answered = {});

/// The exchange of a call whose answer is no generated content (counts, embeddings): collected, then turned
/// into another in one step by `translate`.
ExchangePlan plan_collected(translate::GeminiCall&& call, Dialect dialect,
                            std::function<Result<std::string>(std::string_view gemini)> translate);

/// Collects an answer and turns it into another in one step, for what is no generated content (models,
/// counts, embeddings).
std::unique_ptr<AnswerMapper> map_whole(
    std::function<Result<std::string>(std::string_view gemini)> translate);

}  // namespace geminate::proxy
