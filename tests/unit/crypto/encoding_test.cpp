#include "backend/crypto/encoding.h"

#include <gtest/gtest.h>

#include "backend/crypto/checksum.h"

namespace geminate::crypto {
namespace {

TEST(Hex, WritesLowerCaseAndReadsEither) {
  EXPECT_EQ(hex_encode(std::string("\x00\xAB\x7f", 3)), "00ab7f");
  EXPECT_EQ(hex_decode("00AB7f"), std::string("\x00\xAB\x7f", 3));
  EXPECT_EQ(hex_encode(""), "");
  EXPECT_EQ(hex_decode(""), "");
}

TEST(Hex, RefusesWhatIsNotPairsOfDigits) {
  for (const char* text : {"0", "0g", "g0", "00 11", "0x11", "00\n"}) EXPECT_FALSE(hex_decode(text)) << text;
}

TEST(Base64, KnowsTheExamplesOfRfc4648) {
  const std::pair<const char*, const char*> examples[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : examples) {
    EXPECT_EQ(base64_encode(plain), text);
    EXPECT_EQ(base64_decode(text), plain);
  }
}

TEST(Base64, ReadsTheUrlAlphabetAndMissingPadding) {
  EXPECT_EQ(base64_decode("-_-_"), base64_decode("+/+/"));
  EXPECT_TRUE(base64_decode("-_-_"));
  EXPECT_EQ(base64_decode("Zg"), "f");
  EXPECT_EQ(base64_decode("Zm8"), "fo");
}

TEST(Base64, RefusesWhatIsNotBase64) {
  for (const char* text :
       {"Z", "Zg=", "Zg===", "=", "====", "Z===", "Zm9v====", "Zm 9v", "Zm9v\n", "Zh==", "Zm9=v", "Z!=="}) {
    EXPECT_FALSE(base64_decode(text)) << text;
  }
}

TEST(Base32, IsThatOfRfc4648WithoutItsPadding) {
  const std::pair<const char*, const char*> kPairs[] = {{"", ""},
                                                        {"f", "MY"},
                                                        {"fo", "MZXQ"},
                                                        {"foo", "MZXW6"},
                                                        {"foob", "MZXW6YQ"},
                                                        {"fooba", "MZXW6YTB"},
                                                        {"foobar", "MZXW6YTBOI"}};
  for (const auto& [bytes, text] : kPairs) EXPECT_EQ(base32_encode(bytes), text);
}

TEST(Checksum, IsTheCrcThatEverybodyCallsCrc32) {
  EXPECT_EQ(crc32(""), 0U);
  // The check value in every catalogue of CRCs.
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
}

}  // namespace
}  // namespace geminate::crypto
