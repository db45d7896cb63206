#include "backend/crypto/password_hash.h"

#include <gtest/gtest.h>

namespace geminate::crypto {
namespace {

TEST(PasswordHash, KnowsItsPasswordAndNoOther) {
  const auto hash = hash_password("correct horse battery staple");
  ASSERT_TRUE(hash.ok());
  EXPECT_TRUE(verify_password(*hash, "correct horse battery staple"));
  EXPECT_FALSE(verify_password(*hash, "correct horse battery stapl"));
  EXPECT_FALSE(verify_password(*hash, ""));
  EXPECT_FALSE(needs_rehash(*hash));
}

TEST(PasswordHash, SaysItsCostAndIsAnotherEachTime) {
  const auto one = hash_password("the same");
  const auto other = hash_password("the same");
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_NE(*one, *other);
  EXPECT_EQ(one->rfind("$argon2id$v=19$m=32768,t=3,p=1$", 0), 0U) << *one;
}

TEST(PasswordHash, OfACheaperTimeStillOpensButWantsToBeMadeAnew) {
  // "password" with 8 MiB and one pass.
  const std::string old_hash =
      "$argon2id$v=19$m=8192,t=1,p=1$8i0AP9zPb4kxZQNXMd7iFA$QWnS7rRusO6bv35nZLxfRMq0nDXdMsGQhFtKe8tGp5g";
  EXPECT_TRUE(verify_password(old_hash, "password"));
  EXPECT_FALSE(verify_password(old_hash, "Password"));
  EXPECT_TRUE(needs_rehash(old_hash));
}

TEST(PasswordHash, ThatIsNoneFitsNothing) {
  for (const std::string& text : {std::string(), std::string("$argon2id$"), std::string(4096, 'x')}) {
    EXPECT_FALSE(verify_password(text, "password"));
    EXPECT_FALSE(verify_password(text, ""));
  }
}

}  // namespace
}  // namespace geminate::crypto
