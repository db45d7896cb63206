// Any body of /v1/chat/completions becomes a call of Gemini's, or is refused in words.

#include "tests/fuzz/translated.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace geminate;
  const auto translated =
      translate::translate_chat({reinterpret_cast<const char*>(data), size}, fuzz::no_signature);
  if (!translated.ok()) {
    fuzz::check_refusal(translated.error());
  } else {
    fuzz::check_call(translated->call);
  }
  return 0;
}
