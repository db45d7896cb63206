#pragma once

#include <optional>
#include <string>

#include "shared/core/describe.h"
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

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("is_admin", self.is_admin, "Whether the caller is logged in.");
    field("key_storage_mode", self.key_storage_mode, "Where keys live.");
    field("version", self.version, "The server's version.");
  }
};

/// Body of POST /api/login.
struct LoginRequest {
  std::string password;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("password", self.password, "The admin's secret.");
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
