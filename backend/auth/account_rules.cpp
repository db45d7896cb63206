#include "backend/auth/account_rules.h"

#include <algorithm>

#include "backend/keys/setting_rules.h"
#include "shared/core/ascii.h"

namespace geminate::auth {
namespace {

using keys::bad_field;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._-@+").find(c) != std::string_view::npos;
}

/// As UTF-8 counts them.
std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

std::string folded_name(std::string_view name) {
  std::string folded(name.substr(0, kMaxAccountName));
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

Status check_account_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxAccountName ||
      !std::all_of(name.begin(), name.end(), is_name_character)) {
    return bad_field("name", "name must be 1 to 64 letters, digits and . _ - @ +");
  }
  if (iequals(name, kAdminName)) {
    return Error{ErrorCode::Conflict, "admin is the environment's admin and always there", {}, "name", {}};
  }
  return Status::success();
}

Status check_new_password(std::string_view field, std::string_view password, std::string_view account_name,
                          const IsOtherSecret& is_other_secret) {
  if (characters_of(password) < kMinPassword)
    return bad_field(field, "the password must have 12 characters at least");
  if (password.size() > kMaxPassword) return bad_field(field, "the password is longer than 1024 bytes");
  if (iequals(password, account_name)) return bad_field(field, "the password must not be the account's name");
  if (is_other_secret(password)) {
    return bad_field(field, "the password must not be the admin's secret nor a client token");
  }
  return Status::success();
}

}  // namespace geminate::auth
