// Any body of /v1/responses and its count of tokens becomes a call of Gemini's, or is refused in words.

#include "tests/fuzz/translated.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace geminate;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto translated = translate::translate_responses(body, fuzz::no_signature, fuzz::nothing_stored());
  if (!translated.ok()) {
    fuzz::check_refusal(translated.error());
  } else {
    fuzz::check_call(translated->translation.call);
  }
  const auto count = translate::translate_input_tokens(body, fuzz::no_signature, fuzz::nothing_stored());
  if (!count.ok()) {
    fuzz::check_refusal(count.error());
  } else {
    fuzz::check_call(*count);
  }
  return 0;
}
