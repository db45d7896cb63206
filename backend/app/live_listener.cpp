#include "backend/app/live_listener.h"

#include <utility>

#include "backend/reactor/event_loop.h"

namespace geminate::app {

LiveListener::LiveListener(observe::LiveFeed& feed, observe::WorkerMetrics& metrics, http::ResponseSink& sink)
    : feed_(feed),
      metrics_(metrics),
      sink_(&sink),
      keep_alive_(
          sink.loop().timers(), [](void* self) { static_cast<LiveListener*>(self)->keep_alive(); }, this),
      end_(
          sink.loop().timers(), [](void* self) { static_cast<LiveListener*>(self)->finish({}); }, this) {}

LiveListener::~LiveListener() {
  if (subscription_ != nullptr) feed_.unsubscribe(subscription_);
}

Status LiveListener::begin(observe::LiveFeed& feed, observe::WorkerMetrics& metrics, http::ResponseSink& sink,
                           std::string_view request_id, std::function<bool()> may_listen) {
  auto listener = std::make_shared<LiveListener>(feed, metrics, sink);
  listener->may_listen_ = std::move(may_listen);
  auto wake = [&loop = sink.loop(), weak = std::weak_ptr(listener)] {
    loop.post([weak] {
      if (const auto self = weak.lock()) self->deliver();
    });
  };
  GEMINATE_TRY(listener->subscription_, feed.subscribe(std::move(wake)));
  listener->open(request_id);
  return Status::success();
}

void LiveListener::open(std::string_view request_id) {
  self_ = shared_from_this();
  sink_->observe(this);
  http::ResponseHead head;
  head.content_type = "text/event-stream; charset=utf-8";
  head.extra.append("x-request-id: ").append(request_id);
  // Proxies in between that gather an answer would gather this one for ever.
  head.extra.append("\r\ncache-control: no-store\r\nx-accel-buffering: no\r\n");
  sink_->begin_stream(head, std::nullopt);
  write(": listening\n\n");
  keep_alive_.set(kKeepAlive);
  end_.set(kLongest);
}

void LiveListener::deliver() {
  const auto keep = shared_from_this();
  std::shared_ptr<const std::string> frame;
  while (sink_ != nullptr) {
    switch (feed_.take(*subscription_, frame)) {
      case observe::LiveFeed::Next::Frame:
        write(*frame);
        // The rest waits in the feed, as long as its bound allows.
        if (full_) return;
        break;
      case observe::LiveFeed::Next::Nothing:
        return;
      case observe::LiveFeed::Next::Lagged:
        metrics_.live_listeners_dropped();
        return finish("event: lagged\ndata: {}\n\n");
      case observe::LiveFeed::Next::Closed:
        return finish({});
    }
  }
}

void LiveListener::write(std::string_view frame) {
  if (sink_->write(frame) == http::WriteResult::Full) full_ = true;
}

void LiveListener::keep_alive() {
  if (may_listen_ && !may_listen_()) return finish({});
  if (!full_) write(": keep-alive\n\n");
  keep_alive_.set(kKeepAlive);
}

void LiveListener::finish(std::string_view frame) {
  const auto keep = shared_from_this();
  auto* const sink = sink_;
  leave();
  if (sink == nullptr) return;
  if (!frame.empty()) sink->write(frame);
  sink->end();
}

void LiveListener::on_client_gone() {
  const auto keep = shared_from_this();
  leave();
}

void LiveListener::on_drained() {
  full_ = false;
  deliver();
}

void LiveListener::leave() {
  sink_ = nullptr;
  keep_alive_.cancel();
  end_.cancel();
  if (subscription_ != nullptr) feed_.unsubscribe(std::exchange(subscription_, nullptr));
  self_.reset();
}

}  // namespace geminate::app
