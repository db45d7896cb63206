#pragma once

#include <string_view>

#include "backend/audit/chain.h"
#include "backend/storage/table_rows.h"

namespace geminate::storage {

struct AuditTable {
  static constexpr std::string_view kName = "audit_log";
  using Row = audit::Record;

  template <class R, class Column>
  static void columns(R& row, Column&& column) {
    column("id", row.id);
    column("at", row.at);
    column("account_id", row.account_id);
    column("name", row.name);
    column("role", row.role);
    column("entrance", row.entrance);
    column("address", row.address);
    column("request_id", row.request_id);
    column("action", row.action);
    column("target_kind", row.target_kind);
    column("target_id", row.target_id);
    column("changes", row.changes);
    column("outcome", row.outcome);
    column("previous_hash", row.previous_hash);
    column("hash", row.hash);
  }
};

}  // namespace geminate::storage
