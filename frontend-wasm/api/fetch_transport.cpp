#include "frontend-wasm/api/fetch_transport.h"

#include <emscripten.h>

#include <string>
#include <string_view>
#include <utility>

extern "C" {
void web_fetch(unsigned call, const char* verb, const char* path, const char* body, double timeout_seconds);
void web_abort(unsigned call);
}

namespace geminate::ui {
namespace {

// JavaScript calls a plain function, which has to know where to go.
FetchTransport* the_transport = nullptr;

}  // namespace

FetchTransport::FetchTransport() { the_transport = this; }

Transport::CallId FetchTransport::send(TransportRequest request, Done done) {
  const CallId call = ++last_call_;
  waiting_.emplace(call, std::move(done));
  const std::string method(api::method_name(request.verb));
  web_fetch(call, method.c_str(), request.path.c_str(), request.body.c_str(), request.timeout_seconds);
  return call;
}

void FetchTransport::abort(CallId call) {
  if (waiting_.erase(call) > 0) web_abort(call);
}

void FetchTransport::answered(CallId call, TransportAnswer answer) {
  auto waiting = waiting_.extract(call);
  if (!waiting.empty()) waiting.mapped()(std::move(answer));
}

}  // namespace geminate::ui

extern "C" EMSCRIPTEN_KEEPALIVE void ui_answered(unsigned call, int status, const char* body, int size) {
  using namespace geminate::ui;
  if (the_transport == nullptr) return;
  the_transport->answered(
      call, {static_cast<std::uint16_t>(status), std::string(body, static_cast<std::size_t>(size))});
}
