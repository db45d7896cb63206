#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "frontend-wasm/app/settings_state.h"
#include "shared/dto/accounts.h"

namespace geminate::ui {

/// What can be done about accounts, sessions and whole keys: each has a dialog, and most a call of its own.
enum class AccountStep : std::uint8_t {
  None,
  Add,
  Edit,
  Delete,
  EndSession,
  Password,       // one's own
  BeginFactor,    // asks for the password, to offer a secret
  ConfirmFactor,  // shows the secret, asks for a code
  Codes,          // shows the recovery codes, this once
  RemoveFactor,
  Reveal,    // asks for the password, to show a whole key
  Revealed,  // shows it, for half a minute
  Export,    // asks for the password, to hand out every whole key
};

struct AccountsPageState {
  Fetched<AccountList> accounts;
  Fetched<SessionList> sessions;

  AccountStep open = AccountStep::None;
  AccountView account;     // as it was when its form was filled; a new one has no name
  std::int64_t subject{};  // the session to end, or the key to reveal
  bool saving = false;
  std::map<std::string, Message> field_errors;
  bool conflict = false;  // someone else changed the account: its latest is on the way

  // Secrets, while their dialog is open.
  SecondFactorOffer offer;
  std::vector<std::string> codes;
  std::string whole_key;
  double hides_at = 0;  // seconds of the platform's clock
};

/// As typed.
struct AccountForm {
  std::string name;
  std::string password;  // empty: stays as it is
  AccountRole role = AccountRole::Viewer;
  bool is_active = true;
  bool removes_factor = false;
  friend bool operator==(const AccountForm&, const AccountForm&) = default;
};
AccountForm form_of(const AccountView& row);

struct AccountDrafts {
  AccountForm account;
  // Of the caller: proofs, and the password that is to hold.
  std::string password, code, new_password;
};

/// Seconds for which a whole key is shown.
inline constexpr double kRevealSeconds = 30;

}  // namespace geminate::ui
