#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backend/audit/chain.h"

namespace geminate::audit {

/// Follows a log's chain, row by row, and says where it breaks first. What it cannot find: rows written, or
/// the whole log put back to an earlier state, by somebody who has the chain's key, or an old copy of rows
/// and anchor together.
class Verifier {
 public:
  /// `anchor`: none where it is missing or nobody with the key made it.
  Verifier(const Secret& key, const std::optional<Anchor>& anchor);

  /// Every row that is there, by rising id.
  void take(const Record& record);
  /// A row that cannot even be read.
  void take_unreadable(std::int64_t id);

  [[nodiscard]] AuditVerification finish() const;

 private:
  void fail(std::int64_t id, std::string_view reason);

  const Secret& key_;
  const std::optional<Anchor> anchor_;
  std::int64_t next_id_ = 1;
  std::string previous_hash_;
  AuditVerification found_;
};

}  // namespace geminate::audit
