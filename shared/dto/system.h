#pragma once

#include <optional>
#include <string>

#include "shared/core/describe.h"
#include "shared/dto/accounts.h"
#include "shared/dto/keys.h"

namespace geminate {

/// For routes whose request or answer has no body.
struct NoBody {
  template <class Self, class Field>
  static void describe(Self&, Field&&) {}
};

/// Answer of GET /api/session, with or without a login.
struct SessionView {
  bool is_admin = false;
  KeyStorageMode key_storage_mode = KeyStorageMode::Memory;
  std::string version;
  std::optional<std::int64_t> account_id{};
  std::optional<std::string> name{};
  std::optional<AccountRole> role{};
  bool has_second_factor = false;
  bool can_reveal_keys = false;
  bool is_secure = false;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("is_admin", self.is_admin, "Whether the caller may change things.");
    field("key_storage_mode", self.key_storage_mode, "Where keys live.");
    field("version", self.version, "The server's version.");
    field("account_id", self.account_id, "Whose log-in it is; null without one.");
    field("name", self.name, "The account's name; null without a log-in.");
    field("role", self.role, "What it may do; null without a log-in.");
    field("has_second_factor", self.has_second_factor, "Whether the caller's account asks for a code.");
    field("can_reveal_keys", self.can_reveal_keys, "Whether the caller may see whole keys (KEY_REVEAL).");
    field("is_secure", self.is_secure, "Whether this request came over TLS.");
  }
};

/// Body of POST /api/login.
struct LoginRequest {
  std::string password;
  std::optional<std::string> name{};
  std::optional<std::string> code{};

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("password", self.password, "The account's password; the environment's admin has ADMIN_API_KEY.");
    field("name", self.name, "The account's name; the environment's admin if left out.");
    field("code", self.code, field_words::kCode);
  }
};

struct ManagementError {
  std::string code;
  std::string message;
  std::optional<std::string> field;

  template <class Self, class Field>
  static void describe(Self& self, Field&& visit) {
    visit("code", self.code, "What went wrong, as a word.");
    visit("message", self.message, "What went wrong, as a sentence.");
    visit("field", self.field, "The request's field at fault.");
  }
};

/// Body of every management answer of 400 and above.
struct ManagementErrorBody {
  ManagementError error;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("error", self.error, "The fault.");
  }
};

/// Answer of the health routes.
struct HealthView {
  std::string status;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("status", self.status, "ok, or why not.");
  }
};

}  // namespace geminate
