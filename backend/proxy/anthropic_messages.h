#pragma once

#include "backend/http/http_types.h"
#include "backend/proxy/exchange.h"
#include "backend/proxy/translated_plan.h"
#include "shared/core/result.h"

namespace geminate::proxy {

/// Anthropic's /v1/messages as a generateContent call. BadRequest or UnsupportedField, naming the field, also
/// for a version of the API (`anthropic-version`) that isn't known.
Result<ExchangePlan> plan_messages(const http::HttpRequest& request, const TranslationContext& context);

/// /v1/messages/count_tokens as a countTokens call.
Result<ExchangePlan> plan_count_tokens(const http::HttpRequest& request, const TranslationContext& context);

}  // namespace geminate::proxy
