#include "backend/proxy/signature_memory.h"

#include <gtest/gtest.h>

#include <string>

namespace geminate::proxy {
namespace {

TEST(SignatureMemory, GivesACallerItsOwnSignaturesAlone) {
  SignatureMemory memory;
  memory.remember(1, "call_a", "AAAA");
  EXPECT_EQ(memory.find(1, "call_a"), "AAAA");
  EXPECT_EQ(memory.find(2, "call_a"), "");
  EXPECT_EQ(memory.find(1, "call_b"), "");
}

TEST(SignatureMemory, KeepsTheLatestOfACall) {
  SignatureMemory memory;
  memory.remember(1, "call_a", "AAAA");
  memory.remember(1, "call_a", "BBBBBBBB");
  EXPECT_EQ(memory.find(1, "call_a"), "BBBBBBBB");
}

TEST(SignatureMemory, ForgetsTheOldestWhenItIsFull) {
  SignatureMemory memory(10'000);
  const std::string signature(1000, 'A');
  for (int i = 0; i < 100; ++i) memory.remember(1, "call_" + std::to_string(i), signature);
  EXPECT_EQ(memory.find(1, "call_99"), signature);
  EXPECT_EQ(memory.find(1, "call_95"), signature);
  EXPECT_EQ(memory.find(1, "call_0"), "");
  EXPECT_EQ(memory.find(1, "call_80"), "");
}

TEST(SignatureMemory, StaysWithinItsBoundsWhenTheSameCallGrows) {
  SignatureMemory memory(10'000);
  for (int i = 0; i < 20; ++i) memory.remember(1, "call_" + std::to_string(i), "AAAA");
  for (int i = 0; i < 20; ++i) memory.remember(1, "call_" + std::to_string(i), std::string(2000, 'B'));
  int kept = 0;
  for (int i = 0; i < 20; ++i) kept += memory.find(1, "call_" + std::to_string(i)).size() == 2000 ? 1 : 0;
  EXPECT_GT(kept, 0);
  EXPECT_LE(kept, 5);
}

TEST(SignatureMemory, DoesNotTakeWhatWouldPushOutEverythingElse) {
  SignatureMemory memory(10'000);
  memory.remember(1, "call_a", "AAAA");
  memory.remember(1, "call_b", std::string(20'000, 'B'));
  EXPECT_EQ(memory.find(1, "call_a"), "AAAA");
  EXPECT_EQ(memory.find(1, "call_b"), "");
}

}  // namespace
}  // namespace geminate::proxy
