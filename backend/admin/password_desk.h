#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "backend/admin/binding.h"
#include "backend/auth/accounts.h"
#include "backend/auth/admin_door.h"

namespace geminate::admin {

/// Runs a task on the thread that hashes passwords; false, and never, when too many wait for it already.
using RunSlowly = std::function<bool(std::function<void()>)>;

/// What the desk works with; outlives it.
struct PasswordDeskParts {
  auth::AdminDoor& door;
  auth::Accounts& accounts;
  /// Any thread.
  std::function<bool(std::string_view)> is_client_token;
  RunInBackground run;
  RunSlowly run_slowly;
};

/// Where passwords and codes are looked at. Argon2id takes tens of milliseconds and megabytes, so it runs on
/// a thread of its own, one at a time and with a short queue: neither requests nor edits wait behind a flood
/// of log-ins. The environment's admin's secret is long and compared at once; no flood stands before it. Any
/// thread.
class PasswordDesk {
 public:
  explicit PasswordDesk(PasswordDeskParts parts);

  /// Whether a second factor, where the account has one, is asked for.
  enum class Code : std::uint8_t { Asked, NotAsked };

  struct Claim {
    /// Who somebody says they are.
    std::string name;
    Secret password;
    std::optional<std::string> code;
    /// Where from.
    std::string address;
    Code code_is = Code::Asked;
  };

  /// With the account, on the management thread; or with an error, on any thread: Unauthenticated for wrong
  /// passwords, names and codes, SecondFactorRequired where just the code is missing, RateLimited, Forbidden
  /// for a password that is a client token too. An unknown name takes the time of a wrong password.
  using Done = std::function<void(Result<auth::Account>)>;
  void check(Claim claim, Done done);

  /// The hash of a new password, on the management thread; an error on any thread: BadRequest naming `field`.
  using Hashed = std::function<void(Result<std::string>)>;
  void hash(std::string_view field, Secret password, std::string_view account_name, Hashed done);

 private:
  struct Verdict {
    std::optional<auth::Account> account;
    /// At today's cost, where the old one was cheaper.
    std::string new_hash;
  };
  struct Attempt;

  static Verdict verify(const std::optional<auth::Account>& account, const Secret& password);
  void settle(const std::shared_ptr<Attempt>& attempt, const Verdict& verdict);
  Result<auth::Account> admit(const Attempt& attempt, const Verdict& verdict);

  PasswordDeskParts parts_;
};

}  // namespace geminate::admin
