// A stream of upstream's that is reset at each of its bytes.
#include "tests/integration/promises/worst_upstream.h"

namespace geminate {
namespace {

using namespace test;

const std::vector<std::string> kTexts = {"alpha-", "beta-", "gamma-", "omega"};

std::string whole_stream(int id) {
  std::string stream = kStreamHead;
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    // Each answer has a number of its own in every piece, so that a mixture would show.
    stream += chunk(gemini_event(std::to_string(id) + ":" + kTexts[i], i + 1 == kTexts.size()));
  }
  return stream + kLastChunk;
}

class UpstreamResets : public BeforeTheWorst {
 protected:
  /// Whether what came is a beginning of the answer with this number, and of no other.
  testing::AssertionResult is_clean(const Got& got, int id) {
    std::size_t pieces = 0;
    const std::string mark = std::to_string(id) + ":";
    std::size_t at = 0;
    while (pieces < kTexts.size()) {
      const std::size_t next = got.body.find(mark + kTexts[pieces], at);
      if (next == std::string::npos) break;
      at = next + 1;
      ++pieces;
    }
    for (std::size_t i = pieces; i < kTexts.size(); ++i) {
      if (got.body.find(kTexts[i]) != std::string::npos &&
          got.body.find(mark + kTexts[i]) == std::string::npos)
        return testing::AssertionFailure() << "another answer's text: " << got.body;
    }
    return testing::AssertionSuccess();
  }
  static bool looks_good(const Surface& surface, const Got& got) {
    return got.status == 200 && got.is_whole && got.has(surface.good_end) && !got.has_error();
  }
};

TEST_F(UpstreamResets, ShowAsAnErrorAfterACleanBeginningAtEachByte) {
  std::atomic<int> id{1000};
  std::atomic<std::size_t> cut{0};
  WorstUpstream upstream([&](FakeConnection& connection, const std::string&) {
    if (connection.write(std::string_view(whole_stream(id)).substr(0, cut))) connection.reset();
  });
  start(upstream.url());
  const std::size_t length = whole_stream(id).size();
  // The long form takes every byte, the short one some of them and the last few.
  const std::size_t step = is_long_run() ? 1 : 41;
  int cuts = 0;
  for (const Surface& surface : kSurfaces) {
    for (std::size_t at = 0; at < length; at += at + 8 < length ? step : 1) {
      ++id;
      cut = at;
      const Got got = ask_stream(surface);
      ++cuts;
      ASSERT_FALSE(looks_good(surface, got)) << surface.name << " cut at " << at << "\n" << got.bytes;
      ASSERT_TRUE(is_clean(got, id)) << surface.name << " cut at " << at;
      // Something tells the client: a status, an event, or a stream without its end.
      ASSERT_TRUE(got.status >= 500 || got.has_error() || !got.is_whole) << got.bytes;
      ASSERT_NE(got.status, 0) << surface.name << " cut at " << at << ": no answer at all";
    }
    ++id;
    cut = length;
    const Got good = ask_stream(surface);
    EXPECT_TRUE(looks_good(surface, good)) << surface.name << "\n" << good.bytes;
    for (const std::string& text : kTexts) EXPECT_TRUE(good.has(text));
  }
  EXPECT_TRUE(quiet_within(milliseconds{5'000}));
  note_promise(
      "upstream-resets",
      std::to_string(cuts) + " resets at the bytes of a stream of " + std::to_string(length) +
          ", four dialects: each a clean beginning and a visible error, none mixed with another answer");
}

}  // namespace
}  // namespace geminate
