#include "backend/auth/account_moves.h"

#include <gtest/gtest.h>

#include "tests/unit/auth/account_bench.h"

namespace geminate::auth {
namespace {

Account anna() {
  Account account;
  account.id = 7;
  account.name = "anna";
  account.password_hash = "$argon2id$old";
  account.second_factor = Secret("the old secret");
  return account;
}

TEST(AccountMoves, SayWhatChangedAndWhose) {
  const Account before = anna();
  Account after = before;
  after.role = Role::Admin;
  after.is_active = false;
  const Change change = account_change(change_by(0), &before, &after);
  EXPECT_EQ(change.target_kind, "account");
  EXPECT_EQ(change.target_id, "7");
  EXPECT_EQ(change.who.account_id, 0);
  const std::vector<FieldMove> wanted = {{"role", "viewer", "admin"}, {"is_active", "true", "false"}};
  EXPECT_EQ(change.moves, wanted);
}

TEST(AccountMoves, SayOfSecretsThatTheyChangedAndNoMore) {
  const Account before = anna();
  Account after = before;
  after.password_hash = "$argon2id$new";
  after.second_factor = Secret("the new secret");
  after.recovery_hashes = {"a recovery code's hash"};
  std::string all;
  const Change change = account_change(change_by(0), &before, &after);
  for (const FieldMove& move : change.moves)
    all += move.field + move.before.value_or("-") + move.after.value_or("-");
  EXPECT_EQ(change.moves.size(), 2U);
  for (const char* secret : {"argon2id", "secret", "hash"}) EXPECT_EQ(all.find(secret), std::string::npos);
}

TEST(AccountMoves, SayOfAnAccountThatComesOrGoesWhatItIs) {
  const Account account = anna();
  const auto made = account_change(change_by(0), nullptr, &account);
  ASSERT_EQ(made.moves.size(), 4U);
  EXPECT_EQ(made.moves[0], (FieldMove{"name", std::nullopt, "anna"}));
  const auto gone = account_change(change_by(0), &account, nullptr);
  EXPECT_EQ(gone.moves[0], (FieldMove{"name", "anna", std::nullopt}));
  EXPECT_EQ(gone.target_id, "7");
}

}  // namespace
}  // namespace geminate::auth
