#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>

#include "shared/api/endpoints.h"

namespace geminate::ui {

struct TransportRequest {
  api::Verb verb = api::Verb::Get;
  std::string path;
  std::string body;  // JSON; empty: none is sent
  double timeout_seconds = 15;
};

struct TransportAnswer {
  std::uint16_t status = 0;  // 0: no answer came (no connection, too late)
  std::string body;
};

// What a streamed answer brings, in this order: its head, pieces, its end. Where no answer came, the end
// alone.
struct StreamHead {
  std::uint16_t status = 0;
  std::string request_id;
};
struct StreamPiece {
  std::string bytes;
};
struct StreamEnd {
  bool whole = false;  // false: it broke off, or never began
};
using StreamStep = std::variant<StreamHead, StreamPiece, StreamEnd>;

/// Carries requests to the server that served the page. Two of them: the browser's fetch, and the tests'
/// fake. One thread; `done` is never called from within `send`.
class Transport {
 public:
  using CallId = std::uint32_t;
  using Done = std::function<void(TransportAnswer)>;

  virtual ~Transport() = default;
  /// Calls `done` once, unless the call is aborted before.
  virtual CallId send(TransportRequest request, Done done) = 0;
  /// Posts the body and calls `moved` as the answer arrives, however long it takes; the request's timeout
  /// does not count.
  virtual CallId stream(TransportRequest request, std::function<void(StreamStep)> moved) = 0;
  /// After this `done` or `moved` is not called any more. Nothing happens if the call is over.
  virtual void abort(CallId call) = 0;
};

}  // namespace geminate::ui
