#pragma once

#include <map>
#include <vector>

#include "backend/auth/accounts.h"

namespace geminate::auth {

/// A store in memory that can be told to fail.
class FakeAccountStore final : public AccountStore {
 public:
  Result<std::vector<Account>> load() override {
    std::vector<Account> all;
    for (const auto& [id, row] : rows) all.push_back(row);
    return all;
  }
  Result<Account> insert(Account row, const Change& /*change*/) override {
    if (fails) return failure();
    row.id = next_id++;
    row.revision = 1;
    rows[row.id] = row;
    return row;
  }
  Status save(const Account& row, const Change& /*change*/) override { return save_use(row); }
  Status save_use(const Account& row) override {
    if (fails) return failure();
    rows[row.id] = row;
    return Status::success();
  }
  Status erase(std::int64_t id, const Change& /*change*/) override {
    if (fails) return failure();
    rows.erase(id);
    return Status::success();
  }

  bool fails = false;
  std::int64_t next_id = 1;
  std::map<std::int64_t, Account> rows{{0, environment_admin()}};

 private:
  static Error failure() { return Error{ErrorCode::Unavailable, "the disk is full", {}, {}, {}}; }
};

inline Change change_by(std::int64_t account_id, AuditAction action = AuditAction::AccountUpdate) {
  return {Caller{account_id, "somebody", Role::Admin, {}, {}, Entrance::Session}, action};
}

}  // namespace geminate::auth
