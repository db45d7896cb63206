#include "backend/proxy/exchange.h"

#include <algorithm>

#include "backend/observe/log.h"
#include "backend/proxy/upstream_error.h"
#include "backend/upstream/google_error.h"
#include "backend/upstream/secret_scrubber.h"
#include "shared/core/ascii.h"

namespace geminate::proxy {
namespace {

using keys::VerdictKind;

/// More of an error body than this is neither read for its meaning nor handed on.
constexpr std::size_t kMaximumErrorBytes = 64 * 1024;

/// A redirect is never followed and never passed on: whoever followed it would carry a credential elsewhere.
/// 304 and 308 (a resumable upload's "go on") are no redirects here.
bool is_good(int status) { return (status >= 200 && status < 300) || status == 304 || status == 308; }

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
    default:
      return Error{
          ErrorCode::UpstreamFailed, "upstream could not be reached or broke off", failure.detail, {}, {}};
  }
}

// The verdicts and failures are counted under the same names in the same order.
static_assert(static_cast<int>(observe::AttemptVerdict::Egress) == static_cast<int>(VerdictKind::Egress));
static_assert(static_cast<int>(observe::UpstreamFailure::TotalTimeout) ==
              static_cast<int>(upstream::FailureKind::TotalTimeout));
static_assert(static_cast<int>(observe::Dialect::Management) == static_cast<int>(Dialect::Management));

/// Neither the key's nor the client's.
bool is_of_nobody(VerdictKind kind) {
  return kind == VerdictKind::UpstreamFault || kind == VerdictKind::Egress;
}

/// As much of an error as tells people what happened.
std::string_view excerpt_of(std::string_view text) {
  constexpr std::size_t kExcerpt = 500;
  return text.substr(0, kExcerpt);
}

observe::Dialect metric_dialect(Dialect dialect) { return static_cast<observe::Dialect>(dialect); }

}  // namespace

ExchangeContext::ExchangeContext(reactor::EventLoop& event_loop, upstream::UpstreamCaller& upstream_caller,
                                 keys::KeyPool& key_pool, observe::WorkerMetrics& worker_metrics,
                                 observe::Log& the_log, const UpstreamSettings& upstream_settings)
    : loop(event_loop),
      caller(upstream_caller),
      pool(key_pool),
      metrics(worker_metrics),
      log(the_log),
      settings(upstream_settings),
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
  context.metrics.client_bytes(observe::Direction::In, exchange.request_.body().size());
  context.budget.on_request();
  sink.observe(&exchange);
  exchange.deadline_.set(context.settings.request_timeout);
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
      started_(std::chrono::steady_clock::now()),
      deadline_(
          context.loop.timers(), [](void* self) { static_cast<Exchange*>(self)->deadline_passed(); }, this),
      backoff_(
          context.loop.timers(), [](void* self) { static_cast<Exchange*>(self)->attempt(); }, this) {}

void Exchange::attempt() {
  const keys::Demand demand{plan_.model, plan_.estimated_tokens, tried_};
  auto lease = context_.pool.acquire(demand, context_.loop.now());
  if (!lease.ok()) {
    // What upstream said about somebody else's file tells the client more than our running out of keys to
    // ask.
    if (so_far_.wrong_owners > 0 && upstream_status_ != 0) return relay_upstream_error();
    return fail(lease.error());
  }
  lease_ = std::move(lease).value();
  attempts_.push_back({lease_.key().id, VerdictKind::Fine, 0});
  ++so_far_.attempts;
  send_upstream();
}

void Exchange::send_upstream() {
  plan_.mapper->reset();
  upstream_status_ = 0;
  error_text_.clear();
  const std::string_view body =
      plan_.body ? std::string_view(*plan_.body) : std::string_view(request_.body());
  gather_fields(context_.fields);
  upstream::GeminiRequest wanted{plan_.method, plan_.target, context_.fields, std::nullopt};
  if (!body.empty() || (plan_.method != "GET" && plan_.method != "HEAD")) wanted.content_length = body.size();
  auto head = context_.settings.protocol.write_head(wanted, lease_.key().text);
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
  call_ = context_.caller.start(context_.settings.protocol.target(), call, *this);
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

void Exchange::on_head(const upstream::AnswerHead& head) {
  upstream_status_ = head.status;
  attempts_.back().upstream_status = head.status;
  answer_is_good_ = is_good(head.status);
  if (answer_is_good_) {
    downstream_ = plan_.mapper->on_head(head);
  } else {
    error_content_type_ = std::string(head.header("content-type"));
    error_retry_after_ = std::string(head.header("retry-after"));
  }
}

void Exchange::on_body(std::string_view bytes) {
  if (answer_is_good_) return good_piece(bytes);
  error_text_.append(bytes.substr(0, kMaximumErrorBytes - std::min(error_text_.size(), kMaximumErrorBytes)));
}

void Exchange::good_piece(std::string_view bytes) {
  const auto mapped = plan_.mapper->on_piece(bytes);
  if (!mapped.ok()) return inside_failure(mapped.error());
  if (!mapped->empty() && !write(*mapped)) {
    paused_ = true;
    context_.caller.pause(call_);
  }
}

void Exchange::on_done() {
  calling_ = false;
  if (!answer_is_good_) return judge_answer(upstream_status_, error_text_);
  const auto rest = plan_.mapper->on_end();
  if (!rest.ok()) return inside_failure(rest.error());
  context_.pool.report(lease_, {}, {}, context_.loop.now());
  context_.metrics.attempts(observe::AttemptVerdict::Fine);
  settle_tokens();
  const auto status = downstream_.head.status;
  if (plan_.mapper->is_whole() && !committed_) {
    first_byte_ = context_.loop.now().steady;
    complete_head(downstream_.head);
    context_.metrics.client_bytes(observe::Direction::Out, rest->size());
    sink_.send(downstream_.head, *rest);
    return finish(status, "served");
  }
  if (!rest->empty() || !committed_) write(*rest);
  sink_.end();
  finish(status, "served");
}

void Exchange::complete_head(http::ResponseHead& head) const {
  head.extra.reserve(head.extra.size() + request_id_.size() + plan_.further_fields.size() + 32);
  head.extra.append("x-request-id: ").append(request_id_).append("\r\n").append(plan_.further_fields);
}

void Exchange::commit() {
  committed_ = true;
  first_byte_ = context_.loop.now().steady;
  complete_head(downstream_.head);
  sink_.begin_stream(downstream_.head, downstream_.content_length);
}

bool Exchange::write(std::string_view bytes) {
  if (!committed_) commit();
  if (bytes.empty()) return true;
  context_.metrics.client_bytes(observe::Direction::Out, bytes.size());
  return sink_.write(bytes) == http::WriteResult::More;
}

void Exchange::on_drained() {
  if (!paused_) return;
  paused_ = false;
  if (calling_) context_.caller.resume(call_);
}

/// A 200 that turned out to carry an error.
void Exchange::inside_failure(const Error& error) {
  if (calling_) context_.caller.cancel(call_);
  calling_ = false;
  if (!committed_) return judge_answer(0, error.detail);
  // What an event says of the key's quota holds although this request cannot be tried again.
  const std::string scrubbed = upstream::scrub(error.detail, lease_.key().text);
  const auto google = upstream::read_google_error(0, scrubbed);
  context_.pool.report(lease_, keys::judge(google, plan_.names_resource),
                       {request_id_, google.http_status, excerpt_of(scrubbed)}, context_.loop.now());
  Error told = error;
  told.message = upstream::scrub(error.message, lease_.key().text);
  lease_.release();
  end_with_error_event(told);
  finish(downstream_.head.status, "cut");
}

void Exchange::end_with_error_event(const Error& error) {
  const std::string event = plan_.mapper->error_event(error);
  if (event.empty()) return sink_.abort();
  sink_.write(event);
  sink_.end();
}

void Exchange::judge_answer(int status, std::string_view body) {
  // Upstream likes to quote what it was sent: our key must not travel on.
  error_text_ = upstream::scrub(body, lease_.key().text);
  const auto google = read_error(status);
  upstream_status_ = google.http_status;
  attempts_.back().upstream_status = upstream_status_;
  const auto verdict = keys::judge(google, plan_.names_resource);
  conclude_attempt(verdict, client_error(google));
}

keys::GoogleError Exchange::read_error(int status) const {
  if (answer_is_good_) return upstream::read_google_error(status, error_text_);
  return upstream::read_google_error(status, error_text_, {error_content_type_, error_retry_after_});
}

void Exchange::on_failed(const upstream::CallFailure& failure) {
  calling_ = false;
  context_.metrics.upstream_failures(static_cast<observe::UpstreamFailure>(failure.kind));
  const Error error = error_of(failure);
  if (committed_) return inside_failure(error);
  upstream_status_ = 0;
  conclude_attempt(keys::judge(upstream::transport_fault(failure.kind)), error);
}

void Exchange::conclude_attempt(const keys::Verdict& verdict, const Error& error) {
  attempts_.back().verdict = verdict.kind;
  context_.metrics.attempts(static_cast<observe::AttemptVerdict>(verdict.kind));
  context_.pool.report(lease_, verdict, {request_id_, upstream_status_, excerpt_of(error_text_)},
                       context_.loop.now());
  // A refused attempt costs no tokens; one that broke off may have, so its estimate stays spent.
  if (upstream_status_ >= 400) {
    lease_.settle(0, context_.loop.now());
  } else {
    lease_.release();
  }
  if (verdict.kind == VerdictKind::UpstreamFault) ++so_far_.upstream_faults;
  if (verdict.kind == VerdictKind::WrongOwner) ++so_far_.wrong_owners;
  const double jitter = std::uniform_real_distribution<double>(0, 1)(context_.random);
  const auto decision = decide(verdict.kind, so_far_, context_.budget, jitter);
  switch (decision.step) {
    case NextStep::TryAnotherKey:
      tried_.push_back(attempts_.back().key_id);
      context_.metrics.retries();
      // Not from here: upstream's callback is still on the stack, and a long row of refusals must not nest.
      return context_.attempt_later(serial_);
    case NextStep::TryAgain:
      context_.metrics.retries();
      return backoff_.set(decision.wait);
    case NextStep::GiveUp:
      // A 401 or 403 about our key must never reach the client as if it were about its own.
      if (verdict.kind == VerdictKind::Dead || verdict.kind == VerdictKind::Suspect) {
        return fail({ErrorCode::CredentialsExhausted, "no upstream key was accepted", {}, {}, {}});
      }
      // Nor may one that a page sent, which speaks of nobody's credentials.
      if (is_of_nobody(verdict.kind) && upstream_status_ < 500) return fail(error);
      if (upstream_status_ >= 400) return relay_upstream_error();
      return fail(error);
  }
}

/// The client gets what upstream said, in its own dialect, without our keys in it.
void Exchange::relay_upstream_error() {
  const Error error = client_error(read_error(upstream_status_));
  if (plan_.dialect != Dialect::Gemini || answer_is_good_) return fail(error);
  http::ResponseHead head;
  head.status = static_cast<std::uint16_t>(upstream_status_);
  head.content_type = error_content_type_;
  head.extra = error_fields(request_id_, error) + plan_.further_fields;
  sink_.send(head, error_text_);
  finish(head.status, "upstream_error");
}

void Exchange::fail(const Error& error) {
  send_error(sink_, plan_.dialect, request_id_, error, plan_.further_fields);
  finish(face_of(error.code).http_status, "error");
}

void Exchange::deadline_passed() {
  if (finished_) return;
  if (calling_) context_.caller.cancel(call_);
  calling_ = false;
  backoff_.cancel();
  lease_.release();
  if (!committed_) return fail(timeout_error());
  end_with_error_event(timeout_error());
  finish(downstream_.head.status, "deadline");
}

void Exchange::on_client_gone() {
  if (calling_) context_.caller.cancel(call_);
  calling_ = false;
  context_.metrics.client_disconnects();
  lease_.release();
  finish(499, "client_gone");
}

void Exchange::settle_tokens() {
  const auto usage = plan_.mapper->usage();
  const auto now = context_.loop.now();
  // An answer without a count may still have cost: the estimate stays, it is never refunded on a guess.
  if (!usage) return lease_.release();
  lease_.settle(usage->total_tokens, now);
  pass_.spend(usage->total_tokens, now);
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
  deadline_.cancel();
  backoff_.cancel();
  lease_.release();
  record_end(status, outcome);
  context_.retire(place_);
}

}  // namespace geminate::proxy
