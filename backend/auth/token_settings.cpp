#include "backend/auth/token_settings.h"

#include <algorithm>
#include <cmath>

#include "backend/auth/address_block.h"
#include "backend/keys/setting_rules.h"

namespace geminate::auth {
namespace {

using keys::bad_field;

std::string_view bare_model(std::string_view name) {
  constexpr std::string_view kPrefix = "models/";
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
}

bool is_model_pattern(std::string_view name) {
  const auto is_plain = [](char c) { return c > ' ' && c < 0x7F && c != '*' && c != '"' && c != '\\'; };
  const std::string_view plain = name.ends_with('*') ? name.substr(0, name.size() - 1) : name;
  return !name.empty() && name.size() <= kMaxModelName && std::all_of(plain.begin(), plain.end(), is_plain);
}

void keep_once(std::vector<std::string>& kept, std::string_view text) {
  if (std::find(kept.begin(), kept.end(), text) == kept.end()) kept.emplace_back(text);
}

/// What a list's element is called in a message: as given, but no longer than a message should be.
std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 60;
  if (text.size() <= kShown) return '"' + std::string(text) + '"';
  std::size_t shown = kShown;
  // Not within a character.
  while (shown > 0 && (static_cast<unsigned char>(text[shown]) & 0xC0U) == 0x80U) --shown;
  return '"' + std::string(text.substr(0, shown)) + "…\"";
}

Status check_count(std::string_view field, std::size_t count, std::size_t most) {
  if (count <= most) return Status::success();
  return bad_field(field, std::string(field) + " holds more than " + std::to_string(most) + " entries");
}

}  // namespace

Result<std::optional<std::int64_t>> checked_budget(std::string_view field, std::optional<double> usd) {
  constexpr double kMicros = 1e6;
  constexpr double kMostUsd = 1e6;
  if (!usd) return std::optional<std::int64_t>{};
  if (!std::isfinite(*usd) || *usd < 1 / kMicros || *usd > kMostUsd)
    return bad_field(field, std::string(field) + " must be from 0.000001 to 1000000");
  return std::optional<std::int64_t>{std::llround(*usd * kMicros)};
}

Result<std::vector<std::string>> checked_models(std::string_view field,
                                                const std::vector<std::string>& models) {
  std::vector<std::string> kept;
  for (const std::string& given : models) {
    const std::string_view name = bare_model(keys::trimmed(given));
    if (!is_model_pattern(name)) {
      return bad_field(field, std::string(field) + ": " + quoted(given) +
                                  " is not the name of a model, nor the beginning of one with * after it");
    }
    keep_once(kept, name);
  }
  GEMINATE_CHECK_OK(check_count(field, kept.size(), kMaxModels));
  return kept;
}

Result<std::vector<std::string>> checked_addresses(std::string_view field,
                                                   const std::vector<std::string>& addresses) {
  std::vector<std::string> kept;
  for (const std::string& given : addresses) {
    const std::string_view text = keys::trimmed(given);
    if (!AddressBlock::parse(text)) {
      return bad_field(field, std::string(field) + ": " + quoted(given) +
                                  " is not an IPv4 or IPv6 address, nor a CIDR block without bits beyond "
                                  "its length (10.0.0.0/8)");
    }
    keep_once(kept, text);
  }
  GEMINATE_CHECK_OK(check_count(field, kept.size(), kMaxAddresses));
  return kept;
}

bool allows_model(const std::vector<std::string>& models, std::string_view model) {
  const std::string_view name = bare_model(model);
  const auto lets = [name](std::string_view pattern) {
    if (!pattern.ends_with('*')) return name == pattern;
    return name.starts_with(pattern.substr(0, pattern.size() - 1));
  };
  return models.empty() || std::any_of(models.begin(), models.end(), lets);
}

}  // namespace geminate::auth
