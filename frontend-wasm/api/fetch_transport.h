#pragma once

#include <map>

#include "frontend-wasm/api/transport.h"

namespace geminate::ui {

/// The browser's fetch (web_fetch.js). The console has one, made before the first call and never destroyed.
class FetchTransport final : public Transport {
 public:
  FetchTransport();
  FetchTransport(const FetchTransport&) = delete;
  FetchTransport& operator=(const FetchTransport&) = delete;

  CallId send(TransportRequest request, Done done) override;
  void abort(CallId call) override;

  /// From web_fetch.js.
  void answered(CallId call, TransportAnswer answer);

 private:
  CallId last_call_ = 0;
  std::map<CallId, Done> waiting_;
};

}  // namespace geminate::ui
