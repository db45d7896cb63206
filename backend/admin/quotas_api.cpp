#include "backend/admin/quotas_api.h"

namespace geminate::admin {

void register_quotas_api(const http::AddManagementRoute& add_route, keys::KeyPool& pool,
                         const RunInBackground& run) {
  const auto add = [&](const auto& endpoint, auto work) {
    add_route(endpoint.verb, endpoint.path, in_background(run, endpoint, std::move(work)));
  };
  add(api::kListQuotas, [&pool](const NoBody&, std::int64_t) -> Result<QuotaList> {
    return QuotaList{pool.quotas(now()), pool.mode()};
  });
  add(api::kCapacity,
      [&pool](const NoBody&, std::int64_t) -> Result<CapacityReport> { return pool.capacity(now()); });
  add(api::kUpdateQuota,
      [&pool](const QuotaPatch& patch, std::int64_t, const Caller& who) -> Result<QuotaView> {
        return pool.set_quota(patch, {who, AuditAction::QuotaUpdate}, now());
      });
}

}  // namespace geminate::admin
