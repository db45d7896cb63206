#include "backend/keys/key_pool.h"
#include "backend/keys/memory_key_store.h"
#include "backend/proxy/egress_breaker.h"
#include "tools/simulation/policy.h"

namespace geminate::simulation {
namespace {

using proxy::EgressBreaker;

/// What proxy/exchange does with pool and breaker around an attempt.
class PoolPolicy final : public Policy {
 public:
  explicit PoolPolicy(const std::vector<std::size_t>& projects) : projects_(projects) {}

  Status fill(const Now& now) {
    std::vector<keys::UpstreamKey> rows;
    for (std::size_t i = 0; i < projects_.size(); ++i) {
      KeyDraft draft;
      draft.key_string = "simulated-upstream-key-" + std::to_string(i + 1);
      draft.project = "project-" + std::to_string(projects_[i]);
      GEMINATE_TRY(keys::UpstreamKey row, keys::key_from_draft(draft));
      row.created_at = now.wall;
      rows.push_back(std::move(row));
    }
    GEMINATE_CHECK_OK(store_.insert(std::move(rows), {Caller{}, AuditAction::KeyImport}));
    return pool_.load();
  }

  [[nodiscard]] std::string_view name() const override { return "Geminate's pool"; }

  Result<Grant> acquire(const Ask& ask, const Now& now) override {
    const auto admission = breaker_.admit(now.steady);
    if (!admission.may_go)
      return Error{ErrorCode::RateLimited, "the breaker is open", {}, {}, admission.wait};
    const keys::Demand demand{ask.model, ask.estimated_tokens, ask.tried, ask.affinity, std::nullopt};
    auto lease = pool_.acquire(demand, now);
    if (!lease.ok()) {
      if (admission.is_probe) breaker_.probe_ended();
      return std::move(lease).error();
    }
    const std::int64_t key = lease->key().id();
    return Grant{key, std::move(lease).value(), admission.is_probe, now.steady};
  }

  void served(Grant& grant, const Now& now) override {
    pool_.report(grant.lease, {}, {"simulated", 200, {}}, now);
    breaker_.on_served(grant.begun);
  }

  keys::VerdictKind refused(Grant& grant, const keys::Verdict& verdict, int http_status,
                            const Now& now) override {
    keys::Verdict told = verdict;
    if (is_egress(grant, verdict, now)) {
      told.kind = keys::VerdictKind::Egress;
      told.retry_after = {};
    }
    pool_.report(grant.lease, told, {"simulated", http_status, {}}, now);
    return told.kind;
  }

  void settle(Grant& grant, std::int64_t prompt, std::int64_t answer, const Now& now) override {
    grant.lease.settle(prompt + answer, now, prompt);
  }

 private:
  bool is_egress(Grant& grant, const keys::Verdict& verdict, const Now& now) {
    EgressBreaker::Effect effect;
    if (verdict.kind == keys::VerdictKind::Egress) {
      effect = breaker_.on_egress(grant.is_probe, now.steady);
    } else if (verdict.kind == keys::VerdictKind::Limited && verdict.is_unexplained) {
      const std::size_t project = projects_[static_cast<std::size_t>(grant.key - 1)];
      effect = breaker_.on_unexplained(project, grant.is_probe, now.steady);
    } else if (grant.is_probe && verdict.kind == keys::VerdictKind::UpstreamFault) {
      breaker_.probe_ended();
    } else if (grant.is_probe) {
      breaker_.on_probe_answered();
    }
    if (effect.has_tripped) pool_.forgive_unexplained();
    return effect.is_open;
  }

  /// Of each key, in the order of their numbers.
  const std::vector<std::size_t> projects_;
  keys::MemoryKeyStore store_;
  keys::KeyPool pool_{store_};
  EgressBreaker breaker_{1};
};

}  // namespace

std::unique_ptr<Policy> geminate_pool(const std::vector<std::size_t>& projects, const Now& now) {
  auto policy = std::make_unique<PoolPolicy>(projects);
  // A store in memory takes rows that differ; anything else is a mistake of ours.
  if (!policy->fill(now).ok()) std::abort();
  return policy;
}

}  // namespace geminate::simulation
