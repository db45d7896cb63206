#include "backend/keys/memory_key_store.h"

#include <gtest/gtest.h>

namespace geminate::keys {
namespace {

std::vector<Secret> secrets(const std::vector<std::string>& texts) {
  std::vector<Secret> result;
  for (const std::string& text : texts) result.emplace_back(text);
  return result;
}

TEST(MemoryKeyStore, BeginsWithTheEnvironmentsKeysInTheirOrder) {
  MemoryKeyStore store(secrets({"AIzaSyOne", "AIzaSyTwo", "AIzaSyThree"}));
  const auto rows = store.load();
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*rows)[i].id, static_cast<std::int64_t>(i + 1));
    EXPECT_EQ((*rows)[i].origin, Origin::Environment);
    EXPECT_TRUE((*rows)[i].is_active);
    EXPECT_EQ((*rows)[i].weight, 1);
  }
  EXPECT_EQ((*rows)[2].text.reveal(), "AIzaSyThree");
}

TEST(MemoryKeyStore, PassesOverRepetitionsAndWhatIsNoKey) {
  MemoryKeyStore store(secrets({"AIzaSyOne", " AIzaSyOne ", "", "with blank", "AIzaSyTwo"}));
  const auto rows = store.load();
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ((*rows)[1].text.reveal(), "AIzaSyTwo");
  EXPECT_EQ((*rows)[1].id, 2);
}

TEST(MemoryKeyStore, FingerprintsSayNothingAcrossProcesses) {
  const Secret text(std::string("AIzaSyOne"));
  EXPECT_NE(MemoryKeyStore().fingerprint_of(text), MemoryKeyStore().fingerprint_of(text));
}

}  // namespace
}  // namespace geminate::keys
