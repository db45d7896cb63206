// What a request takes from its client token's budget.
#include <algorithm>

#include "backend/proxy/exchange.h"

namespace geminate::proxy {

void Exchange::charge_budget(const upstream::UsageCounts& counts) {
  if (context_.prices == nullptr) return;
  const auto* price = context_.prices->read()->find(plan_.model);
  if (price == nullptr) return;
  const auto tokens = [](std::int64_t count) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(count, 0));
  };
  const std::int64_t picos = usage::cost_picos(*price, tokens(counts.input_tokens),
                                               tokens(counts.output_tokens), tokens(counts.cached_tokens));
  pass_.charge(picos, context_.loop.now());
}

}  // namespace geminate::proxy
