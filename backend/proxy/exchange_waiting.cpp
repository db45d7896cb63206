// What keeps an exchange from going upstream though it could: the egress breaker.
#include <algorithm>
#include <functional>

#include "backend/proxy/exchange.h"

namespace geminate::proxy {
namespace {

using keys::VerdictKind;

/// Keys of one project share this number; a key without one stands for itself.
std::uint64_t project_number(const keys::UpstreamKey& key) {
  if (key.project) return std::hash<std::string>{}(*key.project);
  return std::hash<std::int64_t>{}(key.id);
}

}  // namespace

Error Exchange::egress_error(std::chrono::milliseconds wait) {
  // 0 would invite the client to come back at once and be refused again.
  return Error{ErrorCode::RateLimited,
               "upstream refuses every key for the moment, so that it is left alone for a while",
               {},
               {},
               std::max(wait, std::chrono::milliseconds{1})};
}

void Exchange::tell_breaker(keys::Verdict& verdict) {
  const auto now = context_.loop.now().steady;
  EgressBreaker::Effect effect;
  if (verdict.kind == VerdictKind::Egress) {
    effect = context_.breaker.on_egress(is_probe_, now);
  } else if (verdict.kind == VerdictKind::Limited && verdict.is_unexplained) {
    effect = context_.breaker.on_unexplained(project_number(lease_.key()), is_probe_, now);
  } else if (is_probe_ && verdict.kind == VerdictKind::UpstreamFault) {
    context_.breaker.probe_ended();
  } else if (is_probe_) {
    context_.breaker.on_probe_answered();
  }
  is_probe_ = false;
  if (effect.has_tripped) {
    context_.metrics.egress_trips();
    context_.log.warning("egress_breaker_opened", {{"request", request_id_},
                                                   {"reason", verdict.reason},
                                                   {"wait_ms", context_.breaker.wait(now).count()}});
  }
  if (!effect.is_open) return;
  verdict.kind = VerdictKind::Egress;
  verdict.retry_after = {};
}

void Exchange::note_served() {
  context_.breaker.on_served(attempt_began_);
  is_probe_ = false;
}

}  // namespace geminate::proxy
