#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/core/caller.h"
#include "shared/core/describe.h"
#include "shared/core/time.h"
#include "shared/dto/keys.h"

namespace geminate {

/// A viewer minds its own password, second factor and sessions besides.
using AccountRole = Role;

namespace field_words {
inline constexpr const char* kAccountName =
    "What it logs in with: 1 to 64 letters, digits and . _ - @ +; capitals make no difference. admin is the "
    "environment's.";
inline constexpr const char* kAccountRole = "What it may do: admin everything, viewer look.";
inline constexpr const char* kAccountPassword =
    "12 characters to 1024 bytes; not the account's name, the admin's secret or a client token.";
inline constexpr const char* kOwnPassword = "The caller's own password, once more.";
inline constexpr const char* kCode =
    "Six digits of the second factor, or a recovery code; where the account has one.";
}  // namespace field_words

/// Who may log in to the console; nothing secret is in it.
struct AccountView {
  std::int64_t id = 0;
  std::string name;
  AccountRole role = AccountRole::Viewer;
  bool is_active = true;
  bool is_system = false;
  bool has_second_factor = false;
  std::int64_t recovery_codes_left = 0;
  Timestamp created_at{};
  std::optional<Timestamp> last_login_at;
  std::int64_t revision = 1;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("id", self.id, "The account's number; 0 is the environment's admin.");
    field("name", self.name, field_words::kAccountName);
    field("role", self.role, field_words::kAccountRole);
    field("is_active", self.is_active, "Whether it may log in.");
    field("is_system", self.is_system,
          "Whether it is the environment's admin (ADMIN_API_KEY), which is always there.");
    field("has_second_factor", self.has_second_factor, "Whether a code is asked for besides the password.");
    field("recovery_codes_left", self.recovery_codes_left, "How many of its recovery codes are unused.");
    field("created_at", self.created_at, "When it was made.");
    field("last_login_at", self.last_login_at, "When it last logged in.");
    field("revision", self.revision, field_words::kRevision);
  }
};

/// Answer of accounts/data.
struct AccountList {
  std::vector<AccountView> accounts;
  std::int64_t total_accounts = 0;
  KeyStorageMode key_storage_mode = KeyStorageMode::Memory;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("accounts", self.accounts, "Every account, the environment's admin first.");
    field("total_accounts", self.total_accounts, "How many there are.");
    field("key_storage_mode", self.key_storage_mode,
          "In memory mode the environment's admin is the only one.");
  }
};

/// Body of accounts/add.
struct AccountDraft {
  std::string name;
  AccountRole role = AccountRole::Viewer;
  std::string password;
  std::optional<bool> is_active;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("name", self.name, field_words::kAccountName);
    field("role", self.role, field_words::kAccountRole);
    field("password", self.password, field_words::kAccountPassword);
    field("is_active", self.is_active, "Whether it may log in; true if left out.");
  }
};

/// Body of accounts/update: another's account. A new password, role, a second factor that is taken away and
/// is_active = false end its sessions.
struct AccountPatch {
  std::optional<AccountRole> role;
  std::optional<bool> is_active;
  std::optional<std::string> password;
  std::optional<bool> remove_second_factor;
  std::optional<std::int64_t> revision;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("role", self.role, field_words::kAccountRole);
    field("is_active", self.is_active, "Whether it may log in.");
    field("password", self.password, field_words::kAccountPassword);
    field("remove_second_factor", self.remove_second_factor,
          "true takes the second factor away, for somebody who has lost it.");
    field("revision", self.revision, field_words::kPatchRevision);
  }
};

/// One log-in that lives. Its number is not the secret that the cookie holds.
struct SessionInfo {
  std::int64_t id = 0;
  std::int64_t account_id = 0;
  std::string account_name;
  Timestamp created_at{};
  Timestamp last_seen_at{};
  Timestamp ends_at{};
  std::string address;
  std::string user_agent;
  bool is_current = false;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("id", self.id, "The session's number; stands in URLs.");
    field("account_id", self.account_id, "Whose it is.");
    field("account_name", self.account_name, "Whose it is, by name.");
    field("created_at", self.created_at, "When it began.");
    field("last_seen_at", self.last_seen_at, "When it was last used.");
    field("ends_at", self.ends_at, "When it ends if it is not used any more.");
    field("address", self.address, "Where the log-in came from.");
    field("user_agent", self.user_agent,
          "The browser, as it called itself at the log-in; cut to 200 characters.");
    field("is_current", self.is_current, "Whether it is the one that asks.");
  }
};

/// Answer of sessions/data: a viewer's own, for an admin all.
struct SessionList {
  std::vector<SessionInfo> sessions;
  std::int64_t total_sessions = 0;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("sessions", self.sessions, "Living sessions, the latest log-in first.");
    field("total_sessions", self.total_sessions, "How many there are.");
  }
};

/// Body of account/password.
struct PasswordChange {
  std::string current_password;
  std::string new_password;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("current", self.current_password, "The password until now.");
    field("new", self.new_password, field_words::kAccountPassword);
  }
};

/// Body of what wants the caller's password once more.
struct Reauthentication {
  std::string password;
  std::optional<std::string> code;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("password", self.password, field_words::kOwnPassword);
    field("code", self.code, field_words::kCode);
  }
};

/// Body of second-factor/begin and remove.
struct PasswordProof {
  std::string password;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("password", self.password, field_words::kOwnPassword);
  }
};

/// Answer of second-factor/begin. Nothing is changed until a code confirms that the secret has arrived.
struct SecondFactorOffer {
  std::string secret;
  std::string uri;
  Timestamp valid_until{};

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("secret", self.secret, "What the authenticator app wants to know, in base32.");
    field("uri", self.uri, "The same as an otpauth:// address; as a QR code or a link it is one tap.");
    field("valid_until", self.valid_until, "Until when second-factor/confirm takes a code for it.");
  }
};

/// Body of second-factor/confirm.
struct SecondFactorCode {
  std::string code;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("code", self.code, "Six digits that the authenticator app shows now.");
  }
};

/// Answer of second-factor/confirm.
struct RecoveryCodes {
  std::vector<std::string> recovery_codes;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("recovery_codes", self.recovery_codes,
          "Each stands in for a code once, should the app be lost; they are never shown again.");
  }
};

/// Answer of keys/reveal.
struct RevealedKey {
  std::int64_t id = 0;
  std::string key_string;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("id", self.id, field_words::kId);
    field("key_string", self.key_string, "The whole key.");
  }
};

/// Answer of keys/export.
struct KeyExport {
  std::vector<RevealedKey> keys;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("keys", self.keys, "Every upstream key, whole, by rising id.");
  }
};

}  // namespace geminate
