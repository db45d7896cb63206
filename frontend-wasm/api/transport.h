#pragma once

#include <cstdint>
#include <functional>
#include <string>

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

/// Carries requests to the server that served the page. Two of them: the browser's fetch, and the tests'
/// fake. One thread; `done` is never called from within `send`.
class Transport {
 public:
  using CallId = std::uint32_t;
  using Done = std::function<void(TransportAnswer)>;

  virtual ~Transport() = default;
  /// Calls `done` once, unless the call is aborted before.
  virtual CallId send(TransportRequest request, Done done) = 0;
  /// After this `done` is not called any more. Nothing happens if it was called already.
  virtual void abort(CallId call) = 0;
};

}  // namespace geminate::ui
