// Which way an exchange takes to upstream, and what its failures say of that way.
#include <algorithm>
#include <functional>

#include "backend/proxy/exchange.h"

namespace geminate::proxy {
namespace {

using keys::VerdictKind;
using std::chrono::milliseconds;

/// Keys that are passed over because their way is shut, before a request gives up: the search must not walk
/// the whole pool.
constexpr std::size_t kMostPassedOver = 32;

/// Keys of one project share this number; a key without one stands for itself.
std::uint64_t project_number(const keys::PoolEntry& key) {
  const std::string& project = key.project().name();
  return project.empty() ? std::hash<std::int64_t>{}(key.id()) : std::hash<std::string>{}(project);
}

}  // namespace

EgressBreaker& Exchange::breaker() const { return context_.breakers.of(route_); }

Error Exchange::egress_error() const {
  const bool has_proxy = context_.settings.routes->target(route_).proxy != nullptr;
  // 0 would invite the client to come back at once and be refused again.
  const milliseconds wait = std::max(breaker().wait(context_.loop.now().steady), milliseconds{1});
  return Error{ErrorCode::RateLimited,
               has_proxy ? "upstream refuses every key for the moment, or the proxy before it fails, so that "
                           "it is left alone for a while"
                         : "upstream refuses every key for the moment, so that it is left alone for a while",
               {},
               {},
               wait};
}

bool Exchange::may_go(std::size_t route) {
  route_ = route;
  const auto admission = breaker().admit(context_.loop.now().steady);
  is_probe_ = admission.is_probe;
  return admission.may_go;
}

Result<keys::KeyLease> Exchange::acquire() {
  refused_by_breaker_ = false;
  if (context_.settings.routes->size() > 1) return acquire_by_route();
  if (!may_go(0)) {
    refused_by_breaker_ = true;
    return egress_error();
  }
  auto lease = lease_key(tried_);
  if (lease.ok()) return lease;
  if (std::exchange(is_probe_, false)) breaker().probe_ended();
  return refusal_of(std::move(lease).error());
}

/// With several ways the key comes first, for it says which one is taken.
Result<keys::KeyLease> Exchange::acquire_by_route() {
  const auto& routes = *context_.settings.routes;
  std::vector<std::int64_t> passed_over = tried_;
  std::optional<Error> shut;
  for (std::size_t count = 0; count < kMostPassedOver; ++count) {
    auto lease = lease_key(passed_over);
    if (!lease.ok()) {
      // That each key was tried would hide why none of them served.
      if (!shut && way_error_ && lease.error().code == ErrorCode::Unavailable) shut = way_error_;
      if (shut) break;
      return refusal_of(std::move(lease).error());
    }
    const auto& key = lease->key();
    if (may_go(routes.route_of(key.id(), key.project().name()))) return lease;
    const Error error = egress_error();
    if (!shut || error.retry_after < shut->retry_after) shut = error;
    passed_over.push_back(key.id());
    lease->settle(0, context_.loop.now());
    if (is_owned()) break;
  }
  refused_by_breaker_ = true;
  return *shut;
}

Result<keys::KeyLease> Exchange::lease_key(const std::vector<std::int64_t>& tried) {
  keys::Demand demand{plan_.model, plan_.estimated_tokens, tried, plan_.affinity};
  if (is_owned()) {
    demand.owner = plan_.resources->owner->key_id;
    demand.owner_project = plan_.resources->owner->project;
  }
  return context_.pool.acquire(demand, context_.loop.now());
}

Error Exchange::refusal_of(Error refusal) const {
  return is_owned() ? owner_error(std::move(refusal)) : with_own_refusals(std::move(refusal));
}

EgressBreaker::Effect Exchange::report_to_breaker(const keys::Verdict& verdict) {
  const auto now = context_.loop.now().steady;
  const bool is_only_way = context_.settings.routes->size() == 1;
  if (verdict.kind == VerdictKind::Egress) {
    // Where there is no other way, one failure of the proxy is no reason to stop: several in a row are.
    if (is_only_way && way_fault_ == upstream::FailureKind::Proxy)
      return breaker().on_unexplained(serial_, is_probe_, now);
    // Refusing an address costs nothing, and each client hears what is wrong.
    if (is_only_way && way_fault_ == upstream::FailureKind::Address) {
      if (is_probe_) breaker().probe_ended();
      return {};
    }
    return breaker().on_egress(is_probe_, now);
  }
  if (verdict.kind == VerdictKind::Limited && verdict.is_unexplained)
    return breaker().on_unexplained(project_number(lease_.key()), is_probe_, now);
  if (is_probe_ && verdict.kind == VerdictKind::UpstreamFault) {
    breaker().probe_ended();
  } else if (is_probe_) {
    breaker().on_probe_answered();
  }
  return {};
}

void Exchange::tell_breaker(keys::Verdict& verdict) {
  const EgressBreaker::Effect effect = report_to_breaker(verdict);
  is_probe_ = false;
  if (effect.has_tripped) {
    // Keys that rest for what came before the trip are not to blame either.
    context_.pool.forgive_unexplained();
    context_.metrics.egress_trips();
    const auto wait = breaker().wait(context_.loop.now().steady);
    context_.log.warning(
        "egress_breaker_opened",
        {{"request", request_id_}, {"reason", verdict.reason}, {"wait_ms", wait.count()}, {"route", route_}});
  }
  if (!effect.is_open) return;
  verdict.kind = VerdictKind::Egress;
  verdict.retry_after = {};
}

VerdictKind Exchange::kind_for_retry(VerdictKind verdict) const {
  if (verdict != VerdictKind::Egress) return verdict;
  // Another key may take another way.
  if (context_.settings.routes->size() > 1 && !is_owned()) return VerdictKind::Suspect;
  const bool may_be_better = way_fault_ == upstream::FailureKind::Proxy && !breaker().is_open();
  return may_be_better ? VerdictKind::UpstreamFault : verdict;
}

}  // namespace geminate::proxy
