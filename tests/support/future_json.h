#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// What Gemini's answers may look like one day. Each function takes an answer's JSON and changes it at places
// that `seed` picks, always the same for the same seed.
namespace geminate::test {

/// Unknown members in objects, and parts of an unknown kind: what a reader has to pass over. What is free
/// data already (a call's arguments) stays as it is.
std::string with_unknown_members(std::string_view json, std::uint32_t seed);

/// Enum values that nobody knows yet, for finish reasons among them.
std::string with_unknown_values(std::string_view json, std::uint32_t seed);

/// null, or a value of another type, where something else stood.
std::string with_changed_types(std::string_view json, std::uint32_t seed);

}  // namespace geminate::test
