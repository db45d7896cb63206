// Server-sent events cut at a place of the fuzzer's choice, and what looks for usage in them: the same comes
// out as without the cut.

#include "backend/upstream/sse_parser.h"
#include "backend/upstream/usage_scanner.h"
#include "tests/fuzz/fuzzing.h"

namespace {

using namespace geminate;
using Step = upstream::SseParser::Step;

std::string events(std::string_view first, std::string_view second) {
  static constexpr std::size_t kMost = 512;
  upstream::SseParser parser(kMost);
  upstream::SseEvent event;
  std::string seen;
  const auto note = [&] {
    fuzz::require(event.data.size() <= kMost);
    seen.append(event.type).append(">").append(event.data).append(";");
  };
  for (const std::string_view bytes : {first, second}) {
    parser.feed(bytes);
    Step step = Step::NeedMore;
    while ((step = parser.next(event)) == Step::Event) note();
    if (step == Step::TooLarge) return seen.append("!");
  }
  if (parser.finish(event) == Step::Event) note();
  return seen;
}

std::string usage(std::string_view first, std::string_view second, upstream::UsageScanner::Format format) {
  upstream::UsageScanner scanner(format);
  scanner.feed(first);
  scanner.feed(second);
  fuzz::require(scanner.report().size() <= upstream::UsageScanner::kMaxReportBytes);
  return scanner.report() + '|' + scanner.stream_error() + (scanner.begins_with_error() ? "e" : "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto [first, second] = input.cut();
  const std::string whole = std::string(first) + std::string(second);
  fuzz::require(events(whole, {}) == events(first, second));
  for (const auto format : {upstream::UsageScanner::Format::Json, upstream::UsageScanner::Format::Sse})
    fuzz::require(usage(whole, {}, format) == usage(first, second, format));
  return 0;
}
