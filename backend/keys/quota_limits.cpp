#include "backend/keys/quota_limits.h"

#include <algorithm>

namespace geminate::keys {
namespace {

std::uint32_t clamped(std::int64_t amount) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(amount, 0, QuotaLimits::kMost));
}

}  // namespace

std::optional<QuotaKind> quota_kind_of(std::string_view quota_id) {
  const auto has = [quota_id](std::string_view word) {
    return quota_id.find(word) != std::string_view::npos;
  };
  const bool is_tokens = has("Token") || has("token");
  if (has("PerDay")) return is_tokens ? QuotaKind::TokensPerDay : QuotaKind::RequestsPerDay;
  if (has("PerMinute")) return is_tokens ? QuotaKind::TokensPerMinute : QuotaKind::RequestsPerMinute;
  return std::nullopt;
}

void QuotaLimits::set_by_admin(QuotaKind kind, std::optional<std::int64_t> amount) {
  words_[static_cast<std::size_t>(kind)].store(amount ? clamped(*amount) | kAdmins : 0,
                                               std::memory_order_relaxed);
}

std::optional<std::int32_t> QuotaLimits::age_of(QuotaKind kind, std::int32_t today) const {
  if (is_daily(kind)) return std::nullopt;
  const std::uint32_t word = words_[static_cast<std::size_t>(kind)].load(std::memory_order_relaxed);
  const std::uint32_t day = word >> kDayShift;
  if ((word & kAdmins) != 0 || word == 0 || day == kDays) return std::nullopt;
  return static_cast<std::int32_t>((static_cast<std::uint32_t>(today) % kDays + kDays - day) % kDays);
}

bool QuotaLimits::learn(QuotaKind kind, std::int64_t amount, std::int32_t day) {
  auto& word = words_[static_cast<std::size_t>(kind)];
  std::uint32_t seen = word.load(std::memory_order_relaxed);
  std::uint32_t next = clamped(amount);
  if (!is_daily(kind)) {
    const std::uint32_t stamp = day < 0 ? kDays : static_cast<std::uint32_t>(day) % kDays;
    next = amount > kMostOfAMinute ? 0 : next | stamp << kDayShift;
  }
  if ((seen & kAdmins) != 0 || seen == next || amount <= 0) return false;
  return word.compare_exchange_strong(seen, next, std::memory_order_relaxed);
}

void QuotaLimits::lower_to(QuotaKind kind, std::int64_t amount) {
  const std::uint32_t known = get(kind).amount;
  if (known == 0 || amount < known) learn(kind, amount);
}

void QuotaLimits::forget(QuotaKind kind) {
  auto& word = words_[static_cast<std::size_t>(kind)];
  std::uint32_t seen = word.load(std::memory_order_relaxed);
  if ((seen & kAdmins) == 0) word.compare_exchange_strong(seen, 0, std::memory_order_relaxed);
}

}  // namespace geminate::keys
