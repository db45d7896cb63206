#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "backend/config/config.h"

namespace geminate::config {
namespace {

/// A block such as the system hands to main.
class Block {
 public:
  explicit Block(std::vector<std::string> entries) : entries_(std::move(entries)) {
    for (std::string& entry : entries_) pointers_.push_back(entry.data());
    pointers_.push_back(nullptr);
  }
  char** get() { return pointers_.data(); }
  [[nodiscard]] const std::string& entry(std::size_t i) const { return entries_[i]; }

 private:
  std::vector<std::string> entries_;
  std::vector<char*> pointers_;
};

TEST(ProcessEnvironment, IsTakenWhole) {
  Block block({"PATH=/bin", "ADMIN_API_KEY=secret-secret-secret", "EMPTY=", "X=a=b", "no equals sign"});
  const Environment environment = take_process_environment(block.get());
  EXPECT_EQ(environment.size(), 4U);
  EXPECT_EQ(environment.at("PATH"), "/bin");
  EXPECT_EQ(environment.at("ADMIN_API_KEY"), "secret-secret-secret");
  EXPECT_EQ(environment.at("EMPTY"), "");
  EXPECT_EQ(environment.at("X"), "a=b");
}

TEST(ProcessEnvironment, LeavesNoByteOfASecretInPlace) {
  for (const char* name : {"GEMINI_API_KEYS", "KEY_ENCRYPTION_KEY", "KEY_ENCRYPTION_KEY_PREVIOUS",
                           "CLIENT_TOKENS", "PASSWORD", "USERS_API_KEY", "ADMIN_API_KEY"}) {
    Block block({std::string(name) + "=canary-canary", "PATH=/bin"});
    EXPECT_EQ(take_process_environment(block.get()).at(name), "canary-canary");
    const std::string expected = std::string(name) + "=" + std::string(13, '\0');
    EXPECT_EQ(block.entry(0), expected);
    EXPECT_EQ(block.entry(1), "PATH=/bin") << "what is no secret stays";
  }
}

TEST(ProcessEnvironment, MayBeMissing) { EXPECT_TRUE(take_process_environment(nullptr).empty()); }

}  // namespace
}  // namespace geminate::config
