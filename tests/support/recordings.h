#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace geminate::test {

/// Where recorded exchanges lie: GEMINATE_RECORDINGS, else beside the repository. They are no part of the
/// project; a test that needs them skips, saying so, where the file is absent.
inline std::filesystem::path recordings_file(const std::string& name) {
  if (const char* folder = std::getenv("GEMINATE_RECORDINGS")) return std::filesystem::path(folder) / name;
  return std::filesystem::path(GEMINATE_REPOSITORY).parent_path() / "shared" / "recordings" / name;
}

}  // namespace geminate::test
