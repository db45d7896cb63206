#include "tools/simulator/site.h"

#include <charconv>

#include "tools/simulator/answers.h"
#include "tools/simulator/google_errors.h"
#include "tools/simulator/models.h"
#include "tools/simulator/openai_answers.h"

namespace geminate::simulator {
namespace {

constexpr std::string_view kOpenaiRoot = "/v1beta/openai/";

bool begins(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// "/v1beta/models/gemini-2.5-flash:generateContent" in its parts; empty where a part is missing.
struct ModelPath {
  bool is_models = false;
  std::string_view model;
  std::string_view method;
};

ModelPath split(std::string_view path) {
  ModelPath parts;
  for (const std::string_view root : {"/v1beta/models", "/v1alpha/models", "/v1/models"}) {
    if (!begins(path, root)) continue;
    std::string_view rest = path.substr(root.size());
    if (!rest.empty() && rest.front() != '/') continue;
    parts.is_models = true;
    if (rest.empty()) break;
    rest.remove_prefix(1);
    const std::size_t colon = rest.find(':');
    parts.model = rest.substr(0, colon);
    if (colon != std::string_view::npos) parts.method = rest.substr(colon + 1);
  }
  return parts;
}

// Answered in place of what was asked for; the others spoil the answer on its way.
bool replaces_answer(Fault fault) {
  switch (fault) {
    case Fault::None:
    case Fault::StallBeforeHead:
    case Fault::ResetBeforeHead:
    case Fault::StallMidStream:
    case Fault::CutMidStream:
    case Fault::ErrorInStream:
      return false;
    default:
      return true;
  }
}

std::size_t page_size_of(const Request& request) {
  std::size_t size = 50;
  if (const auto text = request.query("pageSize"))
    std::from_chars(text->data(), text->data() + text->size(), size);
  return size == 0 ? 50 : size;
}

Reply list_or_get_models(const Request& request, const ModelPath& parts) {
  Reply reply;
  if (parts.model.empty()) {
    reply.body = models_json(page_size_of(request), request.query("pageToken").value_or(""));
    return reply;
  }
  const Model* model = find_model(parts.model);
  if (model == nullptr) return unknown_model_reply(parts.model, "getModel");
  reply.body = model_json(*model);
  return reply;
}

Reply call_model(const Request& request, const ModelPath& parts, const Behaviour& behaviour) {
  const Model* model = find_model(parts.model);
  const bool embeds = parts.method == "embedContent" || parts.method == "batchEmbedContents";
  const bool generates = parts.method == "generateContent" || parts.method == "streamGenerateContent";
  if (!embeds && !generates && parts.method != "countTokens") return no_such_path_reply(request.path());
  if (model == nullptr || (embeds && !model->embeds) || (generates && model->embeds)) {
    return unknown_model_reply(parts.model, parts.method);
  }
  if (embeds) return embed_reply(request.body, parts.method == "batchEmbedContents");
  if (parts.method == "countTokens") return count_tokens_reply(request.body);
  const ReadPrompt read = read_prompt(request.body);
  if (read.refusal) return *read.refusal;
  if (parts.method == "generateContent") return generate_reply(*model, read.prompt, behaviour);
  return stream_reply(*model, read.prompt, behaviour, request.query("alt") == "sse");
}

}  // namespace

Site::Decision Site::decide(const Request& request) {
  if (begins(request.path(), "/_simulator/")) return {control(request), {}, false};
  const std::string key = credential_of(request).value_or(Credential{}).key;
  record(request, key);
  const std::string_view model = split(request.path()).model;
  const Behaviour behaviour = behaviour_for(request, key, model);
  return {reply_for(request, behaviour, model), behaviour, true};
}

Behaviour Site::behaviour_for(const Request& request, std::string_view key, std::string_view model) {
  if (auto scripted = script_.take({key, model, request.path()})) return *scripted;
  if (const auto asked = request.header("x-goog-sim")) {
    const Result<Behaviour> parsed = parse_behaviour(*asked, options_.usual);
    if (parsed.ok()) return *parsed;
  }
  return behaviour_of_key(key, options_.usual).value_or(options_.usual);
}

Reply Site::reply_for(const Request& request, const Behaviour& behaviour, std::string_view model) {
  const auto credential = credential_of(request);
  const bool openai = begins(request.path(), kOpenaiRoot);
  Behaviour shaped = behaviour;
  shaped.array = behaviour.array || openai;
  if (!credential || credential->key.empty()) return missing_key_reply(shaped.array);
  if (replaces_answer(shaped.fault)) return fault_reply(shaped, credential->key, model);
  if (replay_) {
    if (auto recorded = replay_->answer(request)) return *recorded;
  }
  if (!begins(credential->key, options_.valid_keys)) return invalid_key_reply(shaped.array);
  return route(request, shaped, credential->key, model);
}

Reply Site::route(const Request& request, const Behaviour& behaviour, std::string_view key,
                  std::string_view) {
  if (begins(request.path(), kOpenaiRoot)) return openai_reply(request, behaviour);
  if (auto resource = resources_.answer(request, key)) return *resource;
  const ModelPath parts = split(request.path());
  if (!parts.is_models) return no_such_path_reply(request.path());
  if (request.method == "GET" && parts.method.empty()) return list_or_get_models(request, parts);
  if (auto refusal = resources_.refuse_prompt(request.body, key)) return *refusal;
  if (request.method == "POST" && !parts.method.empty()) return call_model(request, parts, behaviour);
  return no_such_path_reply(request.path());
}

void Site::record(const Request& request, std::string key) {
  SeenRequest seen{
      request.method,      request.target,      request.headers, request.body.substr(0, Ledger::kKeptBody),
      request.body.size(), fnv1a(request.body), std::move(key)};
  ledger_.request_began(std::move(seen), violations_of(request, options_.allowed_headers));
}

}  // namespace geminate::simulator
