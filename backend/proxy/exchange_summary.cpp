// What the live feed tells about a request that has ended.

#include "backend/proxy/exchange.h"
#include "shared/codec/codec.h"
#include "shared/dto/health.h"

namespace geminate::proxy {
namespace {

std::int64_t milliseconds_of(MonotonicTime::duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace

void Exchange::publish_summary(std::uint16_t status, std::string_view outcome, MonotonicTime ended) const {
  RequestSummary summary;
  summary.request_id = request_id_;
  summary.at = context_.loop.now().wall;
  summary.token_id = pass_.token().id;
  if (!attempts_.empty()) summary.key_id = attempts_.back().key_id;
  summary.model = plan_.model;
  summary.dialect = dialect_name(plan_.dialect);
  summary.status = status;
  summary.outcome = outcome;
  summary.attempts = static_cast<std::int32_t>(attempts_.size());
  summary.duration_ms = milliseconds_of(ended - started_);
  if (first_byte_) summary.ttft_ms = milliseconds_of(*first_byte_ - started_);
  if (const auto usage = plan_.mapper->usage()) {
    summary.input_tokens = usage->input_tokens;
    summary.output_tokens = usage->output_tokens;
  }
  context_.live->publish("request", codec::to_json(summary));
}

}  // namespace geminate::proxy
