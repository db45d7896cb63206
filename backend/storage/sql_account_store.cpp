#include "backend/storage/sql_account_store.h"

#include <optional>
#include <utility>

#include "backend/auth/account_moves.h"
#include "backend/crypto/sealed_secret.h"

namespace geminate::storage {

using auth::Account;

struct SqlAccountStore::Row {
  Account account;
  std::optional<Blob> sealed_second_factor;
};

struct SqlAccountStore::Table {
  static constexpr std::string_view kName = "accounts";
  using Row = SqlAccountStore::Row;

  template <class R, class Column>
  static void columns(R& row, Column&& column) {
    column("id", row.account.id);
    column("name", row.account.name);
    column("role", row.account.role);
    column("is_active", row.account.is_active);
    column("password_hash", row.account.password_hash);
    column("sealed_second_factor", row.sealed_second_factor);
    column("second_factor_step", row.account.second_factor_step);
    column("recovery_hashes", row.account.recovery_hashes);
    column("created_at", row.account.created_at);
    column("last_login_at", row.account.last_login_at);
    column("revision", row.account.revision);
  }
};

namespace {

/// The place a sealed secret belongs to; part of what is on disk.
std::string place_of(std::int64_t id) { return "accounts/sealed_second_factor/" + std::to_string(id); }

/// The engine's fault as one of the accounts'.
Error explain(Error error, std::int64_t id) {
  if (error.code == ErrorCode::Conflict) {
    error.message = "there is an account with this name already";
    error.field = "name";
  } else if (error.code == ErrorCode::NotFound) {
    error.message = "there is no account " + std::to_string(id);
  }
  return error;
}

}  // namespace

SqlAccountStore::SqlAccountStore(std::unique_ptr<SqlConnection> connection, Secret sealing_key,
                                 SqlAuditTrail trail)
    : connection_(std::move(connection)),
      sealing_key_(std::move(sealing_key)),
      statements_(statements_of<Table>()),
      trail_(std::move(trail)) {}

SqlAccountStore::~SqlAccountStore() = default;

SqlAccountStore::Row SqlAccountStore::seal_row(const Account& account) const {
  Row row{account, {}};
  if (account.has_second_factor())
    row.sealed_second_factor = Blob{crypto::seal(account.second_factor, sealing_key_, place_of(account.id))};
  return row;
}

Result<Account> SqlAccountStore::open_row(Row row) const {
  if (!row.sealed_second_factor) return std::move(row.account);
  auto secret = crypto::unseal(row.sealed_second_factor->bytes, sealing_key_, place_of(row.account.id));
  if (!secret.ok()) {
    return Error{
        ErrorCode::Internal,
        "The second factor of account " + std::to_string(row.account.id) +
            " does not open: the row was altered. Restore the database from a backup, or delete that "
            "row.",
        secret.error().detail,
        {},
        {}};
  }
  row.account.second_factor = std::move(secret).value();
  return std::move(row.account);
}

Result<std::vector<Account>> SqlAccountStore::load() {
  std::vector<Account> accounts;
  GEMINATE_CHECK_OK(
      connection_->run(statements_.select_all, {}, [&](std::span<const SqlValue> columns) -> Status {
        GEMINATE_TRY(Row row, read_row<Table>(columns));
        GEMINATE_TRY(Account account, open_row(std::move(row)));
        accounts.push_back(std::move(account));
        return Status::success();
      }));
  return accounts;
}

Result<Account> SqlAccountStore::insert(Account row, const Change& change) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  GEMINATE_TRY(row.id, allocate_ids<Table>(*connection_, 1));
  row.revision = 1;
  const auto inserted = connection_->run(statements_.insert, parameters_of<Table>(seal_row(row)));
  if (!inserted.ok()) return explain(inserted.error(), row.id);
  GEMINATE_CHECK_OK(trail_.append(*connection_, auth::account_change(change, nullptr, &row)));
  GEMINATE_CHECK_OK(transaction.commit());
  return row;
}

Result<Account> SqlAccountStore::read(std::int64_t id) {
  auto row = select_row<Table>(*connection_, statements_, id);
  if (!row.ok()) return explain(std::move(row).error(), id);
  return open_row(std::move(row).value());
}

Status SqlAccountStore::write(const Account& row) {
  GEMINATE_TRY(const std::int64_t changed,
               connection_->run(statements_.update, parameters_of<Table>(seal_row(row))));
  if (changed == 0) return explain({ErrorCode::NotFound, {}, {}, {}, {}}, row.id);
  return Status::success();
}

Status SqlAccountStore::save(const Account& row, const Change& change) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  GEMINATE_TRY(const Account before, read(row.id));
  GEMINATE_CHECK_OK(write(row));
  GEMINATE_CHECK_OK(trail_.append(*connection_, auth::account_change(change, &before, &row)));
  GEMINATE_CHECK_OK(transaction.commit());
  // Passwords' hashes and second factors that were replaced.
  connection_->forget_deleted();
  return Status::success();
}

Status SqlAccountStore::save_use(const Account& row) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  GEMINATE_CHECK_OK(write(row));
  return transaction.commit();
}

Status SqlAccountStore::erase(std::int64_t id, const Change& change) {
  GEMINATE_TRY(auto transaction, SqlTransaction::begin(*connection_));
  auto found = select_row<Table>(*connection_, statements_, id);
  if (!found.ok()) return explain(std::move(found).error(), id);
  // Its second factor is not opened: a row that was altered may be deleted as well.
  GEMINATE_CHECK_OK(trail_.append(*connection_, auth::account_change(change, &found->account, nullptr)));
  auto erased = erase_row(*connection_, statements_, id);
  if (!erased.ok()) return explain(std::move(erased).error(), id);
  GEMINATE_CHECK_OK(transaction.commit());
  connection_->forget_deleted();
  return Status::success();
}

}  // namespace geminate::storage
