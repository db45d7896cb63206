// Any bytes as a .env file, and what they make of the configuration.

#include <sys/mman.h>
#include <unistd.h>

#include "backend/config/config.h"
#include "tests/fuzz/fuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace geminate;
  static const int file = ::memfd_create("dot_env", MFD_CLOEXEC);
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) return 0;
  std::vector<std::string> faults;
  auto environment = config::read_dot_env("/proc/self/fd/" + std::to_string(file), faults);
  for (const auto& [name, value] : environment) {
    fuzz::require(!name.empty() && name.find('=') == std::string::npos);
    // No file is read on the fuzzer's behalf.
    if (name.ends_with("_FILE")) return 0;
  }
  const auto report = config::load_config({}, environment);
  for (const auto& fault : report.faults) fuzz::require(!fault.empty());
  return 0;
}
