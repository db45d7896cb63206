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
  CallId stream(TransportRequest request, std::function<void(StreamStep)> moved) override;
  void abort(CallId call) override;

  /// From web_fetch.js.
  void answered(CallId call, TransportAnswer answer);
  /// From web_stream.js.
  void moved(CallId call, StreamStep step);

 private:
  CallId last_call_ = 0;
  std::map<CallId, Done> waiting_;
  std::map<CallId, std::function<void(StreamStep)>> streams_;
};

}  // namespace geminate::ui
