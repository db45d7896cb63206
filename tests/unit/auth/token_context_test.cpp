// What a client token says of long conversations: three-valued, with a window of its own or none.
#include "tests/unit/auth/token_bench.h"

namespace geminate::auth {
namespace {

class TokenContext : public TokenBench {
 protected:
  std::optional<bool> wish(std::int64_t id) { return view(id).enable_context_management; }
};

TEST_F(TokenContext, SaysNothingUntilItIsAsked) {
  const auto made = make();
  EXPECT_FALSE(made.enable_context_management.has_value());
  EXPECT_FALSE(made.context_window);
  EXPECT_FALSE(wish(-1).has_value()) << "the environment's neither";
}

TEST_F(TokenContext, IsSwitchedOnAndOffAndLeftToTheKeyAgain) {
  TokenDraft draft;
  draft.enable_context_management = true;
  draft.context_window = 8'000;
  const auto made = make(draft);
  EXPECT_EQ(wish(made.id), true);
  EXPECT_EQ(view(made.id).context_window, 8'000);

  TokenPatch off;
  off.enable_context_management = Patch<bool>::to(false);
  edit(made.id, off);
  EXPECT_EQ(wish(made.id), false);
  EXPECT_EQ(view(made.id).context_window, 8'000) << "what an edit does not name stays";

  TokenPatch silent;
  silent.enable_context_management = Patch<bool>::cleared();
  silent.context_window = Patch<std::int64_t>::cleared();
  edit(made.id, silent);
  EXPECT_FALSE(wish(made.id).has_value());
  EXPECT_FALSE(view(made.id).context_window);
}

TEST_F(TokenContext, HasAWindowOfOneTokenAtLeast) {
  for (const std::int64_t window : {std::int64_t{0}, std::int64_t{-1}}) {
    TokenDraft draft;
    draft.context_window = window;
    const auto refused = authenticator_.add(draft, kChange, now_);
    ASSERT_FALSE(refused.ok()) << window;
    EXPECT_EQ(refused.error().code, ErrorCode::BadRequest);
    EXPECT_EQ(refused.error().field, "context_window");
  }
}

TEST_F(TokenContext, ReachesTheRequestsThatTheTokenLetsIn) {
  TokenDraft draft;
  draft.enable_context_management = true;
  draft.context_window = 500;
  const auto made = make(draft);
  const auto pass = let_in(made.token);
  ASSERT_TRUE(pass.ok());
  EXPECT_EQ(pass->token().enable_context_management, true);
  EXPECT_EQ(pass->token().context_window, 500);
}

}  // namespace
}  // namespace geminate::auth
