#include "backend/auth/accounts.h"

#include <gtest/gtest.h>

#include "backend/auth/account_rules.h"
#include "backend/auth/totp.h"
#include "tests/unit/auth/account_bench.h"

namespace geminate::auth {
namespace {

using namespace std::chrono_literals;

/// 160 bits from base32's letters.
Secret secret_of(const std::string& base32) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string bytes;
  unsigned kept = 0;
  int bits = 0;
  for (const char c : base32) {
    kept = kept << 5 | static_cast<unsigned>(kDigits.find(c));
    if ((bits += 5) >= 8) bytes.push_back(static_cast<char>(kept >> (bits -= 8)));
  }
  return Secret(bytes);
}

class AccountsTest : public testing::Test {
 protected:
  std::int64_t add(const std::string& name, Role role = Role::Viewer) {
    AccountDraft draft;
    draft.name = name;
    draft.role = role;
    const auto view = accounts_.add(draft, "hash of " + name, change_by(0), now_);
    EXPECT_TRUE(view.ok());
    return view.ok() ? view->id : -1;
  }
  /// Puts a second factor on; the secret.
  Secret enrol(std::int64_t id) {
    const auto offer = accounts_.offer_second_factor(id, now_);
    EXPECT_TRUE(offer.ok());
    Secret secret = secret_of(offer->secret);
    const auto codes =
        accounts_.confirm_second_factor(id, code_of(secret, code_step(now_)), change_by(id), now_);
    EXPECT_TRUE(codes.ok());
    if (codes.ok()) codes_ = codes->recovery_codes;
    return secret;
  }

  Timestamp now_ = parse_rfc3339("2026-06-15T12:00:00Z").value();
  FakeAccountStore store_;
  Accounts accounts_{&store_, Secret(std::string(32, 'r'))};
  std::vector<std::string> codes_;
};

TEST_F(AccountsTest, TheEnvironmentsAdminIsAlwaysThere) {
  const auto admin = accounts_.find("ADMIN");
  ASSERT_TRUE(admin);
  EXPECT_EQ(admin->id, 0);
  EXPECT_EQ(admin->role, Role::Admin);
  EXPECT_FALSE(accounts_.erase(0, change_by(1)).ok());
  AccountPatch patch;
  patch.is_active = false;
  EXPECT_EQ(accounts_.update(0, patch, {}, change_by(1)).error().code, ErrorCode::Forbidden);
  EXPECT_FALSE(accounts_.set_password(0, "hash", change_by(0)).ok());
}

TEST_F(AccountsTest, WhateverTheTableSaysTheEnvironmentsAdminStaysOne) {
  store_.rows[0].is_active = false;
  store_.rows[0].role = Role::Viewer;
  store_.rows[0].password_hash = "a hash that somebody wrote into the file";
  Accounts accounts(&store_, Secret(std::string(32, 'r')));
  ASSERT_TRUE(accounts.load().ok());
  const auto admin = accounts.find(0);
  EXPECT_TRUE(admin->is_active);
  EXPECT_EQ(admin->role, Role::Admin);
  EXPECT_TRUE(admin->password_hash.empty());
}

TEST_F(AccountsTest, NamesAreUniqueWhateverTheirCapitals) {
  add("Anna@example.org");
  AccountDraft draft;
  draft.name = "anna@EXAMPLE.org";
  const auto second = accounts_.add(draft, "hash", change_by(0), now_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::Conflict);
  EXPECT_EQ(second.error().field, "name");
  draft.name = "Admin";
  EXPECT_EQ(accounts_.add(draft, "hash", change_by(0), now_).error().code, ErrorCode::Conflict);
  for (const char* bad : {"", "two words", "sla/sh", "\xC3\xA4", "x\n"}) {
    draft.name = bad;
    EXPECT_EQ(accounts_.add(draft, "hash", change_by(0), now_).error().code, ErrorCode::BadRequest) << bad;
  }
  draft.name = std::string(65, 'a');
  EXPECT_EQ(accounts_.add(draft, "hash", change_by(0), now_).error().code, ErrorCode::BadRequest);
  EXPECT_FALSE(accounts_.find(std::string(64, 'a') + "b")) << "a name that was cut is another name";
}

TEST_F(AccountsTest, NobodyChangesTheAccountTheyActWith) {
  const std::int64_t id = add("anna", Role::Admin);
  AccountPatch patch;
  patch.role = Role::Viewer;
  EXPECT_EQ(accounts_.update(id, patch, {}, change_by(id)).error().code, ErrorCode::Forbidden);
  EXPECT_EQ(accounts_.erase(id, change_by(id)).error().code, ErrorCode::Forbidden);
  EXPECT_TRUE(accounts_.update(id, patch, {}, change_by(0)).ok());
  EXPECT_EQ(accounts_.find(id)->role, Role::Viewer);
}

TEST_F(AccountsTest, AnEditFromAnOlderRevisionIsAConflict) {
  const std::int64_t id = add("anna");
  AccountPatch patch;
  patch.is_active = false;
  patch.revision = 1;
  EXPECT_EQ(accounts_.update(id, patch, {}, change_by(0))->revision, 2);
  EXPECT_EQ(accounts_.update(id, patch, {}, change_by(0)).error().code, ErrorCode::Conflict);
  EXPECT_EQ(accounts_.update(99, patch, {}, change_by(0)).error().code, ErrorCode::NotFound);
}

TEST_F(AccountsTest, WhatCannotBeSavedDoesNotHold) {
  const std::int64_t id = add("anna");
  store_.fails = true;
  AccountPatch patch;
  patch.is_active = false;
  EXPECT_FALSE(accounts_.update(id, patch, {}, change_by(0)).ok());
  EXPECT_TRUE(accounts_.find(id)->is_active);
  EXPECT_FALSE(accounts_.set_password(id, "new hash", change_by(id)).ok());
  EXPECT_EQ(accounts_.find(id)->password_hash, "hash of anna");
  EXPECT_FALSE(accounts_.erase(id, change_by(0)).ok());
  EXPECT_TRUE(accounts_.find("anna"));
}

TEST_F(AccountsTest, AreThereAfterARestart) {
  const std::int64_t id = add("anna");
  const Secret secret = enrol(id);
  Accounts again(&store_, Secret(std::string(32, 'r')));
  ASSERT_TRUE(again.load().ok());
  const auto anna = again.find("anna");
  ASSERT_TRUE(anna);
  EXPECT_EQ(anna->second_factor.reveal(), secret.reveal());
  EXPECT_FALSE(again.accept_code(id, code_of(secret, code_step(now_)), now_).ok())
      << "the code that confirmed it is used up";
  EXPECT_TRUE(again.accept_code(id, codes_[3], now_).ok());
}

TEST_F(AccountsTest, ASecondFactorHoldsOnceACodeHasConfirmedIt) {
  const std::int64_t id = add("anna");
  ASSERT_TRUE(accounts_.offer_second_factor(id, now_).ok());
  EXPECT_FALSE(accounts_.find(id)->has_second_factor());
  EXPECT_EQ(accounts_.confirm_second_factor(id, "000000", change_by(id), now_).error().field, "code");
  EXPECT_FALSE(accounts_.find(id)->has_second_factor());
  (void)enrol(id);
  EXPECT_TRUE(accounts_.find(id)->has_second_factor());
  EXPECT_EQ(codes_.size(), kRecoveryCodes);
}

TEST_F(AccountsTest, AnOfferEndsAfterTenMinutes) {
  const std::int64_t id = add("anna");
  const auto offer = accounts_.offer_second_factor(id, now_);
  const Timestamp later = now_ + 10min + 1ms;
  const std::string code = code_of(secret_of(offer->secret), code_step(later));
  EXPECT_FALSE(accounts_.confirm_second_factor(id, code, change_by(id), later).ok());
}

TEST_F(AccountsTest, TakesACodeOnce) {
  const std::int64_t id = add("anna");
  const Secret secret = enrol(id);
  now_ += 60s;
  const std::string code = code_of(secret, code_step(now_));
  EXPECT_TRUE(accounts_.accept_code(id, code, now_).ok());
  EXPECT_EQ(accounts_.accept_code(id, code, now_).error().code, ErrorCode::Unauthenticated);
  now_ += 30s;
  EXPECT_TRUE(accounts_.accept_code(id, code_of(secret, code_step(now_)), now_).ok());
}

TEST_F(AccountsTest, TakesEachRecoveryCodeOnce) {
  const std::int64_t id = add("anna");
  (void)enrol(id);
  for (const std::string& code : codes_) {
    EXPECT_TRUE(accounts_.accept_code(id, code, now_).ok());
    EXPECT_FALSE(accounts_.accept_code(id, code, now_).ok());
  }
  EXPECT_EQ(accounts_.list().back().recovery_codes_left, 0);
}

TEST_F(AccountsTest, ARecoveryCodeThatCannotBeMarkedAsUsedIsRefused) {
  const std::int64_t id = add("anna");
  const Secret secret = enrol(id);
  store_.fails = true;
  EXPECT_EQ(accounts_.accept_code(id, codes_[0], now_).error().code, ErrorCode::Unavailable);
  now_ += 60s;
  EXPECT_TRUE(accounts_.accept_code(id, code_of(secret, code_step(now_)), now_).ok())
      << "a full disk keeps nobody out who has the app";
  store_.fails = false;
  EXPECT_TRUE(accounts_.accept_code(id, codes_[0], now_).ok());
}

TEST_F(AccountsTest, AnAdminTakesALostSecondFactorAway) {
  const std::int64_t id = add("anna");
  (void)enrol(id);
  AccountPatch patch;
  patch.remove_second_factor = true;
  ASSERT_TRUE(accounts_.update(id, patch, {}, change_by(0)).ok());
  EXPECT_FALSE(accounts_.find(id)->has_second_factor());
  EXPECT_FALSE(accounts_.remove_second_factor(id, change_by(id)).ok()) << "there is none any more";
}

TEST_F(AccountsTest, MemoryModeHasTheEnvironmentsAdminAlone) {
  Accounts accounts(nullptr);
  ASSERT_TRUE(accounts.load().ok());
  EXPECT_EQ(accounts.list().size(), 1U);
  AccountDraft draft;
  draft.name = "anna";
  EXPECT_EQ(accounts.add(draft, "hash", change_by(0), now_).error().code, ErrorCode::Conflict);
  EXPECT_EQ(accounts.offer_second_factor(0, now_).error().code, ErrorCode::Conflict);
  EXPECT_TRUE(accounts.note_login(0, {}, now_).ok());
}

TEST(AccountRules, APasswordIsLongEnoughAndNobodyElsesSecret) {
  const auto is_other = [](std::string_view text) { return text == "the admin's own secret"; };
  const auto check = [&](std::string_view password) {
    return check_new_password("password", password, "longaccountname", is_other);
  };
  EXPECT_TRUE(check("twelve chars").ok());
  EXPECT_TRUE(check(std::string(1024, 'x')).ok());
  EXPECT_FALSE(check("eleven char").ok());
  EXPECT_FALSE(check(std::string(1025, 'x')).ok());
  EXPECT_FALSE(check("\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6\xC3\xBC").ok())
      << "twelve bytes, six characters";
  EXPECT_FALSE(check("LongAccountName").ok());
  EXPECT_FALSE(check("the admin's own secret").ok());
  EXPECT_EQ(check("short").error().field, "password");
}

}  // namespace
}  // namespace geminate::auth
