#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/simulation/run.h"

namespace geminate::simulation {

using Cells = std::vector<std::string>;
/// Rows of equal length, the first one the heads, as a Markdown table that is aligned and reads as text too.
std::string markdown(const std::vector<Cells>& rows);
std::string decimal(double value, int digits);

/// 429s per 1,000 client requests, by cause.
std::string causes_of(const std::vector<Outcome>& outcomes);
std::string table_of(const std::vector<Outcome>& outcomes);
/// A world's quotas, and what they let through.
std::string quotas_of(const World& world);
/// What the requests ask of that: the load, limit by limit.
std::string loads_of(const World& world, const std::vector<Request>& requests);
/// Where a policy lost requests and quota.
std::string losses_of(const Outcome& outcome);

/// `document` with what stands between `<!-- name -->` and `<!-- /name -->` replaced; nothing when it has no
/// such place.
std::optional<std::string> with_part(std::string document, std::string_view name, const std::string& part);

}  // namespace geminate::simulation
