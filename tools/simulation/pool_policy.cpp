#include "backend/keys/key_pool.h"
#include "backend/keys/memory_key_store.h"
#include "tools/simulation/policy.h"

namespace geminate::simulation {
namespace {

class PoolPolicy final : public Policy {
 public:
  Status fill(const std::vector<std::size_t>& projects, const Now& now) {
    std::vector<keys::UpstreamKey> rows;
    for (std::size_t i = 0; i < projects.size(); ++i) {
      KeyDraft draft;
      draft.key_string = "simulated-upstream-key-" + std::to_string(i + 1);
      draft.project = "project-" + std::to_string(projects[i]);
      GEMINATE_TRY(keys::UpstreamKey row, keys::key_from_draft(draft));
      row.created_at = now.wall;
      rows.push_back(std::move(row));
    }
    GEMINATE_CHECK_OK(store_.insert(std::move(rows), {"simulation", "a run begins"}));
    return pool_.load();
  }

  [[nodiscard]] std::string_view name() const override { return "Geminate's pool"; }

  Result<Grant> acquire(const Ask& ask, const Now& now) override {
    const keys::Demand demand{ask.model, ask.estimated_tokens, ask.tried, ask.affinity, std::nullopt};
    GEMINATE_TRY(keys::KeyLease lease, pool_.acquire(demand, now));
    const std::int64_t key = lease.key().id;
    return Grant{key, std::move(lease)};
  }

  void report(Grant& grant, const keys::Verdict& verdict, int http_status, const Now& now) override {
    pool_.report(grant.lease, verdict, {"simulated", http_status, {}}, now);
  }

  void settle(Grant& grant, std::int64_t tokens, const Now& now) override { grant.lease.settle(tokens, now); }

 private:
  keys::MemoryKeyStore store_;
  keys::KeyPool pool_{store_};
};

}  // namespace

std::unique_ptr<Policy> geminate_pool(const std::vector<std::size_t>& projects, const Now& now) {
  auto policy = std::make_unique<PoolPolicy>();
  // A store in memory takes rows that differ; anything else is a mistake of ours.
  if (!policy->fill(projects, now).ok()) std::abort();
  return policy;
}

}  // namespace geminate::simulation
