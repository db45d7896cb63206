#include "tools/simulator/openai_answers.h"

#include <algorithm>

#include "tools/simulator/answers.h"
#include "tools/simulator/google_errors.h"
#include "tools/simulator/json_text.h"
#include "tools/simulator/models.h"

namespace geminate::simulator {
namespace {

constexpr std::string_view kHead = R"({"id":"sim-chat","created":1767225600,"model":)";

Prompt prompt_of(const Json& root) {
  Prompt prompt;
  const Json* messages = member(root, "messages");
  if (messages == nullptr || !messages->IsArray()) return prompt;
  for (const Json& message : messages->GetArray()) {
    const Json* content = member(message, "content");
    if (content == nullptr || !content->IsString()) continue;
    prompt.tokens += tokens_of(text_of(*content));
    prompt.last_text = text_of(*content);
  }
  return prompt;
}

std::string usage_json(const Prompt& prompt, std::string_view text) {
  const std::int64_t answered = tokens_of(text);
  return R"("usage":{"completion_tokens":)" + std::to_string(answered) + R"(,"prompt_tokens":)" +
         std::to_string(prompt.tokens) + R"(,"total_tokens":)" + std::to_string(prompt.tokens + answered) +
         "}";
}

Reply streamed(const std::string& model, const Prompt& prompt, const Behaviour& behaviour) {
  Reply reply;
  reply.content_type = "text/event-stream";
  const std::size_t pieces = std::max<std::size_t>(behaviour.chunks, 1);
  reply.piece_count = pieces + 1;
  std::string error_event;
  if (behaviour.fault == Fault::ErrorInStream) {
    // Nothing follows it.
    reply.piece_count = std::min<std::size_t>(behaviour.after, pieces - 1) + 1;
    error_event = "data: " + stream_error_object(behaviour, model) + "\n\n";
  }
  const std::size_t last_piece = reply.piece_count - 1;
  reply.piece = [model, prompt, pieces, last_piece, error_event](std::size_t index) -> std::string {
    if (index == last_piece && !error_event.empty()) return error_event;
    if (index == pieces) return "data: [DONE]\n\n";
    const std::string text = answer_text(prompt);
    const std::size_t begin = text.size() * index / pieces;
    const std::size_t end = text.size() * (index + 1) / pieces;
    const bool last = index + 1 == pieces;
    return "data: " + std::string(kHead) + model +
           R"(,"object":"chat.completion.chunk","choices":[{"index":0,"delta":)" +
           R"({"role":"assistant","content":)" + quoted(text.substr(begin, end - begin)) + "}" +
           (last ? R"(,"finish_reason":"stop"}],)" + usage_json(prompt, text) : std::string("}]")) + "}\n\n";
  };
  return reply;
}

}  // namespace

Reply openai_reply(const Request& request, const Behaviour& behaviour) {
  Reply reply;
  reply.content_type = "application/json";
  if (request.path() == "/v1beta/openai/models") {
    for (const Model& model : models()) {
      reply.body +=
          (reply.body.empty() ? "" : ",") + (R"({"id":)" + quoted("models/" + std::string(model.name)) +
                                             R"(,"object":"model","owned_by":"google"})");
    }
    reply.body = R"({"object":"list","data":[)" + reply.body + "]}";
    return reply;
  }
  if (request.path() != "/v1beta/openai/chat/completions") return no_such_path_reply(request.path());
  JsonDocument root;
  root.Parse(request.body.data(), request.body.size());
  const Json* model = root.HasParseError() ? nullptr : member(root, "model");
  if (model == nullptr || !model->IsString()) {
    Reply refusal = bad_request_reply("Invalid JSON payload received.");
    refusal.body = "[" + refusal.body + "]";
    return refusal;
  }
  const Prompt prompt = prompt_of(root);
  const Json* stream = member(root, "stream");
  if (stream != nullptr && stream->IsBool() && stream->GetBool())
    return streamed(to_text(*model), prompt, behaviour);
  const std::string text = answer_text(prompt);
  reply.body =
      std::string(kHead) + to_text(*model) +
      R"(,"object":"chat.completion","choices":[{"finish_reason":"stop","index":0,"message":{"role":"assistant","content":)" +
      quoted(text) + "}}]," + usage_json(prompt, text) + "}";
  return reply;
}

}  // namespace geminate::simulator
