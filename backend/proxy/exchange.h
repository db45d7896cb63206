#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "backend/auth/authenticator.h"
#include "backend/http/response_sink.h"
#include "backend/keys/key_pool.h"
#include "backend/keys/published.h"
#include "backend/observe/live_feed.h"
#include "backend/observe/log.h"
#include "backend/observe/metrics.h"
#include "backend/proxy/answer_mapper.h"
#include "backend/proxy/attempt.h"
#include "backend/proxy/conversation_window.h"
#include "backend/proxy/dialect.h"
#include "backend/proxy/egress_breakers.h"
#include "backend/proxy/resource_track.h"
#include "backend/proxy/retry_policy.h"
#include "backend/proxy/token_calibration.h"
#include "backend/proxy/wait_queue.h"
#include "backend/reactor/event_loop.h"
#include "backend/reactor/spare_blocks.h"
#include "backend/upstream/egress_routes.h"
#include "backend/upstream/gemini_protocol.h"
#include "backend/upstream/upstream_call.h"
#include "backend/usage/prices.h"
#include "backend/usage/recorder.h"

namespace geminate::proxy {

/// How upstream is reached. Each worker has its own, which changes between two turns of its loop alone.
struct UpstreamSettings {
  upstream::GeminiProtocol protocol;
  upstream::Deadlines deadlines;
  /// All attempts of one request together.
  std::chrono::milliseconds request_timeout{600'000};
  WaitLimits waiting{};
  /// A stream that has been silent for so long says that it lives, where its dialect has a way to.
  std::chrono::milliseconds keep_alive{15'000};
  /// Never null.
  std::shared_ptr<const upstream::EgressRoutes> routes =
      std::make_shared<upstream::EgressRoutes>(protocol.target());
};

class Exchange;

/// What the exchanges of one worker share. Lives on its worker's loop and outlives its exchanges.
struct ExchangeContext {
  ExchangeContext(reactor::EventLoop& event_loop, upstream::UpstreamCaller& upstream_caller,
                  keys::KeyPool& key_pool, observe::WorkerMetrics& worker_metrics, observe::Log& the_log,
                  const EgressBreakers& egress_breakers, const UpstreamSettings& upstream_settings);
  ~ExchangeContext();

  reactor::EventLoop& loop;
  upstream::UpstreamCaller& caller;
  keys::KeyPool& pool;
  observe::WorkerMetrics& metrics;
  observe::Log& log;
  /// The process's, one for each way out, shared with the other workers.
  const EgressBreakers& breakers;
  const UpstreamSettings& settings;
  /// Hears of each request that has ended, if anybody listens; null: nobody can.
  observe::LiveFeed* live = nullptr;
  RetryBudget budget;
  WaitQueue waiting;
  /// What is known of the models' tokens, for conversations that are cut to a window.
  TokenCalibration calibration;
  std::minstd_rand random;
  /// Exchanges in flight; each knows its place in the list.
  std::vector<std::unique_ptr<Exchange>> in_flight;
  /// For whoever gathers a request's fields; empty in between.
  std::vector<upstream::RequestField> fields;
  /// Their number, for other threads to read.
  std::atomic<std::size_t> in_flight_count{0};
  /// Takes the record of every request that has ended; null: nobody wants them.
  usage::RecorderSlot* usage = nullptr;
  /// What models cost, for client tokens that have a budget; null: nothing.
  const keys::Published<usage::PriceTable>* prices = nullptr;
  /// Which key made what, and the addresses of uploads, shared with the other workers; null: not remembered,
  /// and not passed on.
  keys::ResourceOwners* owners = nullptr;
  const UploadTickets* uploads = nullptr;
  /// Names exchanges to tasks that may come after their end.
  std::uint64_t next_serial = 1;

  /// Takes the exchange out of in_flight. It is destroyed at the turn's end: its callers are still on the
  /// stack.
  void retire(std::size_t place);
  /// Runs the exchange's next attempt at the turn's end, if it is still in flight then.
  void attempt_later(std::uint64_t serial);

 private:
  std::vector<std::unique_ptr<Exchange>> finished_;
};

/// What an exchange asks of upstream.
struct ExchangePlan {
  Dialect dialect = Dialect::Gemini;
  std::string method;
  /// Path and query below the base URL, with the client's credentials taken out.
  std::string target;
  /// The real one, whatever the client called it.
  std::string model;
  /// What an administrator's alias let the client call it; empty: its own name.
  std::string alias;
  /// The body to send; empty: the client's own bytes.
  std::optional<std::string> body;
  std::int64_t estimated_tokens = 0;
  /// As keys::Demand has it.
  std::uint64_t affinity = 0;
  /// Whether path or body name a file or cached content, which belongs to one key.
  bool names_resource = false;
  /// Null where there is nothing to track.
  std::unique_ptr<ResourceTrack> resources;
  /// Ready-made head lines that every answer of this request carries (CORS).
  std::string further_fields;
  std::unique_ptr<AnswerMapper> mapper;
};

/// A client token that has its conversations cut to a window of its own need not have more reserved.
void fit_estimate(ExchangePlan& plan, const auth::ClientToken& token);

/// One request in flight: owns all its state, from the first lease to the one line in the log, and finishes
/// exactly once on every path. Lives on its worker's loop; nobody else may touch it.
class Exchange final : public upstream::CallObserver,
                       public http::ResponseObserver,
                       public reactor::FromSpareBlocks<Exchange> {
 public:
  /// Begins the exchange; it lives in `context.in_flight` until it has finished. `sink` may be finished
  /// before this returns.
  static void begin(ExchangeContext& context, http::HttpRequest&& request, http::ResponseSink& sink,
                    auth::TokenPass&& pass, std::string&& request_id, ExchangePlan&& plan);

  /// For `begin` alone.
  Exchange(ExchangeContext& context, http::HttpRequest&& request, http::ResponseSink& sink,
           auth::TokenPass&& pass, std::string&& request_id, ExchangePlan&& plan);

  void on_head(const upstream::AnswerHead& head) override;
  void on_body(std::string_view bytes) override;
  void on_done() override;
  void on_failed(const upstream::CallFailure& failure) override;
  void on_client_gone() override;
  void on_drained() override;

 private:
  void attempt();
  /// A lease, unless the breaker or the pool refuses.
  Result<keys::KeyLease> acquire();
  Result<keys::KeyLease> acquire_by_route();
  Result<keys::KeyLease> lease_key(const std::vector<std::int64_t>& tried);
  /// The pool's refusal as the client hears it.
  [[nodiscard]] Error refusal_of(Error refusal) const;
  /// Takes that way from now on, if its breaker lets anybody go.
  bool may_go(std::size_t route);
  /// Of the way that is taken.
  [[nodiscard]] EgressBreaker& breaker() const;
  void begin_attempt(keys::KeyLease&& lease);
  void refused_lease(const Error& error);
  /// Remembers when the key that was refused returns.
  void note_rest(const keys::Verdict& verdict);
  /// The pool's refusal as the client hears it: of the keys that this request has tried the pool says only
  /// that they were.
  [[nodiscard]] Error with_own_refusals(Error refusal) const;
  /// Whether what refused a lease is that keys rest, which passes.
  [[nodiscard]] bool is_rest(const Error& error) const;
  /// Waits for a key that returns in `back_in`; false when there is no waiting for it.
  bool join_line(std::chrono::milliseconds back_in);
  /// Whether a key that returns in `back_in` returns in time for this request.
  [[nodiscard]] bool is_worth_waiting(std::chrono::milliseconds back_in) const;
  /// Whose things the request names. BadRequest when they are not all of one project.
  Status find_owner();
  /// Whether one key alone, or one of its project, can serve the request.
  [[nodiscard]] bool is_owned() const;
  /// Why the owner cannot be leased, as the client hears it.
  [[nodiscard]] Error owner_error(Error error) const;
  /// A good answer has begun, goes on, has ended: what it tells of who owns what.
  void begin_resources(const upstream::AnswerHead& head);
  void pass_upload_addresses(const upstream::AnswerHead& head);
  void note_resources(std::string_view piece);
  void end_resources();
  void remember(const std::string& name);
  TurnResult take_turn();
  void leave_line();
  /// Tells those in line how upstream took the attempt that has ended.
  void tell_line(keys::VerdictKind verdict);
  /// What those hear for whom no key returns in time.
  [[nodiscard]] Error resting_error() const;
  void give_up_waiting();
  /// A pause is over: the one before the next try, or as long as the request waits in line.
  void pause_passed();
  /// Writes down how the running attempt ended, and counts it.
  void end_attempt(keys::VerdictKind verdict);
  [[nodiscard]] std::chrono::milliseconds since_begin() const;
  /// Until the request's deadline.
  [[nodiscard]] std::chrono::milliseconds time_left() const;
  /// How long the request has waited since `waited_from_`, which ends.
  std::chrono::milliseconds take_wait();
  void send_upstream();
  /// The client's body or the plan's, cut to the context window if there is one; always from the whole.
  std::string_view body_to_send();
  /// The plan's fields, and what was left out.
  [[nodiscard]] std::string own_fields() const;
  /// Compares what upstream counted with the estimate that conversations are cut by.
  void learn_tokens(const upstream::UsageCounts& counts);
  /// The header fields that are offered to upstream; what may go on is the protocol's decision.
  void gather_fields(std::vector<upstream::RequestField>& fields) const;
  void good_piece(std::string_view bytes);
  /// The attempt is over and wasn't good: blame, then go on or give up.
  void conclude_attempt(keys::Verdict verdict, const Error& error);
  /// Tells the client how its last attempt failed.
  void give_up(keys::VerdictKind verdict, const Error& error);
  /// Tells the breaker of a failed attempt; what it takes for a refusal of everybody becomes an Egress
  /// verdict, so that no key is blamed.
  void tell_breaker(keys::Verdict& verdict);
  EgressBreaker::Effect report_to_breaker(const keys::Verdict& verdict);
  /// The verdict that says how an attempt is to be retried.
  [[nodiscard]] keys::VerdictKind kind_for_retry(keys::VerdictKind verdict) const;
  /// Upstream has begun to serve this request.
  void note_served();
  [[nodiscard]] Error egress_error() const;
  void judge_answer(int status, std::string_view body);
  /// What upstream's error answer says, its head included.
  [[nodiscard]] keys::GoogleError read_error(int status) const;
  /// As much of an error as tells people what happened.
  static std::string_view excerpt_of(std::string_view text);
  void inside_failure(const Error& error);
  /// Learns from what an answer that has begun said went wrong; nothing is tried again.
  void judge_inside(std::string_view said);
  /// The same for what has been passed on as it came; whether there was anything.
  bool judge_passed_error();
  /// Ends a begun answer so that the client knows it failed.
  void end_with_error_event(const Error& error);
  /// The fields that every answer to this request carries, as lines.
  void complete_head(http::ResponseHead& head) const;
  void commit();
  /// The client has heard nothing for a while.
  void break_silence();
  /// Counts from now, where the answer can say that it lives.
  void watch_silence();
  bool write(std::string_view bytes);
  void fail(const Error& error);
  void relay_upstream_error();
  void deadline_passed();
  /// Settles, records, logs and schedules its own end. Nothing may be touched after it.
  void finish(std::uint16_t status, std::string_view outcome);
  void settle_tokens();
  /// Takes what the request cost from its client token's budget, which it has.
  void charge_budget(const upstream::UsageCounts& counts);
  void record_end(std::uint16_t status, std::string_view outcome);
  void publish_summary(std::uint16_t status, std::string_view outcome, MonotonicTime ended) const;
  void record_usage(std::uint16_t status, std::string_view outcome, MonotonicTime ended);

  friend struct ExchangeContext;

  ExchangeContext& context_;
  std::size_t place_ = 0;
  const std::uint64_t serial_;
  http::HttpRequest request_;
  http::ResponseSink& sink_;
  auth::TokenPass pass_;
  std::string request_id_;
  ExchangePlan plan_;
  /// Of the body as the client sent it.
  const std::uint64_t bytes_in_;
  /// When the turn began in which the request was complete: it may have waited for others since.
  const MonotonicTime started_;
  /// As it was when the request began.
  const std::chrono::milliseconds timeout_;
  std::optional<MonotonicTime> first_byte_;
  reactor::Timer deadline_;
  reactor::Timer backoff_;
  reactor::Timer silence_;

  keys::KeyLease lease_;
  upstream::CallId call_;
  bool calling_ = false;
  std::string upstream_head_;
  /// Of conversations that are to be kept within a window.
  std::unique_ptr<ConversationWindow> window_;
  AttemptList attempts_;
  std::vector<std::int64_t> tried_;
  AttemptsSoFar so_far_;
  /// When a pause between two attempts, or a wait in line, began.
  std::optional<MonotonicTime> waited_from_;
  Waiter waiter_;
  /// It waits no longer than until then, all its waits together.
  std::optional<MonotonicTime> wait_until_;
  /// When the first of the keys returns whose quota was spent for this request.
  std::optional<MonotonicTime> first_back_;
  MonotonicTime attempt_began_{};
  /// The way to upstream that the running attempt takes, by its number.
  std::size_t route_ = 0;
  /// It was a breaker that refused a lease, not the pool.
  bool refused_by_breaker_ = false;
  /// How that way failed in the attempt that has ended, if it did.
  std::optional<upstream::FailureKind> way_fault_;
  /// What the client is told if no other way is left: why the last one failed.
  std::optional<Error> way_error_;
  /// The running attempt finds out for everybody whether upstream deals with us again.
  bool is_probe_ = false;

  /// Status of the answer being read.
  int upstream_status_ = 0;
  bool answer_is_good_ = false;
  DownstreamHead downstream_;
  /// Whether the client has got its head.
  bool committed_ = false;
  /// Whether it has got anything of the answer: from then on there is no other attempt.
  bool answered_ = false;
  bool finished_ = false;
  bool paused_ = false;
  /// Bytes of the answer's body so far.
  std::uint64_t bytes_out_ = 0;
  /// What upstream said the request cost; read when the answer was complete.
  std::optional<upstream::UsageCounts> usage_;
  /// An error answer's body, as far as it is looked at.
  std::string error_text_;
  std::string error_content_type_;
  std::string error_retry_after_;
  std::string error_date_;
};

}  // namespace geminate::proxy
