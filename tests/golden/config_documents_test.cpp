// The committed documents that are made from the list of settings. After a change of that list, run this test
// with GEMINATE_UPDATE_GOLDEN=1 in the environment and look at the difference before committing it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "backend/config/config.h"

namespace geminate::config {
namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return std::move(content).str();
}

void expect_committed(const std::string& file, const std::string& generated) {
  const std::filesystem::path path = std::filesystem::path(GEMINATE_REPOSITORY) / file;
  if (std::getenv("GEMINATE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << generated;
    return;
  }
  EXPECT_EQ(content_of(path), generated) << file << " is out of date; GEMINATE_UPDATE_GOLDEN=1 renews it";
}

TEST(ConfigDocuments, TheExampleFileIsWhatTheSettingsSay) {
  expect_committed(".env.example", dot_env_example());
}

TEST(ConfigDocuments, TheManualIsWhatTheSettingsSay) {
  expect_committed("backend/config/CONFIGURATION.md", configuration_markdown());
}

}  // namespace
}  // namespace geminate::config
