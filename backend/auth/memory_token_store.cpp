#include "backend/auth/memory_token_store.h"

#include <utility>

#include "backend/auth/token_faults.h"
#include "backend/auth/token_moves.h"

namespace geminate::auth {

Result<std::vector<ClientToken>> MemoryTokenStore::load() {
  std::vector<ClientToken> rows;
  rows.reserve(rows_.size());
  for (const auto& [id, row] : rows_) rows.push_back(row);
  return rows;
}

Status MemoryTokenStore::tell(const Change& change, const ClientToken* before, const ClientToken* after) {
  return audit_ == nullptr ? Status::success() : audit_->append(token_change(change, before, after));
}

Result<ClientToken> MemoryTokenStore::insert(ClientToken row, const Change& change) {
  for (const auto& [id, present] : rows_) {
    if (present.secret_hash == row.secret_hash) return duplicate_token();
  }
  row.id = next_id_++;
  row.created_at = now().wall;
  row.revision = 1;
  GEMINATE_CHECK_OK(tell(change, nullptr, &row));
  rows_[row.id] = row;
  return row;
}

template <class Edit>
Result<ClientToken> MemoryTokenStore::change_row(std::int64_t id, const Change& change, const Edit& edit) {
  const auto found = rows_.find(id);
  if (found == rows_.end()) return unknown_token(id);
  ClientToken row = found->second;
  GEMINATE_CHECK_OK(edit(row));
  GEMINATE_CHECK_OK(tell(change, &found->second, &row));
  return found->second = std::move(row);
}

Result<ClientToken> MemoryTokenStore::update(std::int64_t id, const TokenPatch& patch, const Change& change) {
  return change_row(id, change, [&patch](ClientToken& row) { return edit_row(row, patch); });
}

Result<ClientToken> MemoryTokenStore::rotate(std::int64_t id, const SecretChange& secret,
                                             const Change& change) {
  return change_row(id, change, [&secret](ClientToken& row) { return rotate_row(row, secret); });
}

Status MemoryTokenStore::erase(std::int64_t id, const Change& change) {
  const auto found = rows_.find(id);
  if (found == rows_.end()) return unknown_token(id);
  GEMINATE_CHECK_OK(tell(change, &found->second, nullptr));
  rows_.erase(found);
  return Status::success();
}

Status MemoryTokenStore::save_findings(const std::vector<TokenFinding>& findings) {
  for (const TokenFinding& finding : findings) {
    const auto found = rows_.find(finding.id);
    if (found == rows_.end()) continue;
    ClientToken& row = found->second;
    row.last_used_at = finding.last_used_at;
    row.requests_used = finding.requests_used;
    row.tokens_used = finding.tokens_used;
    row.used_day = finding.used_day;
    row.tokens_total = finding.tokens_total;
    row.cost_picos = finding.cost_picos;
    row.cost_start = finding.cost_start;
  }
  return Status::success();
}

}  // namespace geminate::auth
