#include "backend/admin/aliases_api.h"

namespace geminate::admin {

void register_aliases_api(const http::AddManagementRoute& add_route, config::AliasBook& book,
                          const RunInBackground& run) {
  const auto add = [&](const auto& endpoint, auto work) {
    add_route(endpoint.verb, endpoint.path, in_background(run, endpoint, std::move(work)));
  };
  add(api::kListAliases, [&book](const NoBody&, std::int64_t) -> Result<AliasList> { return book.list(); });
  add(api::kUpdateAliases,
      [&book](const AliasEdit& edit, std::int64_t, const Caller& who) -> Result<AliasList> {
        return book.update(edit, {who, AuditAction::AliasesUpdate}, now().wall);
      });
}

}  // namespace geminate::admin
