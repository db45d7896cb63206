#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/support/places.h"

namespace geminate::test {

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return std::move(content).str();
}

/// `file` is named from the repository's root. With GEMINATE_UPDATE_GOLDEN in the environment it is written
/// instead of compared; look at the difference before committing it.
inline void expect_committed(const std::string& file, const std::string& generated) {
  const std::filesystem::path path = repository() / file;
  if (std::getenv("GEMINATE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << generated;
    return;
  }
  EXPECT_EQ(content_of(path), generated) << file << " is out of date; GEMINATE_UPDATE_GOLDEN=1 renews it";
}

}  // namespace geminate::test
