#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace geminate::keys {

/// What Google counts for a project and a model.
enum class QuotaKind : std::uint8_t {
  RequestsPerMinute,
  TokensPerMinute,
  RequestsPerDay,
  TokensPerDay,
  Count
};
inline constexpr std::size_t kQuotaKinds = static_cast<std::size_t>(QuotaKind::Count);

constexpr bool is_daily(QuotaKind kind) {
  return kind == QuotaKind::RequestsPerDay || kind == QuotaKind::TokensPerDay;
}
constexpr bool counts_tokens(QuotaKind kind) {
  return kind == QuotaKind::TokensPerMinute || kind == QuotaKind::TokensPerDay;
}

/// What a quota id such as "GenerateRequestsPerMinutePerProjectPerModel-FreeTier" counts; nothing when its
/// name does not say.
std::optional<QuotaKind> quota_kind_of(std::string_view quota_id);

/// The limits of one project and model, or what is believed of a model's. Any thread; no lock.
///
/// A limit of the minute that an error taught ages: projects are raised to other tiers and nobody is told. It
/// is firm on the Pacific day on which Google said it and on the next one, and no more than believed from
/// then on, until Google says it again. The day stands beside the amount, modulo 31: one that is neither said
/// again nor found wrong for a month is firm for two days more.
class QuotaLimits {
 public:
  /// For what does not age.
  static constexpr std::int32_t kNoDay = -1;
  /// A larger limit of a minute is not kept unless an admin sets it: it is as good as none.
  static constexpr std::uint32_t kMostOfAMinute = (1U << 26) - 1;
  /// Beyond this a limit is as good as none.
  static constexpr std::uint32_t kMost = 0x7FFFFFFF;

  struct Limit {
    /// 0: none is known.
    std::uint32_t amount = 0;
    /// An admin's word holds; what an error taught may have changed since.
    bool is_admins = false;
  };

  [[nodiscard]] Limit get(QuotaKind kind) const {
    const std::uint32_t word = words_[static_cast<std::size_t>(kind)].load(std::memory_order_relaxed);
    const bool is_admins = (word & kAdmins) != 0;
    return {word & (is_admins || is_daily(kind) ? kMost : kMostOfAMinute), is_admins};
  }
  /// Whether the limit has become too old to be firm.
  [[nodiscard]] bool is_aged(QuotaKind kind, std::int32_t today) const {
    const auto age = age_of(kind, today);
    return age && *age > 1;
  }
  /// The Pacific day on which a limit of the minute was learnt; nothing for all others.
  [[nodiscard]] std::optional<std::int32_t> learnt_on(QuotaKind kind, std::int32_t today) const {
    const auto age = age_of(kind, today);
    if (!age) return std::nullopt;
    return today - *age;
  }
  /// An admin's limit, or none.
  void set_by_admin(QuotaKind kind, std::optional<std::int64_t> amount);
  /// What Google said on that Pacific day. Whether anything changed; never where an admin has spoken.
  bool learn(QuotaKind kind, std::int64_t amount, std::int32_t day = kNoDay);
  /// The smaller of what is known and this.
  void lower_to(QuotaKind kind, std::int64_t amount);
  /// A limit that was learnt has proved wrong.
  void forget(QuotaKind kind);

 private:
  static constexpr std::uint32_t kAdmins = 0x80000000;
  // Of a learnt limit of the minute: five bits above the amount.
  static constexpr int kDayShift = 26;
  static constexpr std::uint32_t kDays = 31;

  [[nodiscard]] std::optional<std::int32_t> age_of(QuotaKind kind, std::int32_t today) const;

  std::array<std::atomic<std::uint32_t>, kQuotaKinds> words_{};
};

}  // namespace geminate::keys
