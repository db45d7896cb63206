#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace geminate::simulator {

/// An answer before it is spoiled by a Behaviour. A plain one has `body` and a Content-Length; a streamed one
/// makes its pieces one by one, so that a huge stream costs no memory.
struct Reply {
  unsigned status = 200;
  std::string content_type = "application/json; charset=UTF-8";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  std::size_t piece_count = 0;
  /// Piece `index` of a stream, 0 up to piece_count - 1. Empty function: a plain answer.
  std::function<std::string(std::size_t index)> piece;

  [[nodiscard]] bool streamed() const { return static_cast<bool>(piece); }
};

}  // namespace geminate::simulator
