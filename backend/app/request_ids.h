#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace geminate::app {

/// Makes x-request-id values: 26 characters, time first so that they sort, then enough chance that no two
/// meet. One per worker; its thread only. They name requests, they protect nothing.
class RequestIds {
 public:
  RequestIds() : random_(seed()) {}

  std::string next(std::int64_t unix_milliseconds) {
    static constexpr char kDigits[] = "0123456789abcdefghjkmnpqrstvwxyz";
    std::string id(26, '0');
    auto time = static_cast<std::uint64_t>(unix_milliseconds);
    for (int i = 9; i >= 0; --i, time >>= 5) id[static_cast<std::size_t>(i)] = kDigits[time & 31];
    std::uint64_t chance = random_();
    for (std::size_t i = 10; i < 22; ++i, chance >>= 5) id[i] = kDigits[chance & 31];
    chance = random_();
    for (std::size_t i = 22; i < 26; ++i, chance >>= 5) id[i] = kDigits[chance & 31];
    return id;
  }

 private:
  static std::uint64_t seed() {
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32) | device();
  }

  std::mt19937_64 random_;
};

}  // namespace geminate::app
