#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace geminate::usage {

/// A number's or a text's place in a filter; kept in files, so never to be changed.
std::uint64_t filter_hash(std::int64_t id);
std::uint64_t filter_hash(std::string_view text);

/// A set of hashes that may take a stranger for a member (about one in thirty), never the other way about:
/// enough to pass over what cannot hold the thing looked for. 16 bits a member, a power of two in all.
std::string make_id_filter(std::span<const std::uint64_t> hashes);

/// True for a filter that was not made here: what cannot be read must be looked into.
bool may_hold(std::string_view filter, std::uint64_t hash);

}  // namespace geminate::usage
