#include "frontend-wasm/api/fetch_transport.h"

#include <emscripten.h>

#include <string>
#include <string_view>
#include <utility>

extern "C" {
void web_fetch(unsigned call, const char* verb, const char* path, const char* body, double timeout_seconds);
void web_abort(unsigned call);
void web_stream(unsigned call, const char* path, const char* body, std::size_t size);
void web_stream_abort(unsigned call);
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

Transport::CallId FetchTransport::stream(TransportRequest request, std::function<void(StreamStep)> moved) {
  const CallId call = ++last_call_;
  streams_.emplace(call, std::move(moved));
  web_stream(call, request.path.c_str(), request.body.data(), request.body.size());
  return call;
}

void FetchTransport::abort(CallId call) {
  if (waiting_.erase(call) > 0) web_abort(call);
  if (streams_.erase(call) > 0) web_stream_abort(call);
}

void FetchTransport::answered(CallId call, TransportAnswer answer) {
  auto waiting = waiting_.extract(call);
  if (!waiting.empty()) waiting.mapped()(std::move(answer));
}

void FetchTransport::moved(CallId call, StreamStep step) {
  const auto found = streams_.find(call);
  if (found == streams_.end()) return;
  // A copy: whoever hears of it may abort the call.
  const auto tell = found->second;
  if (std::holds_alternative<StreamEnd>(step)) streams_.erase(found);
  tell(std::move(step));
}

}  // namespace geminate::ui

extern "C" EMSCRIPTEN_KEEPALIVE void ui_answered(unsigned call, int status, const char* body, int size) {
  using namespace geminate::ui;
  if (the_transport == nullptr) return;
  the_transport->answered(
      call, {static_cast<std::uint16_t>(status), std::string(body, static_cast<std::size_t>(size))});
}

extern "C" {
EMSCRIPTEN_KEEPALIVE void ui_stream_head(unsigned call, int status, const char* request_id) {
  using namespace geminate::ui;
  the_transport->moved(call, StreamHead{static_cast<std::uint16_t>(status), request_id});
}
EMSCRIPTEN_KEEPALIVE void ui_stream_piece(unsigned call, const char* bytes, int size) {
  using namespace geminate::ui;
  the_transport->moved(call, StreamPiece{std::string(bytes, static_cast<std::size_t>(size))});
}
EMSCRIPTEN_KEEPALIVE void ui_stream_end(unsigned call, int whole) {
  using namespace geminate::ui;
  the_transport->moved(call, StreamEnd{whole != 0});
}
}
