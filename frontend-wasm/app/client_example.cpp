#include "frontend-wasm/app/tokens_state.h"

namespace geminate::ui {
namespace {

/// One word of a shell, whatever stands in it.
std::string quoted(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word += "'\\''";
    } else {
      word += c;
    }
  }
  return word + '\'';
}

/// The first model that the token may use and that a pattern does not leave open.
std::string model_for(const std::vector<std::string>& models) {
  for (const std::string& model : models) {
    if (!model.empty() && model.back() != '*') return model;
  }
  return "gemini-2.5-flash";
}

std::string command(const std::string& url, const std::string& credential, const std::string& body) {
  return "curl " + quoted(url) + " \\\n  -H " + quoted(credential) +
         " \\\n  -H 'content-type: application/json' \\\n  -d " + quoted(body);
}

}  // namespace

std::string curl_example(ClientExample example, std::string_view server, std::string_view secret,
                         const std::vector<std::string>& models) {
  const std::string model = model_for(models);
  const std::string base(server);
  const std::string token(secret);
  switch (example) {
    case ClientExample::Openai:
      return command(base + "/v1/chat/completions", "authorization: Bearer " + token,
                     R"({"model":")" + model + R"(","messages":[{"role":"user","content":"Hello"}]})");
    case ClientExample::Anthropic:
      return command(
          base + "/v1/messages", "x-api-key: " + token,
          R"({"model":")" + model + R"(","max_tokens":256,"messages":[{"role":"user","content":"Hello"}]})");
    case ClientExample::Gemini:
      break;
  }
  return command(base + "/v1beta/models/" + model + ":generateContent", "x-goog-api-key: " + token,
                 R"({"contents":[{"role":"user","parts":[{"text":"Hello"}]}]})");
}

}  // namespace geminate::ui
