// Stands before the C library's getaddrinfo (LD_PRELOAD): names that end with .test are looked up in the file
// that GEMINATE_TEST_HOSTS names ("address name" a line, read anew each time), all others as ever.
#include <dlfcn.h>
#include <netdb.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace {

using Lookup = int (*)(const char*, const char*, const addrinfo*, addrinfo**);

// Read when the program begins: it may clear its environment.
const char* const kVariable = std::getenv("GEMINATE_TEST_HOSTS");
const std::string kFile = kVariable == nullptr ? "" : kVariable;

std::string address_of(std::string_view wanted) {
  std::ifstream file(kFile);
  std::string address;
  std::string name;
  while (file >> address >> name) {
    if (name == wanted) return address;
  }
  return {};
}

}  // namespace

extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** found) {
  // dlsym speaks of all symbols as pointers to objects.
  static const auto real = reinterpret_cast<Lookup>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (name == nullptr || !std::string_view(name).ends_with(".test")) return real(name, service, hints, found);
  const std::string address = address_of(name);
  return address.empty() ? EAI_NONAME : real(address.c_str(), service, hints, found);
}
