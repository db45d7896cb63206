#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/auth/account.h"

namespace geminate::auth {

/// The accounts in use. What is changed is saved first, then holds for the next request.
///
/// The environment's admin is account 0: always there and active, never another's to change, so nobody can
/// lock everybody out. For the rest, nobody changes or deletes the account they act with: a slip must not
/// cost an admin the console, and one's own password and second factor want the password.
class Accounts {
 public:
  /// `store`: null in memory mode, which has the environment's admin alone; outlives this. `recovery_key`:
  /// hashes recovery codes (32 bytes); empty where there is no store.
  explicit Accounts(AccountStore* store, Secret recovery_key = {});

  // ---- start and management thread. They block on the store.
  Status load();
  /// `password_hash`: of the draft's password. Conflict in memory mode, and for a name that is taken.
  Result<AccountView> add(const AccountDraft& draft, std::string password_hash, const Change& change,
                          Timestamp now);
  /// `password_hash`: of the patch's password, empty where it has none. NotFound; Forbidden for the
  /// environment's and the caller's own; Conflict when `patch.revision` is stale.
  Result<AccountView> update(std::int64_t id, const AccountPatch& patch, std::string password_hash,
                             const Change& change);
  Status erase(std::int64_t id, const Change& change);
  /// One's own.
  Status set_password(std::int64_t id, std::string password_hash, const Change& change);
  /// A secret for the second factor that holds once a code has confirmed it. Replaces an earlier offer; a
  /// second factor that is in force stays so until then.
  Result<SecondFactorOffer> offer_second_factor(std::int64_t id, Timestamp now);
  /// BadRequest naming `code` when it is wrong, or when there is no offer any more.
  Result<RecoveryCodes> confirm_second_factor(std::int64_t id, std::string_view code, const Change& change,
                                              Timestamp now);
  Status remove_second_factor(std::int64_t id, const Change& change);
  /// Uses a code up: the app's or a recovery code. Unauthenticated when it is wrong or was used before.
  Status accept_code(std::int64_t id, std::string_view code, Timestamp now);
  /// `new_hash`: of the same password, at today's cost; empty: the old one does.
  Status note_login(std::int64_t id, std::string new_hash, Timestamp now);

  // ---- any thread; never blocks on the store.
  [[nodiscard]] std::optional<Account> find(std::int64_t id) const;
  [[nodiscard]] std::optional<Account> find(std::string_view name) const;
  [[nodiscard]] std::vector<AccountView> list() const;
  [[nodiscard]] bool has_store() const { return store_ != nullptr; }

 private:
  struct Offer {
    Secret secret;
    Timestamp valid_until;
  };

  [[nodiscard]] Result<Account> row_of(std::int64_t id) const;
  void keep(Account row);
  Result<Account> editable(std::int64_t id, const Change& change) const;

  AccountStore* store_;
  const Secret recovery_key_;
  mutable std::mutex mutex_;
  std::map<std::int64_t, Account> rows_;
  /// Management thread only.
  std::map<std::int64_t, Offer> offers_;
};

/// What memory mode says to those who would make accounts.
Error accounts_need_database();

}  // namespace geminate::auth
