#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace geminate::simulation {

/// One round of splitmix64: every bit of the result depends on every bit of `value`.
inline std::uint64_t mixed(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

/// A number in [0, 1) from the upper bits.
inline double unit(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

/// A number in [0, 1) that belongs to these three: asked again it is the same, in whatever order the policies
/// come to it, so that all of them meet the same world.
inline double fate(std::uint64_t seed, std::uint64_t first, std::uint64_t second) {
  return unit(mixed(mixed(mixed(seed) ^ first) ^ second));
}

/// Random numbers from a seed. The standard library's distributions may differ from one version to the next,
/// so these are our own.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(mixed(seed)) {}

  double uniform() {
    state_ += 0x9E3779B97F4A7C15ULL;
    return unit(mixed(state_));
  }
  double between(double least, double most) { return least + (most - least) * uniform(); }
  /// Below `count`, which is at least 1.
  std::size_t below(std::size_t count) {
    return std::min(count - 1, static_cast<std::size_t>(uniform() * static_cast<double>(count)));
  }
  double exponential(double mean) { return -mean * std::log(1.0 - uniform()); }
  double log_normal(double median, double sigma) {
    constexpr double kTurn = 6.283185307179586;
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return median * std::exp(sigma * radius * std::cos(kTurn * uniform()));
  }

 private:
  std::uint64_t state_;
};

}  // namespace geminate::simulation
