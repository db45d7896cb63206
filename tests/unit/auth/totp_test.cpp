#include "backend/auth/totp.h"

#include <gtest/gtest.h>

#include <set>

#include "backend/crypto/encoding.h"

namespace geminate::auth {
namespace {

using namespace std::chrono_literals;

const Secret kSecret{"12345678901234567890"};

Timestamp at(std::int64_t seconds) { return Timestamp{std::chrono::seconds{seconds}}; }

TEST(Totp, HasTheCodesOfRfc4226) {
  const char* const kCodes[] = {"755224", "287082", "359152", "969429", "338314",
                                "254676", "287922", "162583", "399871", "520489"};
  for (std::int64_t step = 0; step < 10; ++step) EXPECT_EQ(code_of(kSecret, step), kCodes[step]);
}

TEST(Totp, HasTheTimesOfRfc6238) {
  // Its codes have eight digits; the last six are ours.
  const std::pair<std::int64_t, const char*> kTable[] = {{59, "287082"},         {1111111109, "081804"},
                                                         {1111111111, "050471"}, {1234567890, "005924"},
                                                         {2000000000, "279037"}, {20000000000, "353130"}};
  for (const auto& [seconds, code] : kTable) EXPECT_EQ(code_of(kSecret, code_step(at(seconds))), code);
}

TEST(Totp, TakesTheStepBeforeAndTheStepAfter) {
  const Timestamp now = at(1'700'000'010);
  const std::int64_t step = code_step(now);
  for (const std::int64_t good : {step - 1, step, step + 1})
    EXPECT_EQ(step_of_code(kSecret, code_of(kSecret, good), now, 0), good);
  for (const std::int64_t bad : {step - 2, step + 2})
    EXPECT_FALSE(step_of_code(kSecret, code_of(kSecret, bad), now, 0));
}

TEST(Totp, TakesNoStepTwice) {
  const Timestamp now = at(1'700'000'010);
  const std::int64_t step = code_step(now);
  EXPECT_FALSE(step_of_code(kSecret, code_of(kSecret, step), now, step));
  EXPECT_FALSE(step_of_code(kSecret, code_of(kSecret, step - 1), now, step)) << "nor an earlier one after it";
  EXPECT_EQ(step_of_code(kSecret, code_of(kSecret, step + 1), now, step), step + 1);
}

TEST(Totp, TakesBlanksAsPeopleTypeThemAndNothingElse) {
  const Timestamp now = at(1'700'000'010);
  const std::string code = code_of(kSecret, code_step(now));
  EXPECT_TRUE(step_of_code(kSecret, code.substr(0, 3) + " " + code.substr(3), now, 0));
  for (const std::string& text : {std::string(), code.substr(1), code + "0", std::string("abcdef"),
                                  std::string(100'000, '1'), std::string("\0\0\0\0\0\0", 6)})
    EXPECT_FALSE(step_of_code(kSecret, text, now, 0));
  EXPECT_FALSE(step_of_code(Secret(), code_of(Secret(), code_step(now)), now, 0)) << "no secret, no code";
}

TEST(Totp, ComesAsAnAddressThatAppsRead) {
  EXPECT_EQ(otpauth_uri("a+b@example.org", kSecret),
            "otpauth://totp/Geminate:a%2Bb%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&"
            "issuer=Geminate&algorithm=SHA1&digits=6&period=30");
}

TEST(RecoveryCodes, AreTenDifferentOnesThatAreKnownHoweverTheyAreTyped) {
  const Secret key(std::string(32, 'k'));
  const auto codes = make_recovery_codes();
  EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), kRecoveryCodes);
  for (const std::string& code : codes) {
    EXPECT_EQ(code.size(), 19U) << code;
    std::string typed;
    for (const char c : code) {
      if (c != '-') typed.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
      typed.push_back(' ');
    }
    EXPECT_EQ(hash_recovery_code(key, typed), hash_recovery_code(key, code));
  }
  EXPECT_EQ(hash_recovery_code(key, ""), "");
  EXPECT_EQ(hash_recovery_code(key, codes[0] + "a"), "");
  EXPECT_NE(hash_recovery_code(key, codes[0]), hash_recovery_code(key, codes[1]));
}

}  // namespace
}  // namespace geminate::auth
