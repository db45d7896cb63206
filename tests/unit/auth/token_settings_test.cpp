#include "backend/auth/token_settings.h"

#include <gtest/gtest.h>

#include "backend/auth/address_block.h"

namespace geminate::auth {
namespace {

bool contains(std::string_view block, std::string_view address) {
  const auto parsed = AddressBlock::parse(block);
  EXPECT_TRUE(parsed) << block;
  return parsed && parsed->contains(address);
}

TEST(AddressBlock, HoldsTheAddressesOfItsBlockAndNoOthers) {
  EXPECT_TRUE(contains("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(contains("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(contains("192.0.2.0/25", "192.0.2.127"));
  EXPECT_FALSE(contains("192.0.2.0/25", "192.0.2.128"));
  EXPECT_TRUE(contains("10.0.0.0/8", "10.255.255.255"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(contains("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(contains("2001:db8::1", "2001:0DB8:0:0::1"));
}

TEST(AddressBlock, SeesMappedAddressesAsTheIpv4AddressesTheyAre) {
  EXPECT_TRUE(contains("192.0.2.0/24", "::ffff:192.0.2.7"));
  EXPECT_TRUE(contains("::ffff:192.0.2.0/120", "192.0.2.7"));
  EXPECT_FALSE(contains("192.0.2.0/24", "::ffff:192.0.3.7"));
  EXPECT_FALSE(contains("192.0.2.0/24", "::192.0.2.7")) << "another, outdated form, which is no IPv4 address";
}

TEST(AddressBlock, ReadsNothingButAddressesAndBlocks) {
  for (const char* text : {"",
                           "localhost",
                           "1.2.3",
                           "1.2.3.4.5",
                           "1.2.3.256",
                           "01.2.3.4",
                           "1.2.3.4 ",
                           "1.2.3.4/",
                           "1.2.3.4/33",
                           "1.2.3.4/-1",
                           "1.2.3.0/024",
                           "1.2.3.0/+24",
                           "1.2.3.0/24/24",
                           "10.0.0.1/8",
                           "2001:db8::1/32",
                           "::/129",
                           "fe80::1%eth0",
                           ":::",
                           "1.2.3.4:80",
                           "[::1]",
                           "/8",
                           "::ffff:1.2.3.4/95"}) {
    EXPECT_FALSE(AddressBlock::parse(text)) << text;
  }
  EXPECT_FALSE(AddressBlock::parse(std::string_view("1.2.3.4\0", 8)));
  EXPECT_FALSE(contains("0.0.0.0/0", ""));
  EXPECT_FALSE(contains("::/0", "nowhere"));
}

TEST(TokenSettings, AllowModelsByNameAndByBeginning) {
  const std::vector<std::string> models{"gemini-2.5-flash", "gemma-*"};
  EXPECT_TRUE(allows_model(models, "gemini-2.5-flash"));
  EXPECT_TRUE(allows_model(models, "models/gemini-2.5-flash"));
  EXPECT_FALSE(allows_model(models, "gemini-2.5-flash-lite"));
  EXPECT_FALSE(allows_model(models, "GEMINI-2.5-flash"));
  EXPECT_TRUE(allows_model(models, "gemma-3-27b-it"));
  EXPECT_TRUE(allows_model(models, "gemma-"));
  EXPECT_FALSE(allows_model(models, "gemma"));
  EXPECT_FALSE(allows_model(models, ""));
  EXPECT_TRUE(allows_model({}, "whatever")) << "no list, no limit";
  EXPECT_TRUE(allows_model({"*"}, "whatever"));
}

TEST(TokenSettings, TidyModelsAndRefuseWhatIsNone) {
  const auto kept = checked_models("models", {" models/gemini-2.5-pro ", "gemini-2.5-pro", "gemma-*"});
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(*kept, (std::vector<std::string>{"gemini-2.5-pro", "gemma-*"}));
  for (const std::string& bad : {std::string(), std::string("models/"), std::string("a*b"), std::string("**"),
                                 std::string("a b"), std::string("模型"), std::string(300, 'x')}) {
    const auto refused = checked_models("models", {"gemini-2.5-pro", bad});
    ASSERT_FALSE(refused.ok()) << bad;
    EXPECT_EQ(refused.error().code, ErrorCode::BadRequest);
    EXPECT_EQ(refused.error().field, "models");
  }
  EXPECT_FALSE(checked_models("models", std::vector<std::string>(1, "x\x01")).ok());
  std::vector<std::string> many;
  for (int i = 0; i < 201; ++i) many.push_back("m" + std::to_string(i));
  EXPECT_EQ(checked_models("models", many).error().field, "models");
}

TEST(TokenSettings, QuoteALongEntryWithoutCuttingACharacter) {
  const auto refused = checked_addresses("allowed_ips", {std::string(59, 'x') + "日本"});
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find(std::string(59, 'x') + "…"), std::string::npos)
      << refused.error().message;
}

TEST(TokenSettings, TidyAddressesAndRefuseWhatIsNone) {
  const auto kept = checked_addresses("allowed_ips", {" 192.0.2.0/24", "::1", "192.0.2.0/24"});
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(*kept, (std::vector<std::string>{"192.0.2.0/24", "::1"}));
  const auto refused = checked_addresses("allowed_ips", {"10.0.0.1/8"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().field, "allowed_ips");
  EXPECT_NE(refused.error().message.find("10.0.0.1/8"), std::string::npos);
}

}  // namespace
}  // namespace geminate::auth
