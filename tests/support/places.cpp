#include "tests/support/places.h"

#include <cstdlib>

namespace geminate::test {

std::filesystem::path repository() { return GEMINATE_REPOSITORY; }

std::filesystem::path server_program() {
  const char* const chosen = std::getenv("GEMINATE_SERVER_FILE");
  return chosen != nullptr ? chosen : GEMINATE_SERVER;
}

std::filesystem::path recordings_file(const std::filesystem::path& name) {
  if (const char* folder = std::getenv("GEMINATE_RECORDINGS")) return std::filesystem::path(folder) / name;
  return repository().parent_path() / "shared" / "recordings" / name;
}

}  // namespace geminate::test
