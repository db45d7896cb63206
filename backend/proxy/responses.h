#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backend/http/http_types.h"
#include "backend/proxy/exchange.h"
#include "backend/proxy/response_store.h"
#include "backend/proxy/translated_plan.h"
#include "shared/core/result.h"

namespace geminate::proxy {

/// POST /v1/responses as a generateContent call. BadRequest or UnsupportedField, naming the field. What the
/// request wants stored is in `store`, which outlives the exchange, before the answer's last bytes leave.
Result<ExchangePlan> plan_responses(const http::HttpRequest& request, const TranslationContext& context,
                                    ResponseStore& store);

/// POST /v1/responses/input_tokens as a countTokens call; errors as above.
Result<ExchangePlan> plan_input_tokens(const http::HttpRequest& request, const TranslationContext& context,
                                       const ResponseStore& store);

/// POST /v1/embeddings as a batchEmbedContents call. BadRequest or UnsupportedField, naming the field.
Result<ExchangePlan> plan_embeddings(const http::HttpRequest& request, const TranslationContext& context);

/// GET and DELETE /v1/responses/{id}, GET /v1/responses/{id}/input_items: the body of the answer. NotFound
/// for what is not there for this caller, BadRequest for a query that cannot be honoured.
Result<std::string> stored_response(const http::HttpRequest& request, std::int64_t caller,
                                    ResponseStore& store, const Now& now);

}  // namespace geminate::proxy
