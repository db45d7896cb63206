// Any body of /v1/embeddings becomes a call of Gemini's, or is refused in words; and so does any answer to
// it.

#include "backend/translate/embeddings.h"
#include "tests/fuzz/translated.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace geminate;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto translated = translate::translate_embeddings(bytes, {});
  if (!translated.ok()) {
    fuzz::check_refusal(translated.error());
  } else {
    fuzz::require(!translated->model.empty() && fuzz::is_json(translated->body));
  }
  for (const char* encoding : {"float", "base64"}) {
    const auto usual = translate::translate_embeddings(
        R"({"model":"gemini-embedding-001","input":["a","b"],"encoding_format":")" + std::string(encoding) +
            "\"}",
        {});
    fuzz::require(usual.ok());
    const auto answer = usual->answer(bytes);
    fuzz::require(!answer.ok() || fuzz::is_json(*answer));
  }
  return 0;
}
