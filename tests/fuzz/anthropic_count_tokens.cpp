// Any body of /v1/messages/count_tokens becomes a call of Gemini's, or is refused in words; and so does any
// answer.

#include "tests/fuzz/translated.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace geminate;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto call = translate::translate_count_tokens(bytes, fuzz::no_signature);
  if (!call.ok()) {
    fuzz::check_refusal(call.error());
  } else {
    fuzz::check_call(*call);
  }
  for (const auto& answer :
       {translate::token_count_to_anthropic(bytes), translate::input_tokens_to_openai(bytes),
        translate::models_to_openai(bytes, 1), translate::model_to_openai(bytes, 1)})
    fuzz::require(!answer.ok() || fuzz::is_json(*answer));
  return 0;
}
