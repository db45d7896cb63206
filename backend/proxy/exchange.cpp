#include "backend/proxy/exchange.h"

#include <algorithm>
#include <utility>

#include "backend/observe/log.h"
#include "backend/proxy/upstream_error.h"
#include "backend/upstream/google_error.h"
#include "backend/upstream/secret_scrubber.h"
#include "shared/core/ascii.h"

namespace geminate::proxy {
namespace {

using keys::VerdictKind;

Error timeout_error() {
  return Error{ErrorCode::UpstreamTimeout, "upstream did not answer in time", {}, {}, {}};
}

Error error_of(const upstream::CallFailure& failure) {
  using upstream::FailureKind;
  switch (failure.kind) {
    case FailureKind::FirstByteTimeout:
    case FailureKind::IdleTimeout:
    case FailureKind::TotalTimeout:
    case FailureKind::ConnectTimeout:
      return timeout_error();
    case FailureKind::Address:
      return Error{
          ErrorCode::UpstreamFailed,
          "upstream's name leads to an address of a private or special network, which is not connected "
          "to unless UPSTREAM_ALLOWED_ADDRESSES allows it",
          failure.detail,
          {},
          {}};
    case FailureKind::Proxy:
      return Error{
          ErrorCode::UpstreamFailed, "the proxy on the way to upstream failed", failure.detail, {}, {}};
    default:
      return Error{
          ErrorCode::UpstreamFailed, "upstream could not be reached or broke off", failure.detail, {}, {}};
  }
}

// The verdicts and failures are counted under the same names in the same order.
static_assert(static_cast<int>(observe::AttemptVerdict::Egress) == static_cast<int>(VerdictKind::Egress));
static_assert(static_cast<int>(observe::UpstreamFailure::Proxy) ==
              static_cast<int>(upstream::FailureKind::Proxy));
static_assert(static_cast<int>(observe::Dialect::Management) == static_cast<int>(Dialect::Management));

observe::Dialect metric_dialect(Dialect dialect) { return static_cast<observe::Dialect>(dialect); }

}  // namespace

ExchangeContext::ExchangeContext(reactor::EventLoop& event_loop, upstream::UpstreamCaller& upstream_caller,
                                 keys::KeyPool& key_pool, observe::WorkerMetrics& worker_metrics,
                                 observe::Log& the_log, const EgressBreakers& egress_breakers,
                                 const UpstreamSettings& upstream_settings)
    : loop(event_loop),
      caller(upstream_caller),
      pool(key_pool),
      metrics(worker_metrics),
      log(the_log),
      breakers(egress_breakers),
      settings(upstream_settings),
      waiting(event_loop, upstream_settings.waiting),
      random(std::random_device{}()) {}

ExchangeContext::~ExchangeContext() = default;

void ExchangeContext::retire(std::size_t place) {
  in_flight.back()->place_ = place;
  std::swap(in_flight[place], in_flight.back());
  finished_.push_back(std::move(in_flight.back()));
  in_flight.pop_back();
  in_flight_count.store(in_flight.size(), std::memory_order_relaxed);
  if (finished_.size() == 1) loop.defer([this] { finished_.clear(); });
}

void ExchangeContext::attempt_later(std::uint64_t serial) {
  loop.defer([this, serial] {
    const auto found = std::find_if(in_flight.begin(), in_flight.end(),
                                    [serial](const auto& exchange) { return exchange->serial_ == serial; });
    if (found != in_flight.end()) (*found)->attempt();
  });
}

void Exchange::begin(ExchangeContext& context, http::HttpRequest&& request, http::ResponseSink& sink,
                     auth::TokenPass&& pass, std::string&& request_id, ExchangePlan&& plan) {
  auto owned = std::make_unique<Exchange>(context, std::move(request), sink, std::move(pass),
                                          std::move(request_id), std::move(plan));
  Exchange& exchange = *owned;
  exchange.place_ = context.in_flight.size();
  context.in_flight.push_back(std::move(owned));
  context.in_flight_count.store(context.in_flight.size(), std::memory_order_relaxed);
  context.metrics.client_bytes(observe::Direction::In, exchange.bytes_in_);
  context.budget.on_request();
  sink.observe(&exchange);
  exchange.deadline_.set(exchange.timeout_);
  exchange.watch_silence();
  if (auto found = exchange.find_owner(); !found.ok()) return exchange.fail(found.error());
  exchange.attempt();
}

Exchange::Exchange(ExchangeContext& context, http::HttpRequest&& request, http::ResponseSink& sink,
                   auth::TokenPass&& pass, std::string&& request_id, ExchangePlan&& plan)
    : context_(context),
      serial_(context.next_serial++),
      request_(std::move(request)),
      sink_(sink),
      pass_(std::move(pass)),
      request_id_(std::move(request_id)),
      plan_(std::move(plan)),
      bytes_in_(request_.body().size()),
      started_(context.loop.now().steady),
      timeout_(context.settings.request_timeout),
      deadline_(
          context.loop.timers(), [](void* self) { static_cast<Exchange*>(self)->deadline_passed(); }, this),
      backoff_(
          context.loop.timers(), [](void* self) { static_cast<Exchange*>(self)->pause_passed(); }, this),
      silence_(
          context.loop.timers(), [](void* self) { static_cast<Exchange*>(self)->break_silence(); }, this),
      waiter_([](void* self) { return static_cast<Exchange*>(self)->take_turn(); }, this) {
  // Nobody reads it any more, and it may be 20 MB.
  if (plan_.body) request_.body_became(plan_.body->size());
}

void Exchange::attempt() {
  // Who comes new goes behind those that wait; but for one key alone nobody waits.
  if (attempts_.empty() && !is_owned() && context_.waiting.has_line(plan_.model))
    return refused_lease(resting_error());
  auto lease = acquire();
  if (!lease.ok()) return refused_lease(lease.error());
  begin_attempt(std::move(lease).value());
}

void Exchange::begin_attempt(keys::KeyLease&& lease) {
  lease_ = std::move(lease);
  attempt_began_ = context_.loop.now().steady;
  if (attempts_.capacity() == 0) attempts_.reserve(kUsualAttempts);
  attempts_.push_back({lease_.key().id(), VerdictKind::Fine, 0, take_wait(), since_begin(), {}});
  ++so_far_.attempts;
  send_upstream();
}

std::string_view Exchange::excerpt_of(std::string_view text) {
  constexpr std::size_t kExcerpt = 500;
  return text.substr(0, kExcerpt);
}

void Exchange::end_attempt(VerdictKind verdict) {
  Attempt& attempt = attempts_.back();
  attempt.verdict = verdict;
  attempt.duration = since_begin() - attempt.began;
  context_.metrics.attempts(static_cast<observe::AttemptVerdict>(verdict));
}

std::chrono::milliseconds Exchange::since_begin() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(context_.loop.now().steady - started_);
}

std::chrono::milliseconds Exchange::time_left() const { return timeout_ - since_begin(); }

std::chrono::milliseconds Exchange::take_wait() {
  if (!waited_from_) return {};
  const auto waited = context_.loop.now().steady - *waited_from_;
  waited_from_.reset();
  return std::chrono::duration_cast<std::chrono::milliseconds>(waited);
}

void Exchange::send_upstream() {
  plan_.mapper->reset();
  upstream_status_ = 0;
  way_fault_.reset();
  error_text_.clear();
  const std::string_view body = body_to_send();
  gather_fields(context_.fields);
  upstream::GeminiRequest wanted{plan_.method, plan_.target, context_.fields, std::nullopt};
  if (!body.empty() || (plan_.method != "GET" && plan_.method != "HEAD")) wanted.content_length = body.size();
  auto head = context_.settings.protocol.write_head(wanted, lease_.key().text());
  context_.fields.clear();
  if (!head.ok()) {
    lease_.settle(0, context_.loop.now());
    return fail(head.error());
  }
  upstream_head_ = std::move(head).value();

  upstream::CallRequest call;
  call.head = upstream_head_;
  call.body = body;
  call.deadlines = context_.settings.deadlines;
  call.head_only = plan_.method == "HEAD";
  calling_ = true;
  call_ = context_.caller.start(context_.settings.routes->target(route_), call, *this);
}

void Exchange::gather_fields(std::vector<upstream::RequestField>& fields) const {
  fields.clear();
  fields.reserve(request_.field_count() + 1);
  if (plan_.body) fields.push_back({"content-type", "application/json"});
  for (std::size_t i = 0; i < request_.field_count(); ++i) {
    const auto [name, value] = request_.field(i);
    // A translated request is ours: what the client says about its own body and answer is not upstream's
    // business.
    if (plan_.body && !iequals(name, "user-agent")) continue;
    fields.push_back({name, value});
  }
}

void Exchange::judge_answer(int status, std::string_view body) {
  // Upstream likes to quote what it was sent: our key must not travel on.
  error_text_ = upstream::scrub(body, lease_.key().text());
  const auto google = read_error(status);
  upstream_status_ = google.http_status;
  attempts_.back().upstream_status = upstream_status_;
  conclude_attempt(keys::judge(google, plan_.names_resource), client_error(google));
}

keys::GoogleError Exchange::read_error(int status) const {
  if (answer_is_good_) return upstream::read_google_error(status, error_text_);
  return upstream::read_google_error(
      status, error_text_, {error_content_type_, error_retry_after_, error_date_, context_.loop.now().wall});
}

void Exchange::on_failed(const upstream::CallFailure& failure) {
  calling_ = false;
  context_.metrics.upstream_failures(static_cast<observe::UpstreamFailure>(failure.kind));
  const Error error = error_of(failure);
  way_fault_ = failure.kind;
  // No client is told what the proxy said; the breaker bounds how often it is written down.
  if (failure.kind == upstream::FailureKind::Proxy)
    context_.log.warning("upstream_proxy_failed", {{"request", request_id_}, {"reason", failure.detail}});
  if (answered_) return inside_failure(error);
  upstream_status_ = 0;
  conclude_attempt(keys::judge(upstream::transport_fault(failure.kind)), error);
}

void Exchange::conclude_attempt(keys::Verdict verdict, const Error& error) {
  tell_breaker(verdict);
  end_attempt(verdict.kind);
  context_.pool.report(lease_, verdict, {request_id_, upstream_status_, excerpt_of(error_text_)},
                       context_.loop.now());
  // A refused attempt costs no tokens; one that broke off may have, so its estimate stays spent.
  if (upstream_status_ >= 400) {
    lease_.settle(0, context_.loop.now());
  } else {
    lease_.release();
  }
  tell_line(verdict.kind);
  note_rest(verdict);
  if (kind_for_retry(verdict.kind) == VerdictKind::UpstreamFault) ++so_far_.upstream_faults;
  if (verdict.kind == VerdictKind::WrongOwner) ++so_far_.wrong_owners;
  const double jitter = std::uniform_real_distribution<double>(0, 1)(context_.random);
  // What a resource's own key is refused, no other will get.
  const auto decision = is_owned() && verdict.kind == VerdictKind::WrongOwner
                            ? RetryDecision{}
                            : decide(kind_for_retry(verdict.kind), so_far_,
                                     {time_left(), error.retry_after, jitter}, context_.budget);
  switch (decision.step) {
    case NextStep::TryAnotherKey:
      if (verdict.kind == VerdictKind::Egress) way_error_ = way_fault_ ? error : egress_error();
      tried_.push_back(attempts_.back().key_id);
      context_.metrics.retries();
      // Not from here: upstream's callback is still on the stack, and a long row of refusals must not nest.
      return context_.attempt_later(serial_);
    case NextStep::TryAgain:
      context_.metrics.retries();
      waited_from_ = context_.loop.now().steady;
      return backoff_.set(decision.wait);
    case NextStep::GiveUp:
      return give_up(verdict.kind, error);
  }
}

void Exchange::give_up(VerdictKind verdict, const Error& error) {
  // A 401 or 403 about our key must never reach the client as if it were about its own.
  if (verdict == VerdictKind::Dead || verdict == VerdictKind::Suspect) {
    return fail({ErrorCode::CredentialsExhausted, "no upstream key was accepted", {}, {}, {}});
  }
  if (verdict == VerdictKind::Egress) return fail(way_fault_ ? error : egress_error());
  // Nor may one that a page sent, which speaks of nobody's credentials.
  if (verdict == VerdictKind::UpstreamFault && upstream_status_ < 500) return fail(error);
  if (upstream_status_ >= 400) return relay_upstream_error();
  return fail(error);
}

/// The client gets what upstream said, in its own dialect, without our keys in it.
void Exchange::relay_upstream_error() {
  const Error error = client_error(read_error(upstream_status_));
  if (plan_.dialect != Dialect::Gemini || answer_is_good_) return fail(error);
  http::ResponseHead head;
  head.status = static_cast<std::uint16_t>(upstream_status_);
  head.content_type = error_content_type_;
  head.extra = error_fields(request_id_, error) + own_fields();
  sink_.send(head, error_text_);
  finish(head.status, "upstream_error");
}

void Exchange::fail(const Error& error) {
  if (committed_) {
    end_with_error_event(error);
    return finish(downstream_.head.status, "cut");
  }
  send_error(sink_, plan_.dialect, request_id_, error, own_fields());
  finish(face_of(error.code).http_status, "error");
}

void Exchange::deadline_passed() {
  if (finished_) return;
  if (waiter_.is_waiting()) return give_up_waiting();
  if (calling_) context_.caller.cancel(call_);
  calling_ = false;
  backoff_.cancel();
  judge_passed_error();
  lease_.release();
  if (!committed_) return fail(timeout_error());
  end_with_error_event(timeout_error());
  finish(downstream_.head.status, "deadline");
}

void Exchange::on_client_gone() {
  if (calling_) context_.caller.cancel(call_);
  calling_ = false;
  context_.metrics.client_disconnects();
  // Many leave as soon as they have read of it.
  judge_passed_error();
  lease_.release();
  finish(499, "client_gone");
}

void Exchange::settle_tokens() {
  const auto usage = plan_.mapper->usage();
  const auto now = context_.loop.now();
  // An answer without a count may still have cost: the estimate stays, it is never refunded on a guess.
  if (!usage) return lease_.release();
  usage_ = usage;
  learn_tokens(*usage);
  lease_.settle(usage->total_tokens, now, usage->input_tokens);
  pass_.spend(usage->total_tokens, now);
  if (pass_.has_budget()) charge_budget(*usage);
  context_.metrics.tokens(observe::Direction::In, static_cast<std::uint64_t>(usage->input_tokens));
  context_.metrics.tokens(observe::Direction::Out, static_cast<std::uint64_t>(usage->output_tokens));
}

void Exchange::record_end(std::uint16_t status, std::string_view outcome) {
  const auto ended = std::chrono::steady_clock::now();
  const auto dialect = metric_dialect(plan_.dialect);
  const bool whole = outcome != "cut" && outcome != "client_gone";
  context_.metrics.requests(dialect, whole ? observe::status_class(status) : observe::StatusClass::Cut);
  context_.metrics.request_duration(dialect, ended - started_);
  if (first_byte_) context_.metrics.time_to_first_byte(dialect, *first_byte_ - started_);
  if (context_.usage != nullptr) record_usage(status, outcome, ended);
  if (context_.live != nullptr && context_.live->has_listeners()) publish_summary(status, outcome, ended);
  if (!context_.log.enabled(observe::Level::Info)) return;
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(ended - started_).count();
  context_.log.info("request", {{"id", request_id_},
                                {"dialect", dialect_name(plan_.dialect)},
                                {"model", plan_.model},
                                {"status", status},
                                {"outcome", outcome},
                                {"token", pass_.token().id},
                                {"key", attempts_.empty() ? 0 : attempts_.back().key_id},
                                {"attempts", attempts_.size()},
                                {"ms", ms}});
}

void Exchange::finish(std::uint16_t status, std::string_view outcome) {
  if (finished_) return;
  finished_ = true;
  if (is_probe_) breaker().probe_ended();
  // Refused by upstream each time, or never sent: for certain it cost nothing. In doubt the estimate stays.
  const auto refused = [](const Attempt& each) { return each.upstream_status >= 400; };
  if (std::all_of(attempts_.begin(), attempts_.end(), refused)) pass_.spend(0, context_.loop.now());
  if (pass_.has_budget() && committed_ && !usage_) {
    // An answer that broke off may have said before what it cost.
    if (const auto counts = plan_.mapper->usage()) charge_budget(*counts);
  }
  deadline_.cancel();
  backoff_.cancel();
  silence_.cancel();
  lease_.release();
  leave_line();
  context_.waiting.answered(waiter_, plan_.model, WaitQueue::Answer::None);
  context_.waiting.lease_ended(plan_.model);
  record_end(status, outcome);
  context_.retire(place_);
}

}  // namespace geminate::proxy
