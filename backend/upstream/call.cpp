#include "backend/upstream/call.h"

#include <algorithm>
#include <utility>

#include "backend/config/upstream_proxy.h"
#include "backend/upstream/connection_pool.h"

namespace geminate::upstream {

Call::Call(ConnectionPool& pool, std::uint32_t index)
    : pool_(pool),
      index_(index),
      phase_timer_(pool.loop_.timers(), on_phase_deadline, this),
      total_timer_(pool.loop_.timers(), on_total_deadline, this) {}

void Call::start(TargetPool& home, const CallRequest& request, CallObserver& observer) {
  home_ = &home;
  request_ = request;
  observer_ = &observer;
  write_broken_ = answer_begun_ = sent_again_ = paused_ = false;
  phase_ = Phase::Resolving;
  total_timer_.set(request.deadlines.total);
  if (Connection* connection = pool_.take_idle(home)) {
    attach(*connection);
    send();
  } else {
    open_fresh();
  }
}

void Call::open_fresh() {
  phase_ = Phase::Resolving;
  if (home_->target.tls && pool_.tls_ == nullptr) return fail(FailureKind::Tls, "TLS is not set up");
  connect_until_ = pool_.loop_.now().steady + request_.deadlines.connect;
  phase_timer_.set(request_.deadlines.connect);
  Addresses known = pool_.resolver_.find(dialled_host());
  if (known.empty()) {
    pool_.resolve(id(), dialled_host());
  } else {
    connect_to(std::move(known));
  }
}

const std::string& Call::dialled_host() const {
  const Target& target = home_->target;
  return target.proxy == nullptr ? target.host : target.proxy->host;
}

void Call::on_addresses(const Result<Addresses>& outcome) {
  if (phase_ != Phase::Resolving) return;
  const bool is_proxy = home_->target.proxy != nullptr;
  if (!outcome.ok())
    return fail(is_proxy ? FailureKind::Proxy : FailureKind::Resolve, outcome.error().detail);
  connect_to(*outcome);
}

void Call::connect_to(Addresses addresses) {
  const Target& target = home_->target;
  const std::uint16_t port = target.proxy == nullptr ? target.port : target.proxy->port;
  for (auto& address : addresses) address.set_port(port);
  if (home_->last_good) {
    const auto good = std::find(addresses.begin(), addresses.end(), *home_->last_good);
    if (good != addresses.end()) std::rotate(addresses.begin(), good, good + 1);
  }
  phase_ = Phase::Connecting;
  attach(pool_.make_connection(*home_));
  follow(
      connection_->connect(std::move(addresses), target, target.tls ? pool_.tls_ : nullptr, home_->session));
}

void Call::follow(Connection::Progress progress) {
  switch (progress) {
    case Connection::Progress::Waiting:
      return allow_attempt_its_share();
    case Connection::Progress::Open:
      home_->last_good = connection_->peer();
      return send();
    case Connection::Progress::Failed:
      // The name may lead elsewhere by now.
      pool_.connect_failed(dialled_host());
      return fail(connection_->failure_kind(), connection_->failure());
  }
}

void Call::allow_attempt_its_share() {
  // An address that swallows packets must leave time for the others.
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(connect_until_ - pool_.loop_.now().steady);
  phase_timer_.set(left / static_cast<std::chrono::milliseconds::rep>(connection_->addresses_left()));
}

void Call::attach(Connection& connection) {
  connection_ = &connection;
  connection.call = this;
}

void Call::send() {
  phase_ = Phase::Writing;
  written_ = 0;
  framing_.begin(request_.head_only);
  sent_in_turn_ = pool_.loop_.now().steady;
  phase_timer_.set(request_.deadlines.idle);
  write_on();
}

void Call::write_on() {
  const std::size_t total = request_.head.size() + request_.body.size();
  const std::size_t before = written_;
  while (written_ < total) {
    const IoResult result = connection_->write(request_.head, request_.body, written_);
    if (result.outcome == IoOutcome::Moved) {
      written_ += result.bytes;
    } else if (result.outcome == IoOutcome::Again) {
      if (written_ > before && !paused_) phase_timer_.set(request_.deadlines.idle);
      return;
    } else {
      // Upstream may have answered and hung up without reading all; reading tells.
      write_broken_ = true;
      written_ = total;
      return pool_.read_later(*this);
    }
  }
  if (phase_ != Phase::Writing) return;
  phase_ = framing_.begun() ? Phase::Reading : Phase::Waiting;
  const auto& deadlines = request_.deadlines;
  if (!paused_) phase_timer_.set(framing_.begun() ? deadlines.idle : deadlines.first_byte);
}

void Call::on_ready(reactor::Readiness readiness) {
  if (phase_ == Phase::Connecting) return follow(connection_->advance());
  // This turn's events are older than a request written in it: what they tell of was there before, and is no
  // answer.
  const bool stale = readiness.readable && connection_->reused && sent_in_turn_ == pool_.loop_.now().steady;
  if (stale && !framing_.begun() && !sent_again_ && !connection_->still_quiet()) return send_again();
  if (written_ < request_.head.size() + request_.body.size()) write_on();
  if (readiness.readable) read_from_connection();
}

void Call::read_on() {
  if (phase_ >= Phase::Writing) read_from_connection();
}

void Call::read_from_connection() {
  char* const buffer = pool_.read_buffer_.get();
  for (unsigned round = 0; round < ConnectionPool::kReadsPerTurn; ++round) {
    if (paused_) return;
    const IoResult result = connection_->read(buffer, ConnectionPool::kReadBytes);
    switch (result.outcome) {
      case IoOutcome::Moved:
        // A short read is no proof that nothing follows: the end of the stream may have come with the last
        // bytes, and then no further event does.
        if (!take({buffer, result.bytes})) return;
        break;
      case IoOutcome::Again:
        return write_broken_ ? on_end_of_stream(IoOutcome::Failed) : rest_until_more();
      default:
        return on_end_of_stream(result.outcome);
    }
  }
  rest_until_more();
  pool_.read_later(*this);
}

bool Call::take(std::string_view bytes) {
  const std::uint32_t generation = generation_;
  for (;;) {
    switch (framing_.next(bytes)) {
      case AnswerFraming::Step::NeedMore:
        if (phase_ == Phase::Waiting) phase_ = Phase::Reading;
        return true;
      case AnswerFraming::Step::Head:
        answer_begun_ = true;
        observer_->on_head(framing_.head());
        break;
      case AnswerFraming::Step::Body:
        observer_->on_body(framing_.piece());
        break;
      case AnswerFraming::Step::Done:
        complete(bytes.empty());
        return false;
      case AnswerFraming::Step::Fault:
        fail(FailureKind::Broken, framing_.fault());
        return false;
    }
    if (generation != generation_) return false;
  }
}

void Call::on_end_of_stream(IoOutcome outcome) {
  if (may_send_again()) return send_again();
  // An end that is not in order (a reset, TLS cut short) completes no answer.
  if (outcome == IoOutcome::Closed && framing_.closed() == AnswerFraming::Step::Done) return complete(true);
  fail(FailureKind::Broken,
       framing_.begun() ? "the connection ended within the answer" : "the connection ended before an answer");
}

bool Call::may_send_again() const { return connection_->reused && !framing_.begun() && !sent_again_; }

void Call::send_again() {
  sent_again_ = true;
  write_broken_ = false;
  pool_.drop(*std::exchange(connection_, nullptr));
  open_fresh();
}

void Call::rest_until_more() {
  if (phase_ == Phase::Reading && !paused_) phase_timer_.set(request_.deadlines.idle);
}

void Call::complete(bool nothing_left) {
  const bool written = written_ == request_.head.size() + request_.body.size() && !write_broken_;
  if (framing_.keep_alive() && nothing_left && written) pool_.park(*std::exchange(connection_, nullptr));
  end().on_done();
}

void Call::fail(FailureKind kind, std::string detail) {
  const CallFailure failure{kind, std::move(detail), answer_begun_};
  end().on_failed(failure);
}

void Call::cancel() { end(); }

CallObserver& Call::end() {
  phase_timer_.cancel();
  total_timer_.cancel();
  if (connection_ != nullptr) pool_.drop(*std::exchange(connection_, nullptr));
  phase_ = Phase::Free;
  ++generation_;
  pool_.recycle(*this);
  return *observer_;
}

void Call::pause() {
  paused_ = true;
  if (phase_ >= Phase::Waiting) phase_timer_.cancel();
}

void Call::resume() {
  if (!std::exchange(paused_, false)) return;
  if (phase_ == Phase::Waiting) phase_timer_.set(request_.deadlines.first_byte);
  rest_until_more();
  // Not now: the caller stands in a callback of its own.
  if (phase_ >= Phase::Writing) pool_.read_later(*this);
}

void Call::on_phase_deadline(void* self) { static_cast<Call*>(self)->phase_deadline(); }

void Call::on_total_deadline(void* self) {
  static_cast<Call*>(self)->fail(FailureKind::TotalTimeout, "the answer took too long in all");
}

void Call::connecting_took_too_long() {
  pool_.connect_failed(dialled_host());
  if (connection_->awaits_proxy()) return fail(FailureKind::Proxy, "the proxy opened no tunnel in time");
  fail(FailureKind::ConnectTimeout,
       connection_->shaking_hands() ? "TLS was not set up in time" : "no connection was made in time");
}

void Call::phase_deadline() {
  switch (phase_) {
    case Phase::Resolving:
      return fail(home_->target.proxy == nullptr ? FailureKind::ConnectTimeout : FailureKind::Proxy,
                  "the name could not be resolved in time");
    case Phase::Connecting:
      if (connection_->addresses_left() > 1 && pool_.loop_.now().steady < connect_until_) {
        return follow(connection_->try_next_address());
      }
      return connecting_took_too_long();
    case Phase::Waiting:
      return fail(FailureKind::FirstByteTimeout, "no answer came in time");
    case Phase::Writing:
      return fail(FailureKind::IdleTimeout, "upstream stopped reading the request");
    default:
      return fail(FailureKind::IdleTimeout, "the answer stalled");
  }
}

}  // namespace geminate::upstream
