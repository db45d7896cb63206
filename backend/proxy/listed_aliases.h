#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "backend/config/model_aliases.h"
#include "backend/proxy/exchange.h"

namespace geminate::proxy {

/// OpenAI's GET /v1/models: Google's, and after them the aliases that are whole names.
ExchangePlan plan_model_list(std::shared_ptr<const config::AliasTable> aliases);
/// OpenAI's GET /v1/models/{name}, the name as the path spells it. An alias is answered for under its own
/// name.
ExchangePlan plan_model(const config::AliasTable& aliases, std::string_view name);

}  // namespace geminate::proxy
