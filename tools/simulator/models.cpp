#include "tools/simulator/models.h"

#include "tools/simulator/json_text.h"

namespace geminate::simulator {

const std::vector<Model>& models() {
  static const std::vector<Model> kModels = {
      {"gemini-3-pro-preview", "Gemini 3 Pro Preview", 1048576, 65536, true, false},
      {"gemini-3-flash-preview", "Gemini 3 Flash Preview", 1048576, 65536, true, false},
      {"gemini-2.5-pro", "Gemini 2.5 Pro", 1048576, 65536, true, false},
      {"gemini-2.5-flash", "Gemini 2.5 Flash", 1048576, 65536, true, false},
      {"gemini-2.5-flash-lite", "Gemini 2.5 Flash-Lite", 1048576, 65536, true, false},
      {"gemini-2.0-flash", "Gemini 2.0 Flash", 1048576, 8192, false, false},
      {"gemini-embedding-001", "Gemini Embedding 001", 2048, 1, false, true},
  };
  return kModels;
}

const Model* find_model(std::string_view name) {
  for (const Model& model : models()) {
    if (model.name == name) return &model;
  }
  return nullptr;
}

std::string model_json(const Model& model) {
  std::string json = R"({"name":)" + quoted("models/" + std::string(model.name)) +
                     R"(,"version":"001","displayName":)" + quoted(model.display_name) +
                     R"(,"description":)" + quoted("A simulated " + std::string(model.display_name)) +
                     R"(,"inputTokenLimit":)" + std::to_string(model.input_tokens) +
                     R"(,"outputTokenLimit":)" + std::to_string(model.output_tokens);
  if (model.embeds) return json + R"(,"supportedGenerationMethods":["embedContent","countTokens"]})";
  json +=
      R"(,"supportedGenerationMethods":["generateContent","countTokens"],"temperature":1,"topP":0.95,"topK":64)"
      R"(,"maxTemperature":2)";
  if (model.thinks) json += R"(,"thinking":true)";
  return json + "}";
}

std::string models_json(std::size_t page_size, std::string_view page_token) {
  std::string json = R"({"models":[)";
  std::size_t listed = 0;
  bool started = page_token.empty();
  std::string_view next;
  for (const Model& model : models()) {
    started = started || model.name == page_token;
    if (!started) continue;
    if (listed == page_size) {
      next = model.name;
      break;
    }
    if (listed++ > 0) json += ",";
    json += model_json(model);
  }
  json += "]";
  if (!next.empty()) json += R"(,"nextPageToken":)" + quoted(next);
  return json + "}";
}

}  // namespace geminate::simulator
