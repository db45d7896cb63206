#include "backend/admin/token_list.h"

#include <gtest/gtest.h>

#include "backend/auth/memory_token_store.h"

namespace geminate::admin {
namespace {

struct TokenListingTest : testing::Test {
  std::string version() { return listing.list(moment).version; }

  Now moment = now();
  auth::MemoryTokenStore store;
  auth::Authenticator authenticator{store, {}};
  TokenListing listing{authenticator, KeyStorageMode::Memory};
};

TEST_F(TokenListingTest, HasAnotherVersionAfterEachEditAndNoneBetween) {
  const std::string empty = version();
  EXPECT_EQ(version(), empty);
  const auto made = authenticator.add({}, {Caller::server(), AuditAction::KeyUpdate}, moment);
  ASSERT_TRUE(made.ok());
  const std::string one = version();
  EXPECT_NE(one, empty);
  EXPECT_EQ(version(), one);
  ASSERT_TRUE(authenticator.erase(made->id, {Caller::server(), AuditAction::KeyUpdate}).ok());
  EXPECT_NE(version(), one);
}

TEST_F(TokenListingTest, HasAnotherVersionWhenATokenIsUsed) {
  const auto made = authenticator.add({}, {Caller::server(), AuditAction::KeyUpdate}, moment);
  ASSERT_TRUE(made.ok());
  const std::string before = version();
  auto pass = authenticator.admit(made->token, moment);
  ASSERT_TRUE(pass.ok());
  EXPECT_EQ(version(), before) << "being let in is no use yet";
  ASSERT_TRUE(pass->count_request(moment).ok());
  EXPECT_NE(version(), before);
}

TEST_F(TokenListingTest, VersionsOfTwoRunsAreNeverTheSame) {
  TokenListing other(authenticator, KeyStorageMode::Memory);
  EXPECT_NE(other.list(moment).version, version());
}

}  // namespace
}  // namespace geminate::admin
