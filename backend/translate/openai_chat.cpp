#include "backend/translate/openai_answer.h"
#include "backend/translate/openai_types.h"

namespace geminate::translate {

Result<Translation> translate_chat(std::string_view openai_body, const SignatureOf& signature_of) {
  JsonDocument root;
  GEMINATE_CHECK_OK(parse_object(openai_body, "the body", root));
  GEMINATE_TRY(ChatRequest request, read_chat_request(root));
  complete_signatures(request.conversation, signature_of);
  Translation translation;
  translation.call = call_of(request.conversation, request.stream);
  translation.call.affinity_key = request.cache_key;
  translation.make_answer =
      [options = ChatAnswerOptions{request.include_usage, request.one_call_only,
                                   std::string(request.audio_format)}](AnswerContext context) {
        return std::make_unique<ChatAnswer>(std::move(context), options);
      };
  return translation;
}

}  // namespace geminate::translate
