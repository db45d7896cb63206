#include "backend/auth/token_secret.h"

#include <gtest/gtest.h>

#include <set>

namespace geminate::auth {
namespace {

TEST(TokenSecret, HasPrefixDigitsAndChecksum) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const Secret secret = make_token_secret();
    EXPECT_EQ(secret.reveal().size(), 53U);
    EXPECT_TRUE(secret.reveal().starts_with("gmt_"));
    EXPECT_TRUE(looks_like_token(secret.reveal()));
    EXPECT_TRUE(seen.insert(secret.reveal()).second);
  }
}

TEST(TokenSecret, ATypingErrorIsNoticed) {
  const std::string token = make_token_secret().reveal();
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string wrong = token;
    wrong[i] = wrong[i] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(looks_like_token(wrong)) << i;
    EXPECT_FALSE(looks_like_token(token.substr(0, i)));
  }
  EXPECT_FALSE(looks_like_token(token + "a"));
  EXPECT_FALSE(looks_like_token(""));
  EXPECT_FALSE(looks_like_token(std::string(53, '-')));
}

}  // namespace
}  // namespace geminate::auth
