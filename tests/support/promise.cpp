#include "tests/support/promise.h"

#include <cstdio>
#include <cstdlib>

namespace geminate::test {

void note_promise(std::string_view id, std::string_view figure) {
  // A line of its own, whatever the test has printed before.
  std::printf("\nPROMISE %.*s: %.*s\n", static_cast<int>(id.size()), id.data(),
              static_cast<int>(figure.size()), figure.data());
  std::fflush(stdout);
}

bool is_long_run() {
  const char* form = std::getenv("GEMINATE_PROMISES");
  return form != nullptr && std::string_view(form) == "long";
}

}  // namespace geminate::test
