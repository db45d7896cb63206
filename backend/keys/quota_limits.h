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
class QuotaLimits {
 public:
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
    return {word & kMost, (word & kAdmins) != 0};
  }
  /// An admin's limit, or none.
  void set_by_admin(QuotaKind kind, std::optional<std::int64_t> amount);
  /// What Google said. Whether anything changed; never where an admin has spoken.
  bool learn(QuotaKind kind, std::int64_t amount);
  /// The smaller of what is known and this.
  void lower_to(QuotaKind kind, std::int64_t amount);
  /// A limit that was learnt has proved wrong.
  void forget(QuotaKind kind);

 private:
  static constexpr std::uint32_t kAdmins = 0x80000000;

  std::array<std::atomic<std::uint32_t>, kQuotaKinds> words_{};
};

}  // namespace geminate::keys
