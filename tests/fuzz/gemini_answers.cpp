// Any bytes as Gemini's answer, whole and as a stream that is cut at a place of the fuzzer's choice, on their
// way back to each dialect: what comes out is well-formed, and the cut changes nothing.

#include "backend/upstream/sse_parser.h"
#include "tests/fuzz/translated.h"

namespace {

using namespace geminate;
using translate::Translation;

constexpr std::string_view kChat =
    R"({"model":"gemini-2.5-flash","stream":true,"stream_options":{"include_usage":true},
        "messages":[{"role":"user","content":"hi"}],
        "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]})";
constexpr std::string_view kResponse =
    R"({"model":"gemini-2.5-flash","stream":true,"input":"hi",
        "tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":false}]})";
constexpr std::string_view kMessage =
    R"({"model":"gemini-2.5-flash","stream":true,"max_tokens":4096,"messages":[{"role":"user","content":"hi"}],
        "thinking":{"type":"enabled","budget_tokens":1024},
        "tools":[{"name":"f","input_schema":{"type":"object"}}]})";

Translation translation_of(std::size_t dialect) {
  if (dialect == 0) return translate::translate_chat(kChat, fuzz::no_signature).value();
  if (dialect == 1) return translate::translate_messages(kMessage, fuzz::no_signature).value();
  return translate::translate_responses(kResponse, fuzz::no_signature, fuzz::nothing_stored())
      .value()
      .translation;
}

/// Every event that goes out has JSON in it, but for OpenAI's good-bye.
void check_events(std::string_view out) {
  upstream::SseParser parser;
  upstream::SseEvent event;
  parser.feed(out);
  while (parser.next(event) == upstream::SseParser::Step::Event)
    fuzz::require(event.data == "[DONE]" || fuzz::is_json(event.data));
}

std::string streamed(const Translation& translation, std::string_view first, std::string_view second) {
  const auto answer = translation.make_answer({"id", 1, "gemini-2.5-flash"});
  upstream::SseParser parser;
  upstream::SseEvent event;
  std::string out;
  for (const std::string_view bytes : {first, second}) {
    parser.feed(bytes);
    while (parser.next(event) == upstream::SseParser::Step::Event) {
      const auto sent = answer->feed(event.data);
      if (!sent.ok()) return out + answer->error_event(sent.error());
      out += *sent;
    }
  }
  return out + answer->finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const Translation translation = translation_of(input.number(3));
  const auto [first, second] = input.cut();
  const std::string whole_text = std::string(first) + std::string(second);
  const auto whole = translation.make_answer({"id", 1, "gemini-2.5-flash"})->whole(whole_text);
  fuzz::require(!whole.ok() || fuzz::is_json(*whole));
  const std::string out = streamed(translation, whole_text, {});
  check_events(out);
  // Ids of tool calls are drawn by lot, so that lengths are compared.
  fuzz::require(streamed(translation, first, second).size() == out.size());
  return 0;
}
