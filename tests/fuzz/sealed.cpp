// Any bytes as a sealed secret, and a sealed secret with any change: only what was sealed opens, where it
// belongs.

#include "backend/crypto/sealed_secret.h"
#include "tests/fuzz/fuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace geminate;
  const Secret key(std::string(32, 'k'));
  fuzz::Input input(data, size);
  const std::size_t place = input.number(65535);
  const auto change = static_cast<unsigned char>(input.number(256));
  const std::string text(input.rest());
  fuzz::require(!crypto::unseal(text, key, "table/1").ok());

  const std::string sealed = crypto::seal(Secret(text), key, "table/1");
  const auto opened = crypto::unseal(sealed, key, "table/1");
  fuzz::require(opened.ok() && opened->reveal() == text);
  fuzz::require(!crypto::unseal(sealed, key, "table/2").ok());
  std::string altered = sealed;
  char& byte = altered[place % altered.size()];
  byte = static_cast<char>(static_cast<unsigned char>(byte) ^ change);
  fuzz::require(crypto::unseal(altered, key, "table/1").ok() == (change == 0));
  fuzz::require(
      !crypto::unseal(std::string_view(sealed).substr(0, place % sealed.size()), key, "table/1").ok());
  return 0;
}
