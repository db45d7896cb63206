#include "shared/core/secret.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <new>
#include <sstream>
#include <string_view>
#include <type_traits>

namespace geminate {
namespace {

template <class T>
concept Printable = requires(std::ostream& stream, const T& value) {
  stream << value;
};

TEST(Secret, CannotBePrintedNorTakenForText) {
  static_assert(!Printable<Secret>);
  static_assert(!std::is_convertible_v<Secret, std::string>);
  static_assert(!std::is_convertible_v<Secret, std::string_view>);
  static_assert(!std::is_convertible_v<std::string, Secret>);
}

TEST(Secret, LeavesNoByteBehind) {
  // Short enough to lie in the object itself, whose memory is ours to look at afterwards.
  alignas(Secret) std::array<unsigned char, sizeof(Secret)> memory{};
  auto* secret = new (memory.data()) Secret("canary-12345");
  const auto holds = [&memory](std::string_view text) {
    return std::search(memory.begin(), memory.end(), text.begin(), text.end()) != memory.end();
  };
  ASSERT_TRUE(holds("canary-12345"));
  secret->~Secret();
  EXPECT_FALSE(holds("canary"));
  secret = new (memory.data()) Secret("canary-67890");
  const Secret taken(std::move(*secret));
  EXPECT_FALSE(holds("67890")) << "moved away";
  secret->~Secret();
}

TEST(Secret, ShowsItsLastFourCharacters) { EXPECT_EQ(Secret("AIzaSyExample1234").preview(), "1234"); }

TEST(Secret, ShowsNothingOfAShortText) {
  EXPECT_EQ(Secret("1234567").preview(), "");
  EXPECT_EQ(Secret("12345678").preview(), "5678");
}

TEST(Secret, IsEmptyAfterItWasMovedFrom) {
  Secret from("a secret text that is longer than a small string");
  const Secret to(std::move(from));
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): that is the promise
  EXPECT_EQ(to.reveal(), "a secret text that is longer than a small string");
}

TEST(Secret, KeepsItsTextWhenAssignedToItself) {
  Secret secret("text");
  const Secret& same = secret;
  secret = same;
  EXPECT_EQ(secret.reveal(), "text");
}

}  // namespace
}  // namespace geminate
