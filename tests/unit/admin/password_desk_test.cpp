#include "backend/admin/password_desk.h"

#include <gtest/gtest.h>

#include <deque>

#include "backend/auth/account_rules.h"
#include "backend/auth/totp.h"
#include "backend/crypto/password_hash.h"
#include "tests/unit/auth/account_bench.h"

namespace geminate::admin {
namespace {

const std::string kAdmin = "the admin's own secret";
const std::string kPassword = "correct horse battery";

/// What hashes passwords runs when the test says so; the management thread at once.
class PasswordDeskTest : public testing::Test {
 protected:
  PasswordDeskTest() {
    run_all();
    AccountDraft draft;
    draft.name = "anna";
    EXPECT_TRUE(accounts_.add(draft, *crypto::hash_password(kPassword), auth::change_by(0), now().wall).ok());
  }
  void run_all() {
    while (!slow_.empty()) {
      auto task = std::move(slow_.front());
      slow_.pop_front();
      task();
    }
  }
  PasswordDesk::Claim claim(std::string name, std::string password, std::optional<std::string> code = {}) {
    return {std::move(name), Secret(std::move(password)), std::move(code), address_,
            PasswordDesk::Code::Asked};
  }
  Result<auth::Account> check(PasswordDesk::Claim asked) {
    std::optional<Result<auth::Account>> outcome;
    desk_.check(std::move(asked), [&](Result<auth::Account> account) { outcome = std::move(account); });
    run_all();
    EXPECT_TRUE(outcome) << "no answer";
    return std::move(*outcome);
  }
  ErrorCode code_of(PasswordDesk::Claim asked) {
    const auto outcome = check(std::move(asked));
    EXPECT_FALSE(outcome.ok());
    return outcome.ok() ? ErrorCode::Internal : outcome.error().code;
  }

  std::string address_ = "192.0.2.1";
  std::deque<std::function<void()>> slow_;
  bool is_full_ = false;
  std::string client_token_ = "a client token that is known";
  auth::FakeAccountStore store_;
  auth::Accounts accounts_{&store_, Secret(std::string(32, 'r'))};
  auth::AdminDoor door_{Secret(kAdmin)};
  PasswordDesk desk_{{door_, accounts_, [this](std::string_view text) { return text == client_token_; },
                      [](std::function<void()> task) { task(); },
                      [this](std::function<void()> task) {
                        if (is_full_) return false;
                        slow_.push_back(std::move(task));
                        return true;
                      }}};
};

TEST_F(PasswordDeskTest, KnowsTheEnvironmentsAdminAtOnceWhateverWaits) {
  desk_.check(claim("anna", kPassword), [](Result<auth::Account>) {});
  is_full_ = true;
  bool answered = false;
  desk_.check(claim("Admin", kAdmin),
              [&](Result<auth::Account> account) { answered = account.ok() && account->id == 0; });
  EXPECT_TRUE(answered);
}

TEST_F(PasswordDeskTest, KnowsAnAccountByNameAndPassword) {
  const auto anna = check(claim("ANNA", kPassword));
  ASSERT_TRUE(anna.ok());
  EXPECT_EQ(anna->name, "anna");
  EXPECT_EQ(code_of(claim("anna", kPassword + "x")), ErrorCode::Unauthenticated);
  EXPECT_EQ(code_of(claim("anna", kAdmin)), ErrorCode::Unauthenticated);
  EXPECT_EQ(code_of(claim("admin", kPassword)), ErrorCode::Unauthenticated);
  EXPECT_EQ(code_of(claim("anna", "")), ErrorCode::Unauthenticated);
}

TEST_F(PasswordDeskTest, SaysOfAnUnknownNameWhatItSaysOfAWrongPasswordAfterTheSameWork) {
  std::optional<Error> wrong;
  std::optional<Error> unknown;
  desk_.check(claim("anna", "wrong password"), [&](auto outcome) { wrong = outcome.error(); });
  desk_.check(claim("nobody", "wrong password"), [&](auto outcome) { unknown = outcome.error(); });
  EXPECT_EQ(slow_.size(), 2U) << "both are hashed";
  EXPECT_FALSE(wrong || unknown);
  run_all();
  ASSERT_TRUE(wrong && unknown);
  EXPECT_EQ(wrong->message, unknown->message);
  EXPECT_EQ(wrong->code, unknown->code);
}

TEST_F(PasswordDeskTest, DoesNotHashWhatNoPasswordCanBe) {
  EXPECT_EQ(code_of(claim("anna", std::string(auth::kMaxPassword + 1, 'x'))), ErrorCode::Unauthenticated);
}

TEST_F(PasswordDeskTest, TurnsAwayWhenTooManyWait) {
  is_full_ = true;
  for (int i = 0; i < 20; ++i) {
    const auto outcome = check(claim("anna", kPassword));
    ASSERT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, ErrorCode::RateLimited);
    EXPECT_TRUE(outcome.error().retry_after);
  }
  is_full_ = false;
  EXPECT_TRUE(check(claim("anna", kPassword)).ok()) << "it counted as nobody's wrong password";
}

TEST_F(PasswordDeskTest, RefusesWhoWasDisabledOrChangedWhileThePasswordWasLookedAt) {
  std::optional<Result<auth::Account>> outcome;
  desk_.check(claim("anna", kPassword), [&](auto account) { outcome = std::move(account); });
  ASSERT_TRUE(accounts_.set_password(1, "another hash", auth::change_by(1)).ok());
  run_all();
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->ok());
}

TEST_F(PasswordDeskTest, RefusesADisabledAccountAsIfItsPasswordWereWrong) {
  AccountPatch patch;
  patch.is_active = false;
  ASSERT_TRUE(accounts_.update(1, patch, {}, auth::change_by(0)).ok());
  EXPECT_EQ(code_of(claim("anna", kPassword)), ErrorCode::Unauthenticated);
}

TEST_F(PasswordDeskTest, RefusesAPasswordThatBecameAClientToken) {
  client_token_ = kPassword;
  EXPECT_EQ(code_of(claim("anna", kPassword)), ErrorCode::Forbidden);
}

TEST_F(PasswordDeskTest, AsksForACodeWhereThereIsASecondFactor) {
  auth::Account anna = *accounts_.find(1);
  anna.second_factor = Secret("12345678901234567890");
  store_.rows[1] = anna;
  ASSERT_TRUE(accounts_.load().ok());
  const auto present = [&] { return auth::code_of(anna.second_factor, auth::code_step(now().wall)); };
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(code_of(claim("anna", kPassword)), ErrorCode::SecondFactorRequired) << "which is no failure";
  EXPECT_EQ(code_of(claim("anna", "wrong password")), ErrorCode::Unauthenticated)
      << "who does not know the password does not learn of it";
  EXPECT_EQ(code_of(claim("anna", kPassword, "not it")), ErrorCode::Unauthenticated);
  EXPECT_TRUE(check(claim("anna", kPassword, present())).ok());
  auto without = claim("anna", kPassword);
  without.code_is = PasswordDesk::Code::NotAsked;
  EXPECT_TRUE(check(std::move(without)).ok());
}

TEST_F(PasswordDeskTest, ThrottlesWrongCodesLikeWrongPasswords) {
  auth::Account anna = *accounts_.find(1);
  anna.second_factor = Secret("12345678901234567890");
  store_.rows[1] = anna;
  ASSERT_TRUE(accounts_.load().ok());
  int looked_at = 0;
  for (int i = 0; i < 50; ++i) {
    if (code_of(claim("anna", kPassword, "wrong!")) == ErrorCode::Unauthenticated) ++looked_at;
  }
  EXPECT_GE(looked_at, auth::LoginThrottle::kFreeFailures);
  EXPECT_LE(looked_at, 2 * auth::LoginThrottle::kFreeFailures) << "on however slow a machine";
}

TEST_F(PasswordDeskTest, MakesAHashAnewWhenItsCostHasGrown) {
  // "password" with 8 MiB and one pass.
  store_.rows[1].password_hash =
      "$argon2id$v=19$m=8192,t=1,p=1$8i0AP9zPb4kxZQNXMd7iFA$QWnS7rRusO6bv35nZLxfRMq0nDXdMsGQhFtKe8tGp5g";
  ASSERT_TRUE(accounts_.load().ok());
  ASSERT_TRUE(check(claim("anna", "password")).ok());
  EXPECT_FALSE(crypto::needs_rehash(store_.rows[1].password_hash));
  EXPECT_TRUE(check(claim("anna", "password")).ok());
}

TEST_F(PasswordDeskTest, HashesANewPasswordThatWillDo) {
  std::string hash;
  desk_.hash("new", Secret("a password of her own"), "anna", [&](auto made) { hash = *made; });
  EXPECT_TRUE(hash.empty()) << "not on the caller's thread";
  run_all();
  EXPECT_TRUE(crypto::verify_password(hash, "a password of her own"));
  for (const std::string& bad : {kAdmin, client_token_, std::string("short")}) {
    std::optional<Error> error;
    desk_.hash("new", Secret(bad), "anna", [&](auto made) { error = made.error(); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->field, "new");
  }
}

}  // namespace
}  // namespace geminate::admin
