#pragma once

#include <cstddef>
#include <cstdint>

namespace geminate::http {

/// What became of one attempt to move bytes over a client's wire.
struct Transfer {
  enum class State : std::uint8_t {
    Moved,
    Again,
    Ended,
    Broken,
    /// Plain HTTP where TLS is spoken.
    NotTls,
  };
  State state = State::Again;
  std::size_t bytes = 0;
};

}  // namespace geminate::http
