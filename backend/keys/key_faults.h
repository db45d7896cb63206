#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "shared/core/error.h"

// What every key store says of an edit that it cannot carry out.
namespace geminate::keys {

inline Error unknown_key(std::int64_t id, std::string field = {}) {
  return {ErrorCode::NotFound, "there is no key " + std::to_string(id), {}, std::move(field), {}};
}
inline Error duplicate_key() {
  return {ErrorCode::Conflict, "this key is in the pool already", {}, "key_string", {}};
}
/// The patch's revision is not the row's.
inline Error stale_key() {
  return {ErrorCode::Conflict, "the key was changed meanwhile", {}, "revision", {}};
}

}  // namespace geminate::keys
