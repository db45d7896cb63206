#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "backend/auth/authenticator.h"
#include "backend/auth/memory_token_store.h"

namespace geminate::auth {

/// An authenticator over a store in memory, with a clock that the test moves. Two tokens of the environment.
class TokenBench : public testing::Test {
 protected:
  inline static const std::string kFromEnvironment = "token-of-the-environment-1";
  inline static const Change kChange{Caller::server(), AuditAction::KeyUpdate};

  void pass_time(std::chrono::milliseconds time) {
    now_.wall += time;
    now_.steady += time;
  }
  TokenCreated make(const TokenDraft& draft = {}) {
    auto created = authenticator_.add(draft, kChange, now_);
    EXPECT_TRUE(created.ok()) << created.error().message;
    return created.ok() ? std::move(created).value() : TokenCreated{};
  }
  void edit(std::int64_t id, const TokenPatch& patch) {
    ASSERT_TRUE(authenticator_.update(id, patch, kChange, now_).ok());
  }
  /// As a request is let in: recognised and counted.
  Result<TokenPass> let_in(std::string_view secret, std::string_view peer = "192.0.2.1") {
    GEMINATE_TRY(TokenPass pass, authenticator_.admit(secret, now_, peer));
    GEMINATE_CHECK_OK(pass.count_request(now_));
    return pass;
  }
  /// The same with tokens reserved.
  Result<TokenPass> let_in_for(std::string_view secret, std::int64_t tokens) {
    GEMINATE_TRY(TokenPass pass, let_in(secret));
    GEMINATE_CHECK_OK(pass.reserve(tokens, now_));
    return pass;
  }
  /// The id of the token that let the caller in, 0 when none did.
  std::int64_t admitted(std::string_view secret, std::string_view peer = "192.0.2.1") {
    const auto pass = let_in(secret, peer);
    return pass.ok() ? pass->token().id : 0;
  }
  ClientTokenView view(std::int64_t id) {
    for (ClientTokenView& each : authenticator_.list(now_)) {
      if (each.id == id) return each;
    }
    ADD_FAILURE() << "no token " << id;
    return {};
  }

  Now now_{parse_rfc3339("2026-06-15T12:00:00Z").value(), MonotonicTime{} + std::chrono::hours{1000}};
  MemoryTokenStore store_;
  Authenticator authenticator_{store_,
                               {Secret(kFromEnvironment), Secret(std::string("token-of-the-environment-2"))}};
};

}  // namespace geminate::auth
