#include "backend/translate/anthropic_answer.h"
#include "backend/translate/anthropic_types.h"

namespace geminate::translate {

Result<Translation> translate_messages(std::string_view anthropic_body, const SignatureOf& signature_of) {
  JsonDocument root;
  GEMINATE_CHECK_OK(parse_object(anthropic_body, "the body", root));
  GEMINATE_TRY(MessagesRequest request, read_messages_request(root, true));
  complete_signatures(request.conversation, signature_of);
  recall_text_signatures(request.conversation, signature_of);
  Translation translation;
  translation.call = call_of(request.conversation, request.stream);
  translation.make_answer =
      [options = MessagesAnswerOptions{request.shows_thoughts(), request.one_call_only,
                                       digest_of(request.conversation)}](AnswerContext context) {
        return std::make_unique<MessagesAnswer>(std::move(context), options);
      };
  return translation;
}

Result<GeminiCall> translate_count_tokens(std::string_view anthropic_body, const SignatureOf& signature_of) {
  JsonDocument root;
  GEMINATE_CHECK_OK(parse_object(anthropic_body, "the body", root));
  GEMINATE_TRY(MessagesRequest request, read_messages_request(root, false));
  complete_signatures(request.conversation, signature_of);
  recall_text_signatures(request.conversation, signature_of);
  return count_call_of(request.conversation);
}

}  // namespace geminate::translate
