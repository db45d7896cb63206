#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "shared/core/result.h"

// What an account's name and password may be. Pure; each fails with BadRequest that names the field.
namespace geminate::auth {

inline constexpr std::string_view kAdminName = "admin";
inline constexpr std::size_t kMaxAccountName = 64;
/// Characters; of several bytes or not.
inline constexpr std::size_t kMinPassword = 12;
/// Bytes. Hashing takes longer with longer ones; nobody types more.
inline constexpr std::size_t kMaxPassword = 1024;

/// Names are compared in this form. Cut, so that it can be remembered whoever sent it.
std::string folded_name(std::string_view name);

/// 1 to 64 letters, digits and . _ - @ +, and not the environment's admin's.
Status check_account_name(std::string_view name);

/// Whether the text is a secret of another kind: the admin's or a client token.
using IsOtherSecret = std::function<bool(std::string_view)>;

/// `field`: what the request calls it.
Status check_new_password(std::string_view field, std::string_view password, std::string_view account_name,
                          const IsOtherSecret& is_other_secret);

}  // namespace geminate::auth
