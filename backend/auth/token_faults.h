#pragma once

#include <cstdint>
#include <string>

#include "shared/core/error.h"

// What every token store says of an edit that it cannot carry out.
namespace geminate::auth {

inline Error unknown_token(std::int64_t id) {
  return {ErrorCode::NotFound, "there is no client token " + std::to_string(id), {}, {}, {}};
}
inline Error duplicate_token() {
  return {ErrorCode::Conflict, "this client token exists already", {}, {}, {}};
}
/// The patch's revision is not the row's.
inline Error stale_token() {
  return {ErrorCode::Conflict, "the client token was changed meanwhile", {}, "revision", {}};
}

}  // namespace geminate::auth
