#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "backend/auth/token_secret.h"
#include "backend/crypto/keyed_hash.h"
#include "shared/codec/codec.h"
#include "tests/unit/auth/token_bench.h"

namespace geminate::auth {
namespace {

using namespace std::chrono_literals;

class TokenRotations : public TokenBench {
 protected:
  TokenCreated rotate(std::int64_t id, std::optional<std::int64_t> grace_seconds = std::nullopt) {
    auto rotated = authenticator_.rotate(id, {grace_seconds, {}}, kChange, now_);
    EXPECT_TRUE(rotated.ok()) << rotated.error().message;
    return rotated.ok() ? std::move(rotated).value() : TokenCreated{};
  }
};

TEST_F(TokenRotations, LetBothSecretsInUntilTheGraceEnds) {
  const auto made = make();
  EXPECT_EQ(admitted(made.token), made.id);
  const auto rotated = rotate(made.id, 60);
  EXPECT_TRUE(looks_like_token(rotated.token));
  EXPECT_NE(rotated.token, made.token);
  EXPECT_EQ(rotated.id, made.id);
  EXPECT_EQ(rotated.token_preview, rotated.token.substr(rotated.token.size() - 4));
  EXPECT_EQ(rotated.previous_valid_until, now_.wall + 60s);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(admitted(made.token), made.id);
    EXPECT_EQ(admitted(rotated.token), made.id);
  }
  EXPECT_EQ(view(made.id).requests_today, 7) << "both count on the same row";
  pass_time(59'999ms);
  EXPECT_EQ(admitted(made.token), made.id);
  EXPECT_TRUE(view(made.id).previous_valid_until);
  pass_time(1ms);
  EXPECT_EQ(admitted(made.token), 0) << "though the thread had its hash in mind";
  EXPECT_EQ(admitted(rotated.token), made.id);
  EXPECT_FALSE(view(made.id).previous_valid_until);
}

TEST_F(TokenRotations, WithoutGraceEndTheOldSecretAtOnce) {
  const auto made = make();
  EXPECT_EQ(admitted(made.token), made.id);
  const auto rotated = rotate(made.id, 0);
  EXPECT_EQ(admitted(made.token), 0);
  EXPECT_EQ(admitted(rotated.token), made.id);
  EXPECT_FALSE(rotated.previous_valid_until);
}

TEST_F(TokenRotations, HaveADayOfGraceUnlessToldOtherwise) {
  const auto made = make();
  EXPECT_EQ(rotate(made.id).previous_valid_until, now_.wall + 24h);
  EXPECT_EQ(rotate(made.id, 30 * 24 * 3600).previous_valid_until, now_.wall + 720h);
  for (const std::int64_t bad : {-1, 30 * 24 * 3600 + 1}) {
    const auto refused = authenticator_.rotate(made.id, {bad, {}}, kChange, now_);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().field, "grace_seconds");
  }
}

TEST_F(TokenRotations, EndTheSecretThatAnEarlierOneLeftValid) {
  const auto made = make();
  const auto second = rotate(made.id, 600);
  const auto third = rotate(made.id, 600);
  EXPECT_EQ(admitted(made.token), 0);
  EXPECT_EQ(admitted(second.token), made.id);
  EXPECT_EQ(admitted(third.token), made.id);
}

TEST_F(TokenRotations, ShareOneRowSoThatEditsMeetBothSecrets) {
  TokenDraft draft;
  draft.rate_limit_per_minute = 2;
  const auto made = make(draft);
  const auto rotated = rotate(made.id, 600);
  EXPECT_EQ(admitted(made.token), made.id);
  EXPECT_EQ(admitted(rotated.token), made.id);
  EXPECT_EQ(admitted(made.token), 0) << "one limit for both";
  pass_time(60s);
  TokenPatch patch;
  patch.is_active = Patch<bool>::to(false);
  edit(made.id, patch);
  EXPECT_EQ(admitted(made.token) + admitted(rotated.token), 0);
  patch.is_active = Patch<bool>::to(true);
  edit(made.id, patch);
  EXPECT_EQ(admitted(made.token), made.id) << "an edit does not end the grace";
  EXPECT_EQ(admitted(rotated.token), made.id);
  ASSERT_TRUE(authenticator_.erase(made.id, kChange).ok());
  EXPECT_EQ(admitted(made.token) + admitted(rotated.token), 0);
}

TEST_F(TokenRotations, OutliveARestart) {
  const Secret hash_key = crypto::random_key();
  TokenCreated made;
  TokenCreated rotated;
  {
    Authenticator first(store_, {}, hash_key);
    made = first.add({}, kChange, now_).value();
    rotated = first.rotate(made.id, {60, {}}, kChange, now_).value();
  }
  Authenticator second(store_, {}, hash_key);
  ASSERT_TRUE(second.load().ok());
  EXPECT_TRUE(second.admit(made.token, now_).ok());
  EXPECT_TRUE(second.admit(rotated.token, now_).ok());
  pass_time(60s);
  EXPECT_FALSE(second.admit(made.token, now_).ok());
  EXPECT_TRUE(second.admit(rotated.token, now_).ok());
}

TEST_F(TokenRotations, AreRefusedWhereTheyCannotLast) {
  const auto environment = authenticator_.rotate(-1, {}, kChange, now_);
  ASSERT_FALSE(environment.ok());
  EXPECT_EQ(environment.error().code, ErrorCode::Forbidden);
  EXPECT_NE(environment.error().message.find("CLIENT_TOKENS"), std::string::npos);
  EXPECT_EQ(admitted(kFromEnvironment), -1);
  for (const std::int64_t unknown : {-9, 99})
    EXPECT_EQ(authenticator_.rotate(unknown, {}, kChange, now_).error().code, ErrorCode::NotFound);
}

TEST_F(TokenRotations, AreEditsThatOthersAreToldOf) {
  const auto made = make();
  rotate(made.id);
  TokenPatch patch;
  patch.revision = 1;
  EXPECT_EQ(authenticator_.update(made.id, patch, kChange, now_).error().code, ErrorCode::Conflict);
  EXPECT_EQ(authenticator_.rotate(made.id, {{}, 1}, kChange, now_).error().code, ErrorCode::Conflict);
  EXPECT_TRUE(authenticator_.rotate(made.id, {{}, 2}, kChange, now_).ok());
}

TEST_F(TokenRotations, LeaveNoSecretInTheListOrTheStore) {
  const auto made = make();
  const auto rotated = rotate(made.id);
  const std::string listed = codec::to_json(view(made.id));
  const ClientToken row = store_.load()->front();
  for (const std::string& secret : {made.token, rotated.token}) {
    EXPECT_EQ(listed.find(secret), std::string::npos);
    EXPECT_EQ((row.secret_hash + row.previous_hash).find(secret.substr(4, 8)), std::string::npos);
  }
  EXPECT_EQ(row.previous_hash.size(), 32U);
}

TEST_F(TokenRotations, NeverRefuseAWorkerThatHoldsEitherSecret) {
  const auto made = make();
  std::string present = made.token;
  for (int round = 0; round < 30; ++round) {
    const auto next = rotate(made.id, 600);
    std::atomic<int> refused{0};
    std::vector<std::thread> workers;
    for (const std::string& secret : {present, next.token}) {
      workers.emplace_back([&, secret] {
        for (int i = 0; i < 50; ++i) refused += let_in(secret).ok() ? 0 : 1;
      });
    }
    TokenPatch patch;
    patch.description = Patch<std::string>::to("round " + std::to_string(round));
    edit(made.id, patch);
    for (std::thread& worker : workers) worker.join();
    EXPECT_EQ(refused, 0);
    present = next.token;
  }
}

}  // namespace
}  // namespace geminate::auth
