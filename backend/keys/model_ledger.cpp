#include "backend/keys/model_ledger.h"

#include <algorithm>

#include "backend/keys/pacific_day.h"

namespace geminate::keys {
namespace {

std::int64_t millis(MonotonicTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

constexpr std::uint32_t kFull = 200;

std::uint32_t share(std::int64_t amount, std::uint32_t limit) {
  if (limit == 0) return 0;
  return static_cast<std::uint32_t>(std::min<std::int64_t>(kFull, amount * kFull / limit));
}

/// While a probe is on its way nobody knows when it ends.
constexpr std::int64_t kProbeWaitMs = 1000;

}  // namespace

LedgerTime::LedgerTime(const Now& now)
    : steady(now.steady),
      ms(millis(now.steady)),
      piece(MinuteWindow::piece_of(now.steady)),
      wall(now.wall),
      day(pacific_day(now.wall)) {}

std::int64_t LedgerTime::day_left_ms() const { return (next_pacific_midnight(wall) - wall).count(); }

ModelLedger::Bound ModelLedger::bound(QuotaKind kind, const QuotaLimits& beliefs, std::int32_t day) const {
  const auto own = limits_.get(kind);
  // What was learnt of a day may rest on another idea of when the day begins; only an admin's word is firm.
  using Kind = LedgerAnswer::Kind;
  if (own.amount != 0) {
    if (own.is_admins) return {own.amount, Kind::Full};
    if (is_daily(kind)) return {own.amount, Kind::Doubtful};
    return {own.amount, limits_.is_aged(kind, day) ? Kind::Believed : Kind::Full};
  }
  const std::uint8_t beyond = is_daily(kind) ? kBeyondDay : kBeyondMinute;
  if ((flags_.load(std::memory_order_relaxed) & beyond) != 0) return {};
  return {beliefs.get(kind).amount, Kind::Believed};
}

LedgerAnswer ModelLedger::ask(const LedgerTime& time, std::int64_t tokens, const QuotaLimits& beliefs) const {
  using Kind = LedgerAnswer::Kind;
  if (is_probing(time)) return {Kind::Probing, kProbeWaitMs};
  LedgerAnswer answer;
  const auto meet = [&answer](const Bound& bound, std::int64_t wait_ms) {
    if (bound.kind < answer.kind) return;
    answer.wait_ms = bound.kind == answer.kind ? std::max(answer.wait_ms, wait_ms) : wait_ms;
    answer.kind = bound.kind;
  };
  const Bound rpm = bound(QuotaKind::RequestsPerMinute, beliefs, time.day);
  const Bound tpm = bound(QuotaKind::TokensPerMinute, beliefs, time.day);
  if (rpm.amount != 0 || tpm.amount != 0) {
    const auto use = minute_.use(time.piece);
    if (rpm.amount != 0 && use.requests >= rpm.amount)
      meet(rpm, minute_.frees_in(time.steady, use.requests - rpm.amount + 1, 0));
    const std::int64_t wanted = use.tokens + std::max<std::int64_t>(0, tokens);
    // A request that is too large for any minute is Google's to refuse.
    if (tpm.amount != 0 && wanted > tpm.amount && use.tokens > 0)
      meet(tpm, minute_.frees_in(time.steady, 0, std::min(wanted - tpm.amount, use.tokens)));
  }
  const Bound rpd = bound(QuotaKind::RequestsPerDay, beliefs, time.day);
  if (rpd.amount != 0 && requests_on(time.day) >= rpd.amount) meet(rpd, time.day_left_ms());
  const Bound tpd = bound(QuotaKind::TokensPerDay, beliefs, time.day);
  if (tpd.amount != 0 && tokens_on(time.day) >= tpd.amount) meet(tpd, time.day_left_ms());
  return answer;
}

std::uint32_t ModelLedger::day_pressure(const LedgerTime& time, const QuotaLimits& beliefs) const {
  return std::max(share(requests_on(time.day), bound(QuotaKind::RequestsPerDay, beliefs, time.day).amount),
                  share(tokens_on(time.day), bound(QuotaKind::TokensPerDay, beliefs, time.day).amount));
}

std::uint32_t ModelLedger::pressure(const LedgerTime& time, const QuotaLimits& beliefs,
                                    const MinuteWindow::Use& use) const {
  const std::uint32_t minute =
      std::max(share(use.requests, bound(QuotaKind::RequestsPerMinute, beliefs, time.day).amount),
               share(use.tokens, bound(QuotaKind::TokensPerMinute, beliefs, time.day).amount));
  return std::max(minute, day_pressure(time, beliefs));
}

bool ModelLedger::begin(const LedgerTime& time, std::int64_t tokens) {
  const bool is_first = in_flight_.fetch_add(1, std::memory_order_relaxed) == 0;
  if (on_probation()) {
    if (!is_first && is_probing(time)) {
      in_flight_.fetch_sub(1, std::memory_order_relaxed);
      return false;
    }
    probe_began_.store(time.ms, std::memory_order_relaxed);
  }
  minute_.add(time.piece, 1, tokens);
  day_requests_.add(time.day, 1);
  if (tokens > 0) day_tokens_.add(time.day, tokens);
  return true;
}

void ModelLedger::end(MinuteWindow::Piece piece, std::int32_t day, std::int64_t estimate, std::int64_t input,
                      std::int64_t total) {
  if (input != estimate) minute_.correct(piece, 0, input - estimate);
  if (total != estimate) day_tokens_.add(day, total - estimate);
  in_flight_.fetch_sub(1, std::memory_order_release);
}

void ModelLedger::withdraw(const LedgerTime& time, std::int64_t tokens) {
  minute_.correct(time.piece, -1, -tokens);
  day_requests_.add(time.day, -1);
  if (tokens > 0) day_tokens_.add(time.day, -tokens);
  in_flight_.fetch_sub(1, std::memory_order_release);
}

bool ModelLedger::served(const LedgerTime& time, const QuotaLimits& beliefs) {
  bool changed = false;
  if (on_probation()) {
    flags_.fetch_and(static_cast<std::uint8_t>(~kProbation), std::memory_order_relaxed);
    changed = true;
  }
  for (const QuotaKind kind :
       {QuotaKind::RequestsPerMinute, QuotaKind::RequestsPerDay, QuotaKind::TokensPerMinute}) {
    // Of what is believed of others' tokens estimates prove nothing.
    if (kind == QuotaKind::TokensPerMinute && limits_.get(kind).amount == 0) continue;
    const Bound limit = bound(kind, beliefs, time.day);
    if (limit.amount == 0 || limit.kind == LedgerAnswer::Kind::Full) continue;
    const auto minute = minute_.use(time.piece);
    const std::int64_t used = is_daily(kind)        ? requests_on(time.day)
                              : counts_tokens(kind) ? minute.tokens
                                                    : minute.requests;
    // The minute's count looks back a little more than a minute; a little beyond proves nothing.
    const std::int64_t proof = is_daily(kind) ? limit.amount : limit.amount + limit.amount / 8 + 1;
    if (used <= proof) continue;
    limits_.forget(kind);
    flags_.fetch_or(is_daily(kind) ? kBeyondDay : kBeyondMinute, std::memory_order_relaxed);
    changed = true;
  }
  return changed;
}

void ModelLedger::day_is_spent(std::int32_t day, QuotaKind kind, std::int64_t limit) {
  DailyCounter& counter = counts_tokens(kind) ? day_tokens_ : day_requests_;
  const std::int64_t missing = limit - counter.amount_on(day);
  if (missing > 0) counter.add(day, missing);
}

void ModelLedger::rest_until(std::int64_t ms, bool probation) {
  if (probation) {
    flags_.fetch_or(kProbation, std::memory_order_relaxed);
  } else {
    flags_.fetch_and(static_cast<std::uint8_t>(~kProbation), std::memory_order_relaxed);
  }
  rests_until_.store(ms, std::memory_order_release);
}

void ModelLedger::restore(const LedgerTime& time, std::int32_t day, std::int64_t requests,
                          std::int64_t tokens, MinuteWindow::Use minute) {
  day_requests_.set(day, requests);
  day_tokens_.set(day, tokens);
  if (minute.requests > 0 || minute.tokens > 0) minute_.add(time.piece, minute.requests, minute.tokens);
}

}  // namespace geminate::keys
