// What an exchange waits for before it goes upstream: a key, in line with others; and the egress breaker.
#include <algorithm>
#include <functional>

#include "backend/proxy/exchange.h"

namespace geminate::proxy {
namespace {

using keys::VerdictKind;
using std::chrono::milliseconds;

constexpr milliseconds kAfterAllWereTried{1'000};

Error rest_error(milliseconds back_in) {
  return Error{ErrorCode::RateLimited, "every upstream key rests or has reached its limit", {}, {}, back_in};
}

}  // namespace

void Exchange::note_served() {
  // With the first good byte: what others wait for may last as long as the answer.
  context_.pool.report(lease_, {}, {}, context_.loop.now());
  context_.waiting.answered(waiter_, plan_.model, WaitQueue::Answer::Served);
  breaker().on_served(attempt_began_);
  is_probe_ = false;
}

void Exchange::note_rest(const keys::Verdict& verdict) {
  if (verdict.kind != VerdictKind::Limited && verdict.kind != VerdictKind::NoQuotaForModel) return;
  const auto back = context_.loop.now().steady + verdict.retry_after;
  first_back_ = std::min(first_back_.value_or(back), back);
}

Error Exchange::with_own_refusals(Error refusal) const {
  const bool all_were_tried = refusal.code == ErrorCode::Unavailable;
  if (!first_back_ || (!all_were_tried && refusal.code != ErrorCode::RateLimited)) return refusal;
  const auto now = context_.loop.now().steady;
  // A rest that was but a moment is over, and yet each of them was asked once for this request already.
  auto back_in =
      *first_back_ > now ? std::chrono::ceil<milliseconds>(*first_back_ - now) : kAfterAllWereTried;
  if (!all_were_tried && refusal.retry_after) back_in = std::min(back_in, *refusal.retry_after);
  return rest_error(back_in);
}

bool Exchange::is_rest(const Error& error) const {
  // Whoever the breaker refuses is told at once.
  return error.code == ErrorCode::RateLimited && error.retry_after && !refused_by_breaker_;
}

void Exchange::refused_lease(const Error& error) {
  // What upstream said about somebody else's file tells the client more than our running out of keys to ask.
  if (so_far_.wrong_owners > 0 && upstream_status_ != 0) return relay_upstream_error();
  if (!is_owned() && is_rest(error) && join_line(*error.retry_after)) return;
  fail(error);
}

Error Exchange::resting_error() const {
  return rest_error(std::max(context_.waiting.back_in(plan_.model), milliseconds{1}));
}

bool Exchange::is_worth_waiting(milliseconds back_in) const {
  return context_.loop.now().steady + back_in < *wait_until_;
}

bool Exchange::join_line(milliseconds back_in) {
  if (!context_.waiting.has_room()) return false;
  const auto now = context_.loop.now().steady;
  if (!wait_until_) wait_until_ = now + std::min(context_.waiting.timeout(), time_left());
  if (!is_worth_waiting(back_in)) return false;
  waited_from_ = now;
  backoff_.set(std::chrono::floor<milliseconds>(*wait_until_ - now));
  context_.waiting.join(waiter_, plan_.model, back_in);
  return true;
}

TurnResult Exchange::take_turn() {
  // A key that was spent may have returned; one that a file does not belong to is still the wrong one.
  if (so_far_.wrong_owners == 0) tried_.clear();
  first_back_.reset();
  auto lease = acquire();
  if (lease.ok()) {
    leave_line();
    begin_attempt(std::move(lease).value());
    return {finished_ ? TurnResult::Kind::Left : TurnResult::Kind::Served, {}};
  }
  const Error& error = lease.error();
  if (is_rest(error) && is_worth_waiting(*error.retry_after))
    return {TurnResult::Kind::NotYet, *error.retry_after};
  leave_line();
  fail(error);
  return {TurnResult::Kind::Left, {}};
}

void Exchange::leave_line() {
  if (!waiter_.is_waiting()) return;
  waiter_.leave();
  backoff_.cancel();
  context_.metrics.queue_wait(static_cast<observe::Dialect>(plan_.dialect),
                              context_.loop.now().steady - *waited_from_);
}

void Exchange::give_up_waiting() {
  const Error error = resting_error();
  leave_line();
  fail(error);
}

void Exchange::pause_passed() {
  if (waiter_.is_waiting()) return give_up_waiting();
  attempt();
}

void Exchange::tell_line(VerdictKind verdict) {
  const bool is_refusal = verdict == VerdictKind::Limited || verdict == VerdictKind::NoQuotaForModel ||
                          verdict == VerdictKind::Egress || verdict == VerdictKind::UpstreamFault;
  context_.waiting.answered(waiter_, plan_.model,
                            is_refusal ? WaitQueue::Answer::Refused : WaitQueue::Answer::None);
  context_.waiting.lease_ended(plan_.model);
}

}  // namespace geminate::proxy
