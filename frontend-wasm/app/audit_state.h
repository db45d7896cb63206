#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "frontend-wasm/app/settings_state.h"
#include "shared/dto/audit.h"

namespace geminate::ui {

enum class AuditPeriod : std::uint8_t { All, Day, Week, Month };

/// What is looked for, as typed; empty fields let everything through.
struct AuditFilter {
  std::string who, action, target;
  AuditPeriod period{};
  friend bool operator==(const AuditFilter&, const AuditFilter&) = default;
};

struct AuditPageState {
  AuditFilter filter;         // of the rows
  std::uint64_t serial = 0;   // counts searches: an answer to an earlier one is dropped
  Fetched<AuditPage> rows;    // so far; `running` also while older ones are on their way
  std::int64_t open_row = 0;  // whose details are shown; 0: none
  bool verifying = false;
  std::optional<AuditVerification> verified;

  const AuditRow* find(std::int64_t id) const {
    if (!rows.value) return nullptr;
    for (const AuditRow& row : rows.value->rows) {
      if (row.id == id) return &row;
    }
    return nullptr;
  }
};

/// The filter as the API's query. Pure.
AuditQuery audit_query(const AuditFilter& filter, Timestamp now);

}  // namespace geminate::ui
