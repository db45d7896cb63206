#include "backend/crypto/sha1.h"

#include <gtest/gtest.h>

#include "backend/crypto/encoding.h"

namespace geminate::crypto {
namespace {

std::string hex_of(const std::string& hash) { return hex_encode(hash); }

TEST(Sha1, IsThatOfFips180) {
  EXPECT_EQ(hex_of(sha1("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(hex_of(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex_of(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(hex_of(sha1(std::string(1'000'000, 'a'))), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST(Sha1, PadsEveryLengthAroundABlock) {
  // Made with another implementation: the hash of the concatenated hashes of 0 to 200 bytes of 'x'.
  std::string all;
  for (std::size_t length = 0; length <= 200; ++length) all += sha1(std::string(length, 'x'));
  EXPECT_EQ(hex_of(sha1(all)), "e071bbfd306caea44e4027211afae4a1fb3f0999");
}

TEST(HmacSha1, IsThatOfRfc2202) {
  EXPECT_EQ(hex_of(hmac_sha1(std::string(20, '\x0b'), "Hi There")),
            "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(hex_of(hmac_sha1("Jefe", "what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(hex_of(hmac_sha1(std::string(20, '\xaa'), std::string(50, '\xdd'))),
            "125d7342b9ac11cd91a39af48aa17b4f63f175d3");
  EXPECT_EQ(
      hex_of(hmac_sha1(std::string(80, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
      "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

}  // namespace
}  // namespace geminate::crypto
