#include "backend/http/client_connection.h"

#include <utility>

#include "backend/http/client_set.h"

// What comes in: reading, framing, handing on, deadlines. What goes out is in client_answer.cpp.

namespace geminate::http {
namespace {

/// Of requests that wait for the one in flight; more is left in the kernel.
constexpr std::size_t kPendingLimit = 64 * 1024;
/// An answer that the client has not taken keeps its next request from being served.
constexpr std::size_t kUnsentLimit = 256 * 1024;
/// Reads in a row before other clients have their turn.
constexpr int kReadsPerTurn = 16;
/// What a client that connected and has asked for nothing yet may still take for it once the server drains.
constexpr std::chrono::milliseconds kFirstRequestOnDrain{500};

}  // namespace

ClientConnection::ClientConnection(ClientSet& set, int descriptor, std::string peer)
    : set_(&set),
      socket_(descriptor, set.open_tls(descriptor)),
      origin_(std::make_shared<const ClientOrigin>(ClientOrigin{std::move(peer), socket_.is_tls(), {}})),
      is_forwarded_(set.options().trusted_proxies.contains(origin_->address)),
      framing_(set.limits(), set.budget()),
      deadline_(set.loop().timers(), &ClientConnection::on_deadline, this),
      stalled_(set.loop().timers(), &ClientConnection::on_stalled, this) {
  const auto& timeouts = set.options().timeouts;
  deadline_.set(socket_.is_tls() ? timeouts.handshake : timeouts.keep_alive);
}

reactor::EventLoop& ClientConnection::loop() { return set_->loop(); }

void ClientConnection::on_ready(reactor::Readiness readiness) {
  if (readiness.ended) ended_ = true;
  if (readiness.writable && blocked_) {
    blocked_ = false;
    flush();
  }
  if (readiness.readable || readiness.ended || socket_.reads_when_writable()) read(ended_);
}

bool ClientConnection::may_read() const {
  if (phase_ == Phase::Closed) return false;
  if (phase_ == Phase::Reading) return pending_.empty() || queued() <= kUnsentLimit;
  if (phase_ == Phase::Lingering || phase_ == Phase::Closing) return true;
  return pending_.size() < kPendingLimit;
}

void ClientConnection::read(bool to_end) {
  unread_ = false;
  for (int reads = 0; phase_ != Phase::Closed; ++reads) {
    if (!may_read() || reads == kReadsPerTurn) {
      unread_ = true;
      if (may_read()) set_->schedule_next_turn(*this);
      return;
    }
    const auto buffer = set_->receive_buffer();
    const bool shook_hands = socket_.shakes_hands();
    const auto got = socket_.receive(buffer);
    if (shook_hands) [[unlikely]]
      note_handshake();
    if (got.state == Transfer::State::Again) return;
    if (got.state == Transfer::State::NotTls) {
      refuse_plain();
      continue;
    }
    if (got.state != Transfer::State::Moved) {
      ended_ = true;
      if (got.state == Transfer::State::Broken) broken_ = true;
      on_end_of_input();
      return;
    }
    take({buffer.data(), got.bytes});
    // A short read has emptied the socket; only an end may follow, which `to_end` tells.
    if (got.bytes < buffer.size() && !to_end && !socket_.has_ended()) return;
  }
}

void ClientConnection::note_handshake() {
  if (socket_.shakes_hands()) {
    if (socket_.reads_when_writable()) watch_writing();
    return;
  }
  if (is_idle()) deadline_.set(set_->options().timeouts.keep_alive);
  // What was to be sent all the same, say that there are too many connections.
  if (blocked_) {
    blocked_ = false;
    set_->schedule(*this);
  }
}

void ClientConnection::refuse_plain() {
  if (phase_ != Phase::Reading) return;
  refuse_request({ErrorCode::BadRequest, "this port speaks TLS: the address begins with https://"});
}

void ClientConnection::take(std::string_view bytes) {
  if (phase_ == Phase::Closing || phase_ == Phase::Lingering) return;
  if (phase_ == Phase::Reading && pending_.empty()) {
    process(bytes);
  } else {
    pending_.append(bytes);
  }
}

void ClientConnection::process(std::string_view bytes) {
  while (!bytes.empty() && phase_ == Phase::Reading && queued() <= kUnsentLimit) {
    switch (framing_.feed(bytes)) {
      case Framed::NeedMore:
        await_rest_of_request();
        break;
      case Framed::Complete:
        dispatch();
        break;
      case Framed::Fault:
        refuse_request(framing_.fault());
        return;
    }
  }
  if (phase_ == Phase::Closing || phase_ == Phase::Lingering || phase_ == Phase::Closed) return;
  // A copy of what is left; it may be a part of pending_ no longer, for at_turn_end moved that away.
  pending_.append(bytes);
}

void ClientConnection::await_rest_of_request() {
  const auto& timeouts = set_->options().timeouts;
  if (framing_.in_body()) {
    deadline_.set(timeouts.body_idle);
    if (framing_.wants_continue() && !continue_sent_) {
      continue_sent_ = true;
      out_.append("HTTP/1.1 100 Continue\r\n\r\n");
      set_->schedule(*this);
    }
  } else if (!framing_.at_start() && !header_deadline_set_) {
    header_deadline_set_ = true;
    deadline_.set(timeouts.header);
  }
}

void ClientConnection::dispatch() {
  deadline_.cancel();
  served_ = true;
  continue_sent_ = false;
  header_deadline_set_ = false;
  auto request = framing_.take();
  request.origin_ =
      is_forwarded_ ? forwarded_origin(request, origin_, set_->options().trusted_proxies) : origin_;
  answer_is_secure_ = request.is_secure();
  keep_alive_ = request.keep_alive_;
  minor_version_ = request.minor_version();
  head_only_ = request.method() == "HEAD";
  observer_ = nullptr;
  phase_ = Phase::InFlight;
  set_->handler().handle(std::move(request), *this);
}

void ClientConnection::refuse_request(const FramingFault& fault) {
  set_->counters().framing_faults.fetch_add(1, std::memory_order_relaxed);
  ResponseHead head;
  head.status = face_of(fault.code).http_status;
  head.content_type = "application/json";
  head.extra = "x-request-id: " + set_->make_request_id() + "\r\n";
  if (fault.code == ErrorCode::Unavailable) head.extra += "retry-after: 1\r\nretry-after-ms: 1000\r\n";
  const auto body = set_->handler().framing_error_body(framing_.target(), fault);
  framing_.drop_body();
  answer_is_secure_ = socket_.is_tls();
  minor_version_ = 1;
  keep_alive_ = false;
  head_only_ = false;
  phase_ = Phase::InFlight;
  send(head, body);
}

void ClientConnection::refuse() {
  refuse_request(
      {ErrorCode::Unavailable, "the server has as many connections as it can serve; try again shortly"});
}

void ClientConnection::on_end_of_input() {
  switch (phase_) {
    case Phase::Reading:
      // Answers that wait are still sent; half a request is dropped.
      deadline_.cancel();
      phase_ = Phase::Closing;
      set_->schedule(*this);
      return;
    case Phase::InFlight:
    case Phase::Streaming:
      // Whoever ends its side before the answer has left: so do clients, and proxies take it for that.
      lose_client();
      return;
    case Phase::Closing:
      if (broken_) lose_client();
      return;
    case Phase::Lingering:
      close();
      return;
    case Phase::Closed:
      return;
  }
}

void ClientConnection::at_turn_end() {
  if (phase_ == Phase::Closed) return;
  if (broken_ && phase_ != Phase::Closed) {
    lose_client();
    return;
  }
  flush();
  if (phase_ == Phase::Reading && !pending_.empty()) {
    const auto input = std::exchange(pending_, {});
    process(input);
  }
  if (unread_ && may_read()) read(ended_);
}

void ClientConnection::begin_drain() {
  if (!is_idle()) return;
  // A request that came before the drain is answered, though its event was not served yet.
  read(ended_);
  if (!is_idle()) return;
  if (served_) {
    close();
  } else {
    deadline_.set(kFirstRequestOnDrain);
  }
}

bool ClientConnection::is_idle() const {
  return phase_ == Phase::Reading && framing_.at_start() && pending_.empty() && queued() == 0;
}

void ClientConnection::close_at_once() {
  if (has_request()) {
    lose_client();
  } else {
    close();
  }
}

void ClientConnection::lose_client() {
  auto* const observer = std::exchange(observer_, nullptr);
  close();
  if (observer != nullptr) observer->on_client_gone();
}

void ClientConnection::close() {
  if (phase_ == Phase::Closed) return;
  // An answer that is cut must not look like one that is whole.
  if (!has_request() && queued() == 0 && !broken_) socket_.say_goodbye();
  phase_ = Phase::Closed;
  deadline_.cancel();
  stalled_.cancel();
  set_->release(*this);
}

void ClientConnection::on_deadline(void* self) {
  auto& client = *static_cast<ClientConnection*>(self);
  const bool idle = client.phase_ == Phase::Reading && client.framing_.at_start();
  if (idle && client.queued() != 0) {
    // It still takes its last answer; whether it does so fast enough is for the other timer.
    client.deadline_.set(client.set_->options().timeouts.keep_alive);
  } else if (idle || client.phase_ != Phase::Reading) {
    client.close();
  } else if (client.framing_.in_body()) {
    client.refuse_request({ErrorCode::RequestTimeout, "the request's body did not come in time"});
  } else {
    client.refuse_request({ErrorCode::RequestTimeout, "the request's head did not come in time"});
  }
}

void ClientConnection::on_stalled(void* self) { static_cast<ClientConnection*>(self)->lose_client(); }

}  // namespace geminate::http
