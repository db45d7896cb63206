// Any body of /v1/messages becomes a call of Gemini's, or is refused in words.

#include "tests/fuzz/translated.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace geminate;
  const auto translated =
      translate::translate_messages({reinterpret_cast<const char*>(data), size}, fuzz::no_signature);
  if (!translated.ok()) {
    fuzz::check_refusal(translated.error());
  } else {
    fuzz::check_call(translated->call);
  }
  return 0;
}
