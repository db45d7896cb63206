#include "backend/auth/accounts.h"

#include <algorithm>
#include <chrono>

#include "backend/auth/account_rules.h"
#include "backend/auth/totp.h"
#include "backend/crypto/encoding.h"
#include "backend/crypto/keyed_hash.h"

namespace geminate::auth {
namespace {

constexpr std::chrono::minutes kOfferFor{10};

Error forbidden(std::string message) { return Error{ErrorCode::Forbidden, std::move(message), {}, {}, {}}; }

Error unknown_account(std::int64_t id) {
  return Error{ErrorCode::NotFound, "there is no account " + std::to_string(id), {}, {}, {}};
}

Error bad_code(std::string message) {
  return Error{ErrorCode::BadRequest, std::move(message), {}, "code", {}};
}

}  // namespace

Error accounts_need_database() {
  return Error{
      ErrorCode::Conflict,
      "accounts and second factors are kept in the database: set KEY_STORAGE_MODE=database. In memory "
      "mode the environment's admin is the only account",
      {},
      {},
      {}};
}

AccountView view_of(const Account& account) {
  AccountView view;
  view.id = account.id;
  view.name = account.name;
  view.role = account.role;
  view.is_active = account.is_active;
  view.is_system = account.is_environments();
  view.has_second_factor = account.has_second_factor();
  view.recovery_codes_left = static_cast<std::int64_t>(account.recovery_hashes.size());
  view.created_at = account.created_at;
  view.last_login_at = account.last_login_at;
  view.revision = account.revision;
  return view;
}

Account environment_admin() {
  Account admin;
  admin.name = kAdminName;
  admin.role = AccountRole::Admin;
  admin.created_at = now().wall;
  return admin;
}

Accounts::Accounts(AccountStore* store, Secret recovery_key)
    : store_(store), recovery_key_(std::move(recovery_key)) {
  keep(environment_admin());
}

Status Accounts::load() {
  if (store_ == nullptr) return Status::success();
  GEMINATE_TRY(auto rows, store_->load());
  for (Account& row : rows) {
    if (row.is_environments()) {
      // Whatever the table says.
      row.name = kAdminName;
      row.role = AccountRole::Admin;
      row.is_active = true;
      row.password_hash.clear();
    }
    keep(std::move(row));
  }
  return Status::success();
}

Result<AccountView> Accounts::add(const AccountDraft& draft, std::string password_hash, const Change& change,
                                  Timestamp now) {
  if (store_ == nullptr) return accounts_need_database();
  GEMINATE_CHECK_OK(check_account_name(draft.name));
  if (find(draft.name)) {
    return Error{ErrorCode::Conflict, "there is an account with this name already", {}, "name", {}};
  }
  Account row;
  row.name = draft.name;
  row.role = draft.role;
  row.is_active = draft.is_active.value_or(true);
  row.password_hash = std::move(password_hash);
  row.created_at = now;
  GEMINATE_TRY(row, store_->insert(std::move(row), change));
  auto view = view_of(row);
  keep(std::move(row));
  return view;
}

Result<Account> Accounts::editable(std::int64_t id, const Change& change) const {
  if (store_ == nullptr) return accounts_need_database();
  if (id == 0) {
    return forbidden(
        "the environment's admin is changed where ADMIN_API_KEY is set; its second factor with "
        "second-factor/…");
  }
  if (change.who.account_id == id) {
    return forbidden(
        "nobody changes the account they act with: ask another admin, or use account/password and "
        "second-factor/…");
  }
  return row_of(id);
}

Result<AccountView> Accounts::update(std::int64_t id, const AccountPatch& patch, std::string password_hash,
                                     const Change& change) {
  GEMINATE_TRY(Account row, editable(id, change));
  if (patch.revision && *patch.revision != row.revision) {
    return Error{ErrorCode::Conflict, "the account was changed meanwhile", {}, "revision", {}};
  }
  row.role = patch.role.value_or(row.role);
  row.is_active = patch.is_active.value_or(row.is_active);
  if (!password_hash.empty()) row.password_hash = std::move(password_hash);
  if (patch.remove_second_factor.value_or(false)) {
    row.second_factor = Secret();
    row.recovery_hashes.clear();
  }
  ++row.revision;
  GEMINATE_CHECK_OK(store_->save(row, change));
  auto view = view_of(row);
  keep(std::move(row));
  return view;
}

Status Accounts::erase(std::int64_t id, const Change& change) {
  GEMINATE_TRY(const Account row, editable(id, change));
  GEMINATE_CHECK_OK(store_->erase(row.id, change));
  offers_.erase(id);
  const std::lock_guard lock(mutex_);
  rows_.erase(id);
  return Status::success();
}

Status Accounts::set_password(std::int64_t id, std::string password_hash, const Change& change) {
  if (id == 0) return forbidden("the admin's secret is changed where ADMIN_API_KEY is set");
  if (store_ == nullptr) return accounts_need_database();
  GEMINATE_TRY(Account row, row_of(id));
  row.password_hash = std::move(password_hash);
  ++row.revision;
  GEMINATE_CHECK_OK(store_->save(row, change));
  keep(std::move(row));
  return Status::success();
}

Result<SecondFactorOffer> Accounts::offer_second_factor(std::int64_t id, Timestamp now) {
  if (store_ == nullptr) return accounts_need_database();
  GEMINATE_TRY(const Account row, row_of(id));
  Offer& offer = offers_[id] = {make_second_factor(), now + kOfferFor};
  return SecondFactorOffer{crypto::base32_encode(offer.secret.reveal()), otpauth_uri(row.name, offer.secret),
                           offer.valid_until};
}

Result<RecoveryCodes> Accounts::confirm_second_factor(std::int64_t id, std::string_view code,
                                                      const Change& change, Timestamp now) {
  if (store_ == nullptr) return accounts_need_database();
  const auto offer = offers_.find(id);
  if (offer == offers_.end() || offer->second.valid_until < now)
    return bad_code("there is no second factor to confirm, or no longer: begin again");
  const auto step = step_of_code(offer->second.secret, code, now, 0);
  if (!step) return bad_code("the code is not the one that the app shows now");
  GEMINATE_TRY(Account row, row_of(id));
  RecoveryCodes codes{make_recovery_codes()};
  row.second_factor = offer->second.secret;
  row.second_factor_step = *step;
  row.recovery_hashes.clear();
  for (const auto& text : codes.recovery_codes)
    row.recovery_hashes.push_back(hash_recovery_code(recovery_key_, text));
  ++row.revision;
  GEMINATE_CHECK_OK(store_->save(row, change));
  offers_.erase(offer);
  keep(std::move(row));
  return codes;
}

Status Accounts::remove_second_factor(std::int64_t id, const Change& change) {
  if (store_ == nullptr) return accounts_need_database();
  GEMINATE_TRY(Account row, row_of(id));
  if (!row.has_second_factor()) {
    return Error{ErrorCode::Conflict, "this account has no second factor", {}, {}, {}};
  }
  row.second_factor = Secret();
  row.recovery_hashes.clear();
  ++row.revision;
  GEMINATE_CHECK_OK(store_->save(row, change));
  keep(std::move(row));
  return Status::success();
}

Status Accounts::accept_code(std::int64_t id, std::string_view code, Timestamp now) {
  GEMINATE_TRY(Account row, row_of(id));
  if (!row.has_second_factor()) return Status::success();
  if (const auto step = step_of_code(row.second_factor, code, now, row.second_factor_step)) {
    row.second_factor_step = *step;
    // Kept in mind even if it cannot be saved: an admin must get in when the disk is full.
    keep(row);
    (void)store_->save_use(row);
    return Status::success();
  }
  const std::string hash = hash_recovery_code(recovery_key_, code);
  const auto found =
      std::find_if(row.recovery_hashes.begin(), row.recovery_hashes.end(),
                   [&](const auto& kept) { return crypto::constant_time_equal_hashes(kept, hash); });
  if (hash.empty() || found == row.recovery_hashes.end()) {
    return Error{ErrorCode::Unauthenticated, "the code is wrong, or was used already", {}, "code", {}};
  }
  row.recovery_hashes.erase(found);
  GEMINATE_CHECK_OK(store_->save_use(row));
  keep(std::move(row));
  return Status::success();
}

Status Accounts::note_login(std::int64_t id, std::string new_hash, Timestamp now) {
  GEMINATE_TRY(Account row, row_of(id));
  row.last_login_at = now;
  if (!new_hash.empty()) row.password_hash = std::move(new_hash);
  const auto saved = store_ == nullptr ? Status::success() : store_->save_use(row);
  keep(std::move(row));
  return saved;
}

std::optional<Account> Accounts::find(std::int64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(id);
  return found == rows_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Account> Accounts::find(std::string_view name) const {
  const std::string folded = folded_name(name);
  if (folded.size() != name.size()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, row] : rows_) {
    if (folded_name(row.name) == folded) return row;
  }
  return std::nullopt;
}

std::vector<AccountView> Accounts::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<AccountView> views;
  views.reserve(rows_.size());
  for (const auto& [id, row] : rows_) views.push_back(view_of(row));
  return views;
}

Result<Account> Accounts::row_of(std::int64_t id) const {
  if (auto found = find(id)) return std::move(*found);
  return unknown_account(id);
}

void Accounts::keep(Account row) {
  const std::lock_guard lock(mutex_);
  rows_[row.id] = std::move(row);
}

}  // namespace geminate::auth
