#include "backend/translate/anthropic_answer.h"
#include "backend/translate/anthropic_types.h"

namespace geminate::translate {

Result<Translation> translate_messages(std::string_view anthropic_body, const SignatureOf& signature_of) {
  JsonDocument root;
  GEMINATE_CHECK_OK(parse_object(anthropic_body, "the body", root));
  GEMINATE_TRY(MessagesRequest request, read_messages_request(root, true));
  complete_signatures(request.conversation, signature_of);
  Translation translation;
  translation.call = call_of(request.conversation, request.stream);
  translation.make_answer = [options = MessagesAnswerOptions{request.shows_thoughts(),
                                                             request.one_call_only}](AnswerContext context) {
    return std::make_unique<MessagesAnswer>(std::move(context), options);
  };
  return translation;
}

Result<GeminiCall> translate_count_tokens(std::string_view anthropic_body, const SignatureOf& signature_of) {
  JsonDocument root;
  GEMINATE_CHECK_OK(parse_object(anthropic_body, "the body", root));
  GEMINATE_TRY(MessagesRequest request, read_messages_request(root, false));
  complete_signatures(request.conversation, signature_of);
  GeminiCall call;
  call.model = request.conversation.model;
  call.method = "countTokens";
  // Only with the whole request the system's words and the tools are counted as well.
  call.body = R"({"generateContentRequest":{"model":"models/)" + call.model + "\"," +
              gemini_request(request.conversation).substr(1) + "}";
  return call;
}

}  // namespace geminate::translate
