#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/api/endpoints.h"
#include "shared/core/describe.h"

namespace geminate::ui {

// As much of Gemini's own dialect as the playground reads. Whatever else stands in an answer is passed over.

struct GeminiModel {
  std::string name;  // "models/gemini-2.5-flash"
  std::string displayName;
  std::int64_t outputTokenLimit = 0;
  std::vector<std::string> supportedGenerationMethods;
  bool thinking = false;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("name", self.name, "", Presence::Optional);
    field("displayName", self.displayName, "", Presence::Optional);
    field("outputTokenLimit", self.outputTokenLimit, "", Presence::Optional);
    field("supportedGenerationMethods", self.supportedGenerationMethods, "", Presence::Optional);
    field("thinking", self.thinking, "", Presence::Optional);
  }
};

struct GeminiModelList {
  std::vector<GeminiModel> models;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("models", self.models, "", Presence::Optional);
  }
};

struct GeminiBlob {
  std::string mimeType;
  std::string data;  // base64

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("mimeType", self.mimeType, "", Presence::Optional);
    field("data", self.data, "", Presence::Optional);
  }
};

struct GeminiPart {
  std::optional<std::string> text;
  bool thought = false;
  std::optional<GeminiBlob> inlineData;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("text", self.text, "", Presence::Optional);
    field("thought", self.thought, "", Presence::Optional);
    field("inlineData", self.inlineData, "", Presence::Optional);
  }
};

struct GeminiContent {
  std::vector<GeminiPart> parts;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("parts", self.parts, "", Presence::Optional);
  }
};

struct GeminiCandidate {
  GeminiContent content;
  std::string finishReason;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("content", self.content, "", Presence::Optional);
    field("finishReason", self.finishReason, "", Presence::Optional);
  }
};

struct GeminiUsage {
  std::int64_t promptTokenCount = 0;
  std::int64_t candidatesTokenCount = 0;
  std::int64_t thoughtsTokenCount = 0;
  std::int64_t cachedContentTokenCount = 0;
  std::int64_t totalTokenCount = 0;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("promptTokenCount", self.promptTokenCount, "", Presence::Optional);
    field("candidatesTokenCount", self.candidatesTokenCount, "", Presence::Optional);
    field("thoughtsTokenCount", self.thoughtsTokenCount, "", Presence::Optional);
    field("cachedContentTokenCount", self.cachedContentTokenCount, "", Presence::Optional);
    field("totalTokenCount", self.totalTokenCount, "", Presence::Optional);
  }
};

struct GeminiFeedback {
  std::string blockReason;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("blockReason", self.blockReason, "", Presence::Optional);
  }
};

struct GeminiError {
  std::int32_t code = 0;
  std::string message;
  std::string status;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("code", self.code, "", Presence::Optional);
    field("message", self.message, "", Presence::Optional);
    field("status", self.status, "", Presence::Optional);
  }
};

struct GeminiErrorBody {
  std::optional<GeminiError> error;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("error", self.error, "", Presence::Optional);
  }
};

/// One event of a streamed answer.
struct GeminiChunk {
  std::vector<GeminiCandidate> candidates;
  std::optional<GeminiUsage> usageMetadata;
  std::optional<GeminiFeedback> promptFeedback;
  std::optional<GeminiError> error;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("candidates", self.candidates, "", Presence::Optional);
    field("usageMetadata", self.usageMetadata, "", Presence::Optional);
    field("promptFeedback", self.promptFeedback, "", Presence::Optional);
    field("error", self.error, "", Presence::Optional);
  }
};

/// Upstream's models. Its answer is Gemini's, so it is no row of api/endpoints.h.
inline constexpr api::Endpoint<NoBody, GeminiModelList> kPlaygroundModels{
    api::Verb::Get, "/api/manage/playground/v1beta/models?pageSize=1000", api::Access::Admin, 200, ""};

}  // namespace geminate::ui
