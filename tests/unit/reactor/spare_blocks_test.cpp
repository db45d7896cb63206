#include "backend/reactor/spare_blocks.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <thread>
#include <vector>

namespace geminate::reactor {
namespace {

struct Message : FromSpareBlocks<Message> {
  explicit Message(int the_number) : number(the_number) {}
  int number;
  char room[2000] = {};
};

TEST(SpareBlocks, AreNeverGivenToTwoAtOnce) {
  for (int round = 0; round < 3; ++round) {
    std::vector<std::unique_ptr<Message>> messages;
    std::set<const Message*> places;
    for (int i = 0; i < 300; ++i) {
      messages.push_back(std::make_unique<Message>(i));
      places.insert(messages.back().get());
    }
    EXPECT_EQ(places.size(), 300U);
    for (int i = 0; i < 300; ++i) EXPECT_EQ(messages[static_cast<std::size_t>(i)]->number, i);
  }
}

TEST(SpareBlocks, MayBeGivenBackOnAnotherThread) {
  std::vector<std::unique_ptr<Message>> messages;
  for (int i = 0; i < 300; ++i) messages.push_back(std::make_unique<Message>(i));
  std::thread([&] { messages.clear(); }).join();
  EXPECT_EQ(std::make_unique<Message>(7)->number, 7);
}

TEST(SpareAllocator, ServesContainersOfAnySize) {
  for (int round = 0; round < 3; ++round) {
    std::vector<int, SpareAllocator<int, 16>> usual;
    usual.reserve(16);
    for (int i = 0; i < 100; ++i) usual.push_back(i);
    auto moved = std::move(usual);
    const std::vector<int, SpareAllocator<int, 16>> copy = moved;
    for (int i = 0; i < 100; ++i) EXPECT_EQ(copy[static_cast<std::size_t>(i)], i);
  }
}

}  // namespace
}  // namespace geminate::reactor
