#include "backend/crypto/short_tag.h"

#include <gtest/gtest.h>

#include "backend/crypto/random.h"

namespace geminate::crypto {
namespace {

TEST(ShortTag, IsTheSameForTheSameTextUnderTheSameKey) {
  const Secret key(random_bytes(kShortTagKeyBytes));
  EXPECT_EQ(short_tag(key, "a text"), short_tag(key, "a text"));
  EXPECT_NE(short_tag(key, "a text"), short_tag(key, "a texu"));
  EXPECT_NE(short_tag(key, "a text"), short_tag(Secret(random_bytes(kShortTagKeyBytes)), "a text"));
}

TEST(ShortTag, IsSipHashAsPublished) {
  std::string key;
  for (char c = 0; c < 16; ++c) key += c;
  // The first vector of the reference implementation's 128-bit list: the empty text.
  const ShortTag expected{0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6,
                          0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93};
  EXPECT_EQ(short_tag(Secret(key), ""), expected);
}

}  // namespace
}  // namespace geminate::crypto
