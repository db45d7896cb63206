#include "backend/usage/id_filter.h"

#include <bit>

namespace geminate::usage {
namespace {

constexpr std::size_t kBitsPerMember = 16;
constexpr std::size_t kLeastBits = 64;

/// The two bits of a member, each from its own half of the hash.
struct Places {
  std::size_t first;
  std::size_t second;
};

Places places_of(std::uint64_t hash, std::size_t bits) {
  return {static_cast<std::size_t>(hash) & (bits - 1), static_cast<std::size_t>(hash >> 32) & (bits - 1)};
}

bool bit_at(std::string_view filter, std::size_t place) {
  return ((static_cast<unsigned char>(filter[place / 8]) >> (place % 8)) & 1) != 0;
}

}  // namespace

std::uint64_t filter_hash(std::int64_t id) {
  // splitmix64's mixing: neighbouring ids must land far apart.
  auto x = static_cast<std::uint64_t>(id) + 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

std::uint64_t filter_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return filter_hash(static_cast<std::int64_t>(hash));
}

std::string make_id_filter(std::span<const std::uint64_t> hashes) {
  const std::size_t bits = std::bit_ceil(std::max(hashes.size() * kBitsPerMember, kLeastBits));
  std::string filter(bits / 8, '\0');
  for (const std::uint64_t hash : hashes) {
    const auto [first, second] = places_of(hash, bits);
    for (const std::size_t place : {first, second}) {
      filter[place / 8] =
          static_cast<char>(static_cast<unsigned char>(filter[place / 8]) | (1U << (place % 8)));
    }
  }
  return filter;
}

bool may_hold(std::string_view filter, std::uint64_t hash) {
  const std::size_t bits = filter.size() * 8;
  if (bits < kLeastBits || !std::has_single_bit(bits)) return true;
  const auto [first, second] = places_of(hash, bits);
  return bit_at(filter, first) && bit_at(filter, second);
}

}  // namespace geminate::usage
