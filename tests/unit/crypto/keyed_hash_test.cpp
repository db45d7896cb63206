#include "backend/crypto/keyed_hash.h"

#include <gtest/gtest.h>

#include <set>

#include "backend/crypto/encoding.h"
#include "backend/crypto/random.h"
#include "backend/crypto/subkeys.h"

namespace geminate::crypto {
namespace {

Secret key_of(char byte) { return Secret(std::string(kKeyBytes, byte)); }

TEST(KeyedHash, DependsOnKeyAndMessageAndOnNothingElse) {
  const std::string hash = keyed_hash(key_of('k'), "message");
  EXPECT_EQ(hash.size(), kHashBytes);
  EXPECT_EQ(hash, keyed_hash(key_of('k'), "message"));
  EXPECT_NE(hash, keyed_hash(key_of('K'), "message"));
  EXPECT_NE(hash, keyed_hash(key_of('k'), "messagf"));
  EXPECT_NE(keyed_hash(key_of('k'), ""), keyed_hash(key_of('k'), std::string_view("\0", 1)));
}

TEST(KeyedHash, IsBlake2bAsPublished) {
  // Key 00 01 … 1f, empty message; computed with Python's hashlib.blake2b(digest_size=32,
  // key=bytes(range(32))).
  std::string key;
  for (int i = 0; i < 32; ++i) key += static_cast<char>(i);
  EXPECT_EQ(hex_encode(keyed_hash(Secret(key), "")),
            "4e51e7a913fc80137da52880fecca175bf81e117d5c68126dc2774033517ea0d");
  EXPECT_EQ(hex_encode(keyed_hash(Secret(key), "abc")),
            "d63a32d3e44738d7907f964316c241adaba0abfeabc32349677578a15a203f7f");
}

TEST(ConstantTimeEqual, IsEqualityForAllLengths) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal("secret", "secret"));
  EXPECT_FALSE(constant_time_equal("secret", "secreT"));
  EXPECT_FALSE(constant_time_equal("secret", "secret "));
  EXPECT_FALSE(constant_time_equal("", "x"));
  EXPECT_FALSE(constant_time_equal(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
  EXPECT_TRUE(constant_time_equal_hashes("12345678", "12345678"));
  EXPECT_FALSE(constant_time_equal_hashes("12345678", "12345679"));
  EXPECT_FALSE(constant_time_equal_hashes("12345678", "1234567"));
}

TEST(Subkeys, DifferByPurposeAndByMasterAndStayTheSame) {
  std::set<std::string> seen;
  for (const char byte : {'a', 'b'}) {
    for (const auto purpose :
         {KeyPurpose::Rows, KeyPurpose::Fingerprint, KeyPurpose::Tokens, KeyPurpose::CheckValue}) {
      const Secret subkey = derive_subkey(key_of(byte), purpose);
      EXPECT_EQ(subkey.reveal().size(), kKeyBytes);
      EXPECT_EQ(subkey.reveal(), derive_subkey(key_of(byte), purpose).reveal());
      EXPECT_TRUE(seen.insert(subkey.reveal()).second);
      EXPECT_NE(subkey.reveal(), key_of(byte).reveal());
    }
  }
}

TEST(Subkeys, AreWhatDatabasesOnDiskWereSealedWith) {
  // Changes to these would lock people out of their databases.
  EXPECT_EQ(hex_encode(derive_subkey(key_of('m'), KeyPurpose::Rows).reveal()),
            "93a486ebf16767d10c9fd30040eaaf4ad7d18c16dbe22967d99be52851f1a857");
}

TEST(Random, GivesWhatIsAskedForAndNeverTheSame) {
  EXPECT_EQ(random_bytes(0), "");
  EXPECT_EQ(random_bytes(33).size(), 33U);
  EXPECT_NE(random_bytes(32), random_bytes(32));
  EXPECT_NE(random_key().reveal(), random_key().reveal());
  for (int i = 0; i < 200; ++i) EXPECT_LT(random_below(7), 7U);
  EXPECT_EQ(random_below(1), 0U);
}

TEST(Wipe, LeavesNoByteInTheBuffer) {
  std::string text(100, 's');
  const char* bytes = text.data();
  wipe(text);
  EXPECT_TRUE(text.empty());
  // The buffer still belongs to the string.
  text.resize(0);
  EXPECT_EQ(text.data(), bytes);
  EXPECT_GE(text.capacity(), 100U);
}

}  // namespace
}  // namespace geminate::crypto
