#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/core/change.h"
#include "shared/core/result.h"
#include "shared/core/secret.h"
#include "shared/core/time.h"
#include "shared/dto/accounts.h"

namespace geminate::auth {

/// Who may log in to the console: one row of the account store.
struct Account {
  /// 0 is the environment's admin, whose password is ADMIN_API_KEY and never in a store.
  std::int64_t id = 0;
  std::string name;
  AccountRole role = AccountRole::Viewer;
  bool is_active = true;
  /// As crypto::hash_password makes it; empty for the environment's admin.
  std::string password_hash;
  /// The second factor's secret, raw; empty: there is none.
  Secret second_factor;
  /// The last time step whose code was taken: it and those before are used up.
  std::int64_t second_factor_step = 0;
  /// Of the recovery codes that are left, as hash_recovery_code makes them.
  std::vector<std::string> recovery_hashes;
  Timestamp created_at{};
  std::optional<Timestamp> last_login_at;
  std::int64_t revision = 1;

  [[nodiscard]] bool is_environments() const { return id == 0; }
  [[nodiscard]] bool has_second_factor() const { return !second_factor.empty(); }
};

AccountView view_of(const Account& account);

/// What the environment's admin looks like where no store knows more.
Account environment_admin();

/// Where accounts are kept: storage::SqlAccountStore in database mode; memory mode has none. Calls block; one
/// thread at a time (the management thread). The environment's admin is a row as well, for its second factor;
/// it is there from the beginning.
class AccountStore {
 public:
  virtual ~AccountStore() = default;
  virtual Result<std::vector<Account>> load() = 0;
  /// Gives the row its id and revision 1. Conflict when the name is taken.
  virtual Result<Account> insert(Account row, const Change& change) = 0;
  /// The row as it is now. NotFound.
  virtual Status save(const Account& row, const Change& change) = 0;
  /// The same for what logging in leaves behind: no edit, nobody's change.
  virtual Status save_use(const Account& row) = 0;
  virtual Status erase(std::int64_t id, const Change& change) = 0;
};

}  // namespace geminate::auth
