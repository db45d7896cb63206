#include "backend/crypto/sealed_secret.h"

#include <gtest/gtest.h>

#include <set>

#include "backend/crypto/keyed_hash.h"

namespace geminate::crypto {
namespace {

const Secret kKey(std::string(kKeyBytes, 'k'));
const Secret kText(std::string("AIzaSyExampleExampleExample"));
constexpr std::string_view kPlace = "upstream_keys/1";

TEST(SealedSecret, OpensWhereItBelongs) {
  const auto opened = unseal(seal(kText, kKey, kPlace), kKey, kPlace);
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->reveal(), kText.reveal());
}

TEST(SealedSecret, KeepsTextsOfAnyLengthAndContent) {
  for (const std::size_t length : {0U, 1U, 15U, 16U, 17U, 4096U}) {
    std::string text(length, '\0');
    for (std::size_t i = 0; i < length; ++i) text[i] = static_cast<char>(i);
    const auto opened = unseal(seal(Secret(text), kKey, ""), kKey, "");
    ASSERT_TRUE(opened.ok()) << length;
    EXPECT_EQ(opened->reveal(), text);
  }
}

TEST(SealedSecret, ShowsNothingOfTheTextAndNeverRepeatsItself) {
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    const std::string sealed = seal(kText, kKey, kPlace);
    EXPECT_EQ(sealed.find("AIza"), std::string::npos);
    EXPECT_TRUE(seen.insert(sealed).second);
  }
}

TEST(SealedSecret, DoesNotOpenInAnotherRow) {
  const std::string sealed = seal(kText, kKey, kPlace);
  EXPECT_FALSE(unseal(sealed, kKey, "upstream_keys/2").ok());
  EXPECT_FALSE(unseal(sealed, kKey, "").ok());
}

TEST(SealedSecret, DoesNotOpenUnderAnotherKey) {
  EXPECT_FALSE(unseal(seal(kText, kKey, kPlace), Secret(std::string(kKeyBytes, 'K')), kPlace).ok());
}

TEST(SealedSecret, NoticesEveryFlippedBit) {
  const std::string sealed = seal(kText, kKey, kPlace);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string altered = sealed;
      altered[i] = static_cast<char>(altered[i] ^ (1 << bit));
      EXPECT_FALSE(unseal(altered, kKey, kPlace).ok()) << "byte " << i << " bit " << bit;
    }
  }
}

TEST(SealedSecret, NoticesMissingAndAddedBytes) {
  const std::string sealed = seal(kText, kKey, kPlace);
  for (std::size_t length = 0; length < sealed.size(); ++length) {
    EXPECT_FALSE(unseal(sealed.substr(0, length), kKey, kPlace).ok()) << length;
  }
  EXPECT_FALSE(unseal(sealed + "x", kKey, kPlace).ok());
}

TEST(SealedSecret, FailsWithoutNamingTheText) {
  const auto opened = unseal(seal(kText, kKey, kPlace), kKey, "elsewhere");
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::Internal);
  EXPECT_EQ((opened.error().message + opened.error().detail).find("Example"), std::string::npos);
}

}  // namespace
}  // namespace geminate::crypto
