#pragma once

#include <string_view>

#include "backend/http/http_types.h"
#include "backend/proxy/exchange.h"
#include "backend/proxy/translated_plan.h"
#include "shared/core/result.h"

namespace geminate::proxy {

/// OpenAI's chat completions as generateContent calls. BadRequest or UnsupportedField, naming the field.
Result<ExchangePlan> plan_chat_completions(const http::HttpRequest& request,
                                           const TranslationContext& context);

/// GET /v1/models (`model` empty) and /v1/models/{model}.
ExchangePlan plan_models(std::string_view model);

}  // namespace geminate::proxy
