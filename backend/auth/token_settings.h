#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/result.h"

// The rules of settings that only client tokens have; those shared with keys are in keys/setting_rules.h.
// Each fails with BadRequest that names the field.
namespace geminate::auth {

inline constexpr std::size_t kMaxModels = 200;
inline constexpr std::size_t kMaxModelName = 200;
inline constexpr std::size_t kMaxAddresses = 200;
inline constexpr std::int64_t kDefaultGraceSeconds = 24 * 3600;
inline constexpr std::int64_t kMaxGraceSeconds = 30 * 24 * 3600;

/// A budget in millionths of a dollar; one of them at least, as 0 never means unlimited.
Result<std::optional<std::int64_t>> checked_budget(std::string_view field, std::optional<double> usd);

/// Names of models without "models/" before them, blanks around them and repetitions; a * only at the end.
Result<std::vector<std::string>> checked_models(std::string_view field,
                                                const std::vector<std::string>& models);

/// Addresses and CIDR blocks as AddressBlock reads them, without blanks around them and repetitions.
Result<std::vector<std::string>> checked_addresses(std::string_view field,
                                                   const std::vector<std::string>& addresses);

/// Whether such a list lets the model be used; an empty one lets all. "models/" before the name counts for
/// nothing.
bool allows_model(const std::vector<std::string>& models, std::string_view model);

}  // namespace geminate::auth
