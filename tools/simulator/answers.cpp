#include "tools/simulator/answers.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "tools/simulator/google_errors.h"
#include "tools/simulator/json_text.h"
#include "tools/simulator/ledger.h"

namespace geminate::simulator {
namespace {

constexpr std::int64_t kThoughtTokens = 12;
constexpr std::string_view kThought =
    "**Reading the question**\n\nI only repeat it, so that takes no time.\n";

/// The text that is answered and why it ends.
struct Ending {
  std::string text;
  std::string_view reason = "STOP";
};

// Never inside a UTF-8 sequence.
std::size_t whole_characters(std::string_view text, std::size_t bytes) {
  while (bytes > 0 && bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U)
    --bytes;
  return std::min(bytes, text.size());
}

Ending ending_of(const Prompt& prompt) {
  Ending ending{answer_text(prompt), "STOP"};
  for (const std::string& stop : prompt.stops) {
    if (const std::size_t at = ending.text.find(stop); at != std::string::npos) ending.text.resize(at);
  }
  if (prompt.max_tokens && *prompt.max_tokens >= 0 && tokens_of(ending.text) > *prompt.max_tokens) {
    ending.text.resize(whole_characters(ending.text, static_cast<std::size_t>(*prompt.max_tokens) * 4));
    ending.reason = "MAX_TOKENS";
  }
  return ending;
}

std::string usage_json(const Model& model, const Prompt& prompt, std::int64_t answered, bool final) {
  const std::int64_t thoughts = model.thinks ? kThoughtTokens : 0;
  std::string json = R"({"promptTokenCount":)" + std::to_string(prompt.tokens);
  if (final) json += R"(,"candidatesTokenCount":)" + std::to_string(answered);
  const std::int64_t total = prompt.tokens + (final ? answered : 0) + thoughts;
  json += R"(,"totalTokenCount":)" + std::to_string(total) +
          R"(,"promptTokensDetails":[{"modality":"TEXT","tokenCount":)" +
          std::to_string(prompt.tokens - prompt.image_tokens) + "}";
  if (prompt.image_tokens > 0) {
    json += R"(,{"modality":"IMAGE","tokenCount":)" + std::to_string(prompt.image_tokens) + "}";
  }
  json += "]";
  if (thoughts > 0) json += R"(,"thoughtsTokenCount":)" + std::to_string(thoughts);
  return json + "}";
}

std::string text_part(std::string_view text, bool thought) {
  return R"({"text":)" + quoted(text) + (thought ? R"(,"thought":true})" : "}");
}

std::string candidate_json(const std::string& parts, std::string_view reason, std::int64_t index) {
  std::string json = R"({"content":{"parts":[)" + parts + R"(],"role":"model"})";
  if (!reason.empty()) json += R"(,"finishReason":)" + quoted(reason);
  return json + R"(,"index":)" + std::to_string(index) + "}";
}

std::string answer_json(const Model& model, const Prompt& prompt, const std::string& candidates,
                        const std::string& usage) {
  char id[20];
  std::snprintf(id, sizeof id, "%016llx", static_cast<unsigned long long>(fnv1a(prompt.last_text)));
  return R"({"candidates":[)" + candidates + R"(],"usageMetadata":)" + usage + R"(,"modelVersion":)" +
         quoted(model.name) + R"(,"responseId":"sim-)" + id + "\"}";
}

/// What every piece of one stream is made from.
struct StreamPlan {
  const Model& model;
  Prompt prompt;
  Ending ending;
  std::size_t pieces = 1;
  std::uint64_t padding = 0;
  bool thought_first = false;
  bool sse = true;
  std::optional<std::size_t> error_at;
  std::string error_object;
};

std::string piece_text(const StreamPlan& plan, std::size_t index) {
  const std::string& text = plan.ending.text;
  const std::size_t begin = whole_characters(text, text.size() * index / plan.pieces);
  const std::size_t end = index + 1 == plan.pieces
                              ? text.size()
                              : whole_characters(text, text.size() * (index + 1) / plan.pieces);
  std::string piece = text.substr(begin, end - begin);
  piece.append(plan.padding / plan.pieces, 'x');
  return piece;
}

std::string event_object(const StreamPlan& plan, std::size_t index) {
  if (plan.error_at == index) return plan.error_object;
  std::size_t text_index = index;
  if (plan.thought_first) {
    if (index == 0) {
      return answer_json(plan.model, plan.prompt, candidate_json(text_part(kThought, true), "", 0),
                         usage_json(plan.model, plan.prompt, 0, false));
    }
    --text_index;
  }
  const bool last = text_index + 1 == plan.pieces;
  const std::string parts = text_part(piece_text(plan, text_index), false);
  std::string candidates;
  for (std::int64_t i = 0; i < plan.prompt.candidates; ++i) {
    candidates += (i > 0 ? "," : "") + candidate_json(parts, last ? plan.ending.reason : "", i);
  }
  const std::int64_t answered =
      (tokens_of(plan.ending.text) + static_cast<std::int64_t>(plan.padding / 4)) * plan.prompt.candidates;
  return answer_json(plan.model, plan.prompt, candidates,
                     usage_json(plan.model, plan.prompt, answered, last));
}

std::string framed(const StreamPlan& plan, std::size_t index, std::size_t count) {
  const std::string object = event_object(plan, index);
  if (plan.sse) return "data: " + object + "\r\n\r\n";
  return (index == 0 ? "[" : ",\r\n") + object + (index + 1 == count ? "]" : "");
}

}  // namespace

std::string answer_text(const Prompt& prompt) {
  const std::string text = "Simulated answer to: " + prompt.last_text;
  return prompt.wants_json ? R"({"answer":)" + quoted(text) + "}" : text;
}

Reply generate_reply(const Model& model, const Prompt& prompt, const Behaviour& behaviour) {
  Ending ending = ending_of(prompt);
  if (behaviour.answer_bytes > ending.text.size()) ending.text.resize(behaviour.answer_bytes, 'x');
  std::string parts = prompt.include_thoughts && model.thinks ? text_part(kThought, true) + "," : "";
  parts += text_part(ending.text, false);
  std::string candidates;
  for (std::int64_t i = 0; i < prompt.candidates; ++i) {
    candidates += (i > 0 ? "," : "") + candidate_json(parts, ending.reason, i);
  }
  Reply reply;
  reply.body = answer_json(model, prompt, candidates,
                           usage_json(model, prompt, tokens_of(ending.text) * prompt.candidates, true));
  return reply;
}

Reply stream_reply(const Model& model, const Prompt& prompt, const Behaviour& behaviour, bool sse) {
  auto plan =
      std::make_shared<StreamPlan>(StreamPlan{model, prompt, ending_of(prompt), 1, 0, false, sse, {}, {}});
  plan->pieces = std::max<std::size_t>(behaviour.chunks, 1);
  plan->thought_first = prompt.include_thoughts && model.thinks;
  if (behaviour.answer_bytes > plan->ending.text.size()) {
    plan->padding = behaviour.answer_bytes - plan->ending.text.size();
  }
  const std::size_t count = plan->pieces + (plan->thought_first ? 1 : 0);
  if (behaviour.fault == Fault::ErrorInStream) {
    plan->error_at = std::min<std::size_t>(behaviour.after, count - 1);
    plan->error_object = stream_error_object(behaviour, model.name);
  }
  Reply reply;
  if (sse) reply.content_type = "text/event-stream";
  // After an error object Google sends nothing more.
  reply.piece_count = plan->error_at ? *plan->error_at + 1 : count;
  reply.piece = [plan, total = reply.piece_count](std::size_t index) { return framed(*plan, index, total); };
  return reply;
}

Reply count_tokens_reply(std::string_view body) {
  JsonDocument root;
  root.Parse(body.data(), body.size());
  const Json* inner = root.HasParseError() ? nullptr : member(root, "generateContentRequest");
  const ReadPrompt read = inner != nullptr ? read_prompt(to_text(*inner)) : read_prompt(body);
  if (read.refusal) return *read.refusal;
  Reply reply;
  reply.body = R"({"totalTokens":)" + std::to_string(read.prompt.tokens) +
               R"(,"promptTokensDetails":[{"modality":"TEXT","tokenCount":)" +
               std::to_string(read.prompt.tokens) + "}]}";
  return reply;
}

namespace {

/// Of as many numbers as the request asks for, else of few.
std::string embedding_json(const Json& request) {
  constexpr unsigned kUsual = 8;
  constexpr unsigned kMost = 3072;
  const Json* content = member(request, "content");
  const Json* wanted = member(request, "outputDimensionality");
  const std::string seed = content == nullptr ? std::string() : to_text(*content);
  const unsigned dimensions =
      wanted != nullptr && wanted->IsUint() ? std::min(wanted->GetUint(), kMost) : kUsual;
  std::string json = R"({"values":[)";
  std::uint64_t state = fnv1a(seed);
  for (unsigned i = 0; i < dimensions; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    const double value = static_cast<double>(state >> 40U) / static_cast<double>(1U << 24U) - 0.5;
    json += (i > 0 ? "," : "") + std::to_string(value);
  }
  return json + "]}";
}

}  // namespace

Reply embed_reply(std::string_view body, bool batch) {
  JsonDocument root;
  root.Parse(body.data(), body.size());
  if (root.HasParseError() || !root.IsObject()) return bad_request_reply("Invalid JSON payload received.");
  Reply reply;
  if (!batch) {
    if (member(root, "content") == nullptr)
      return bad_request_reply("* EmbedContentRequest.content: content is not specified\n");
    reply.body = R"({"embedding":)" + embedding_json(root) + "}";
    return reply;
  }
  const Json* requests = member(root, "requests");
  if (requests == nullptr || !requests->IsArray()) {
    return bad_request_reply("* BatchEmbedContentsRequest.requests: requests is not specified\n");
  }
  reply.body = R"({"embeddings":[)";
  for (const Json& request : requests->GetArray()) {
    if (&request != requests->Begin()) reply.body += ",";
    reply.body += embedding_json(request);
  }
  reply.body += "]}";
  return reply;
}

}  // namespace geminate::simulator
