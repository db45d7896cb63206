#include "backend/admin/password_desk.h"

#include <memory>
#include <utility>

#include "backend/auth/account_rules.h"
#include "backend/crypto/encoding.h"
#include "backend/crypto/password_hash.h"
#include "backend/crypto/random.h"
#include "shared/core/ascii.h"

namespace geminate::admin {
namespace {

Error wrong() { return Error{ErrorCode::Unauthenticated, "the name or the password is wrong", {}, {}, {}}; }

Error busy() {
  return Error{ErrorCode::RateLimited,
               "too many passwords are being looked at; try again shortly",
               {},
               {},
               std::chrono::seconds{1}};
}

/// What the password of an account that does not exist is held against.
const std::string& nobodys_hash() {
  static const std::string hash = [] {
    auto made = crypto::hash_password(crypto::hex_encode(crypto::random_bytes(16)));
    return made.ok() ? std::move(made).value() : std::string();
  }();
  return hash;
}

}  // namespace

struct PasswordDesk::Attempt {
  Claim claim;
  Done done;
};

PasswordDesk::PasswordDesk(PasswordDeskParts parts) : parts_(std::move(parts)) {
  // Now, or the first unknown name would take twice as long.
  (void)parts_.run_slowly([] { (void)nobodys_hash(); });
}

PasswordDesk::Verdict PasswordDesk::verify(const std::optional<auth::Account>& account,
                                           const Secret& password) {
  const bool is_somebody = account && !account->password_hash.empty();
  const std::string& hash = is_somebody ? account->password_hash : nobodys_hash();
  Verdict verdict;
  if (!crypto::verify_password(hash, password.reveal()) || !is_somebody) return verdict;
  verdict.account = account;
  if (crypto::needs_rehash(hash)) {
    auto made = crypto::hash_password(password.reveal());
    if (made.ok()) verdict.new_hash = std::move(made).value();
  }
  return verdict;
}

void PasswordDesk::check(Claim claim, Done done) {
  const auto admitted = parts_.door.begin_attempt(claim.name, claim.address, now());
  if (!admitted.ok()) return done(admitted.error());
  auto attempt = std::make_shared<Attempt>(Attempt{std::move(claim), std::move(done)});
  const Claim& asked = attempt->claim;
  auto account = parts_.accounts.find(asked.name);
  if (account && account->is_environments()) {
    if (!parts_.door.is_admin_secret(asked.password.reveal())) return attempt->done(wrong());
    return settle(attempt, {std::move(account), {}});
  }
  // No such password was ever taken; what is sent must not decide how long hashing takes.
  if (asked.password.reveal().size() > auth::kMaxPassword) return attempt->done(wrong());
  const bool is_taken = parts_.run_slowly([this, attempt, account = std::move(account)] {
    const Verdict verdict = verify(account, attempt->claim.password);
    if (!verdict.account) return attempt->done(wrong());
    settle(attempt, verdict);
  });
  if (is_taken) return;
  parts_.door.withdraw(asked.name, asked.address);
  attempt->done(busy());
}

void PasswordDesk::settle(const std::shared_ptr<Attempt>& attempt, const Verdict& verdict) {
  parts_.run([this, attempt, verdict] { attempt->done(admit(*attempt, verdict)); });
}

Result<auth::Account> PasswordDesk::admit(const Attempt& attempt, const Verdict& verdict) {
  const Claim& claim = attempt.claim;
  // As it is now: it may have changed while the password was looked at.
  const auto account = parts_.accounts.find(verdict.account->id);
  if (!account || !account->is_active || account->password_hash != verdict.account->password_hash)
    return wrong();
  if (parts_.is_client_token(claim.password.reveal())) {
    parts_.door.withdraw(claim.name, claim.address);
    return Error{ErrorCode::Forbidden,
                 "this password is a client token as well; another admin has to set a new one",
                 {},
                 {},
                 {}};
  }
  if (claim.code_is == Code::Asked && account->has_second_factor()) {
    if (!claim.code || claim.code->empty()) {
      parts_.door.withdraw(claim.name, claim.address);
      return Error{ErrorCode::SecondFactorRequired,
                   "this account asks for a code besides the password",
                   {},
                   "code",
                   {}};
    }
    GEMINATE_CHECK_OK(parts_.accounts.accept_code(account->id, *claim.code, now().wall));
  }
  parts_.door.succeeded(claim.name, claim.address);
  if (!verdict.new_hash.empty()) (void)parts_.accounts.note_login(account->id, verdict.new_hash, now().wall);
  return *account;
}

void PasswordDesk::hash(std::string_view field, Secret password, std::string_view account_name, Hashed done) {
  const auto allowed =
      auth::check_new_password(field, password.reveal(), account_name, [this](std::string_view text) {
        return parts_.door.is_admin_secret(text) || parts_.is_client_token(text);
      });
  if (!allowed.ok()) return done(allowed.error());
  auto shared_done = std::make_shared<Hashed>(std::move(done));
  const bool is_taken = parts_.run_slowly([this, shared_done, password = std::move(password)] {
    auto made = crypto::hash_password(password.reveal());
    if (!made.ok()) return (*shared_done)(std::move(made).error());
    parts_.run([shared_done, hash = std::move(made).value()] { (*shared_done)(hash); });
  });
  if (!is_taken) (*shared_done)(busy());
}

}  // namespace geminate::admin
