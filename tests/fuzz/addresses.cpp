// Any text as GEMINI_BASE_URL and as an address or a block of them.

#include "backend/auth/address_block.h"
#include "backend/upstream/base_url.h"
#include "tests/fuzz/fuzzing.h"

namespace {

using namespace geminate;

bool goes_into_a_head(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') return false;
  }
  return true;
}

void check_url(std::string_view text) {
  const auto url = upstream::parse_base_url(text);
  if (!url.ok()) return fuzz::require(!url.error().message.empty());
  fuzz::require(!url->target.host.empty() && url->target.port != 0);
  fuzz::require(goes_into_a_head(url->authority) && goes_into_a_head(url->prefix));
  fuzz::require(url->authority.find('@') == std::string::npos);
  fuzz::require(url->prefix.find_first_of("?#") == std::string::npos && !url->prefix.ends_with('/'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto [first, second] = input.cut();
  check_url(first);
  check_url("https://" + std::string(second));
  const auto block = auth::AddressBlock::parse(first);
  const auto address = auth::AddressBlock::parse(second);
  // A single address holds itself; what is none is held by nothing.
  if (address && second.find('/') == std::string_view::npos) fuzz::require(address->contains(second));
  if (block && block->contains(second)) fuzz::require(address.has_value());
  return 0;
}
