#include "backend/auth/account_moves.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace geminate::auth {
namespace {

using Text = std::optional<std::string>;

Text name_in(const Account* account) { return account == nullptr ? Text() : Text(account->name); }

Text role_in(const Account* account) {
  return account == nullptr ? Text() : Text(std::string(name_of(account->role)));
}

Text activity_in(const Account* account) {
  return account == nullptr ? Text() : Text(account->is_active ? "true" : "false");
}

Text second_factor_in(const Account* account) {
  return account == nullptr || !account->has_second_factor() ? Text() : Text("set");
}

/// All that can be said of a password.
bool has_other_password(const Account* before, const Account* after) {
  return before != nullptr && after != nullptr && before->password_hash != after->password_hash;
}

bool has_other_second_factor(const Account* before, const Account* after) {
  return before != nullptr && after != nullptr && before->has_second_factor() && after->has_second_factor() &&
         before->second_factor.reveal() != after->second_factor.reveal();
}

}  // namespace

Change account_change(const Change& change, const Account* before, const Account* after) {
  Change whole = change;
  whole.target_kind = "account";
  whole.target_id = std::to_string(after != nullptr ? after->id : before->id);
  const auto note = [&](const char* field, Text from, Text to) {
    if (from != to) whole.moves.push_back({field, std::move(from), std::move(to)});
  };
  note("name", name_in(before), name_in(after));
  note("role", role_in(before), role_in(after));
  note("is_active", activity_in(before), activity_in(after));
  note("second_factor", second_factor_in(before), second_factor_in(after));
  if (has_other_password(before, after)) note("password", "the old one", "a new one");
  if (has_other_second_factor(before, after)) note("second_factor", "the old one", "a new one");
  return whole;
}

}  // namespace geminate::auth
