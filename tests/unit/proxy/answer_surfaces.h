#pragma once

#include <memory>
#include <string>
#include <vector>

#include "backend/proxy/answer_mapper.h"
#include "backend/proxy/anthropic_messages.h"
#include "backend/proxy/chat_completions.h"
#include "backend/proxy/native_gemini.h"
#include "backend/proxy/responses.h"

namespace geminate::proxy {

/// A way for Gemini's answers back to a client; each call of `open` is another exchange.
struct AnswerSurface {
  std::string name;
  bool streamed = false;
  /// Whether the bytes go through as they are.
  bool native = false;
  std::unique_ptr<AnswerMapper> (*open)(const TranslationContext& context, ResponseStore& store) = nullptr;
};

inline http::HttpRequest surface_request(const std::string& target, std::string body) {
  http::HttpRequest request;
  request.head_ = target;
  request.set_target({0, static_cast<std::uint32_t>(target.size())});
  request.body_ = std::move(body);
  return request;
}

template <bool kStreamed>
std::unique_ptr<AnswerMapper> open_chat(const TranslationContext& context, ResponseStore&) {
  const std::string options = kStreamed ? R"("stream":true,"stream_options":{"include_usage":true},)" : "";
  auto request =
      surface_request("/v1/chat/completions",
                      R"({"model":"m",)" + options + R"("messages":[{"role":"user","content":"x"}]})");
  return std::move(plan_chat_completions(request, context)->mapper);
}

template <bool kStreamed>
std::unique_ptr<AnswerMapper> open_messages(const TranslationContext& context, ResponseStore&) {
  const std::string options = kStreamed ? R"("stream":true,)" : "";
  auto request =
      surface_request("/v1/messages", R"({"model":"m","max_tokens":9,"thinking":{"type":"adaptive"},)" +
                                          options + R"("messages":[{"role":"user","content":"x"}]})");
  return std::move(plan_messages(request, context)->mapper);
}

template <bool kStreamed>
std::unique_ptr<AnswerMapper> open_responses(const TranslationContext& context, ResponseStore& store) {
  const std::string options = kStreamed ? R"("stream":true,)" : "";
  auto request = surface_request(
      "/v1/responses", R"({"model":"m","reasoning":{"summary":"auto"},)" + options + R"("input":"x"})");
  return std::move(plan_responses(request, context, store)->mapper);
}

template <bool kStreamed>
std::unique_ptr<AnswerMapper> open_native(const TranslationContext&, ResponseStore&) {
  auto request = surface_request(
      kStreamed ? "/v1beta/models/m:streamGenerateContent?alt=sse" : "/v1beta/models/m:generateContent",
      R"({"contents":[{"parts":[{"text":"x"}]}]})");
  return std::move(plan_native(request, Dialect::Gemini)->mapper);
}

inline std::vector<AnswerSurface> answer_surfaces() {
  return {
      {"chat completions", false, false, open_chat<false>},
      {"streamed chat completions", true, false, open_chat<true>},
      {"messages", false, false, open_messages<false>},
      {"streamed messages", true, false, open_messages<true>},
      {"responses", false, false, open_responses<false>},
      {"streamed responses", true, false, open_responses<true>},
      {"native", false, true, open_native<false>},
      {"streamed native", true, true, open_native<true>},
  };
}

/// All that the client gets of an answer that comes in `pieces`; an Error of the mapper ends it with
/// "<its message>" in angle brackets.
inline std::string answer_through(const AnswerSurface& surface, const std::vector<std::string_view>& pieces) {
  SignatureMemory signatures;
  ResponseStore store;
  const Now now{};
  const std::unique_ptr<AnswerMapper> mapper = surface.open({"id-1", now, 1, signatures}, store);
  upstream::AnswerHead head;
  head.status = 200;
  head.fields = {{"content-type", surface.streamed ? "text/event-stream" : "application/json"}};
  mapper->reset();
  mapper->on_head(head);
  std::string sent;
  for (const std::string_view piece : pieces) {
    const auto mapped = mapper->on_piece(piece);
    if (!mapped.ok()) return sent + "<" + mapped.error().message + ">";
    sent += *mapped;
  }
  const auto end = mapper->on_end();
  if (!end.ok()) return sent + "<" + end.error().message + ">";
  return sent + std::string(*end);
}

}  // namespace geminate::proxy
