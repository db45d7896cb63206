// What is kept of a request that has ended.

#include "backend/proxy/exchange.h"
#include "backend/usage/request_record.h"

namespace geminate::proxy {
namespace {

using keys::VerdictKind;
using usage::saturated;

// Stored and shown under the same numbers.
static_assert(static_cast<int>(TriedVerdict::Egress) == static_cast<int>(VerdictKind::Egress));
static_assert(static_cast<int>(RequestDialect::Anthropic) == static_cast<int>(Dialect::Anthropic));

std::uint32_t ms_of(std::chrono::nanoseconds duration) {
  return saturated(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

/// A moment of this turn by the wall's clock, which the turn has read already.
Timestamp wall_time(MonotonicTime moment, const Now& turn) {
  return turn.wall + std::chrono::duration_cast<std::chrono::milliseconds>(moment - turn.steady);
}

usage::AttemptRecord record_of(const Attempt& attempt) {
  usage::AttemptRecord record;
  record.key_id = attempt.key_id;
  record.verdict = static_cast<TriedVerdict>(attempt.verdict);
  record.upstream_status = static_cast<std::uint16_t>(attempt.upstream_status);
  record.waited_ms = ms_of(attempt.waited);
  record.began_ms = ms_of(attempt.began);
  record.duration_ms = ms_of(attempt.duration);
  return record;
}

/// Nothing to tell: the one attempt served.
bool goes_without_saying(const AttemptList& attempts) {
  return attempts.size() == 1 && attempts[0].verdict == VerdictKind::Fine &&
         attempts[0].upstream_status >= 200 && attempts[0].upstream_status < 400 &&
         attempts[0].waited.count() == 0;
}

void put_tokens(usage::RequestRecord& record, const upstream::UsageCounts& counts) {
  record.input_tokens = saturated(counts.input_tokens);
  record.output_tokens = saturated(counts.output_tokens);
  record.cached_tokens = saturated(counts.cached_tokens);
  record.thought_tokens = saturated(counts.thought_tokens);
  record.total_tokens = saturated(counts.total_tokens);
}

}  // namespace

void Exchange::record_usage(std::uint16_t status, std::string_view outcome, MonotonicTime ended) {
  usage::RequestRecord record;
  record.id = usage::parse_request_id(request_id_).value_or(usage::RequestId{});
  record.ended = wall_time(ended, context_.loop.now());
  record.token_id = pass_.token().id;
  record.key_id = attempts_.empty() ? 0 : attempts_.back().key_id;
  record.model = usage::ModelName(plan_.model);
  record.dialect = static_cast<RequestDialect>(plan_.dialect);
  record.route = usage::route_of_path(request_.path());
  record.outcome = enum_from_name<RequestOutcome>(outcome).value_or(RequestOutcome::Error);
  record.streamed = committed_ && !downstream_.content_length;
  record.status = status;
  record.attempts_made = static_cast<std::uint16_t>(std::min<std::size_t>(attempts_.size(), 0xffff));
  record.duration_ms = ms_of(ended - started_);
  if (first_byte_) record.first_byte_ms = ms_of(*first_byte_ - started_);
  // An answer that broke off may have said before what it cost.
  const auto counts = usage_ || !committed_ ? usage_ : plan_.mapper->usage();
  if (counts) put_tokens(record, *counts);
  record.bytes_in = saturated(bytes_in_);
  record.bytes_out = saturated(bytes_out_);
  if (!goes_without_saying(attempts_)) {
    record.attempts.reserve(attempts_.size());
    for (const Attempt& attempt : attempts_) record.attempts.push_back(record_of(attempt));
  }
  context_.usage->add(std::move(record));
}

}  // namespace geminate::proxy
