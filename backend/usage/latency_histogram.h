#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>

namespace geminate::usage {

/// Counts of milliseconds in two buckets per doubling, up to half an hour and beyond; a quantile is read with
/// a straight line inside its bucket. The buckets are kept in files: never to be changed.
struct LatencyHistogram {
  static constexpr std::size_t kBuckets = 44;
  std::array<std::uint32_t, kBuckets> counts{};

  static constexpr std::size_t bucket_of(std::uint32_t ms) {
    if (ms < 2) return ms;
    const auto doublings = static_cast<std::size_t>(std::bit_width(ms) - 1);
    const std::size_t bucket = 2 * doublings + ((ms >> (doublings - 1)) & 1);
    return bucket < kBuckets ? bucket : kBuckets - 1;
  }
  /// The smallest value of a bucket.
  static constexpr std::uint32_t begin_of(std::size_t bucket) {
    if (bucket < 2) return static_cast<std::uint32_t>(bucket);
    const std::size_t doublings = bucket / 2;
    return (2U + static_cast<std::uint32_t>(bucket % 2)) << (doublings - 1);
  }

  void add(std::uint32_t ms) { ++counts[bucket_of(ms)]; }
  void add(const LatencyHistogram& other) {
    for (std::size_t i = 0; i < kBuckets; ++i) counts[i] += other.counts[i];
  }

  /// `share` in (0, 1]; nothing when nothing was counted.
  [[nodiscard]] std::optional<std::int64_t> quantile(double share) const {
    std::uint64_t all = 0;
    for (const std::uint32_t count : counts) all += count;
    if (all == 0) return std::nullopt;
    const double wanted = share * static_cast<double>(all);
    double below = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      const double here = counts[i];
      if (here > 0 && below + here >= wanted) {
        const double begin = begin_of(i);
        const double width = i + 1 < kBuckets ? begin_of(i + 1) - begin : 0;
        return static_cast<std::int64_t>(begin + width * (wanted - below) / here);
      }
      below += here;
    }
    return begin_of(kBuckets - 1);
  }
};

}  // namespace geminate::usage
