#include "backend/upstream/sse_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace geminate::upstream {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;

Events parse(const std::vector<std::string_view>& pieces, bool finish = false) {
  SseParser parser;
  Events events;
  SseEvent event;
  for (const auto piece : pieces) {
    parser.feed(piece);
    SseParser::Step step{};
    while ((step = parser.next(event)) == SseParser::Step::Event) events.emplace_back(event.type, event.data);
    EXPECT_EQ(step, SseParser::Step::NeedMore);
  }
  if (finish && parser.finish(event) == SseParser::Step::Event) events.emplace_back(event.type, event.data);
  return events;
}

TEST(SseParser, ReadsEventsWithTypesAndSeveralLines) {
  EXPECT_EQ(parse({"event: ping\ndata: a\ndata:b\nid: 1\nretry: 5\n\ndata:  two\n\n"}),
            (Events{{"ping", "a\nb"}, {"", " two"}}));
}

TEST(SseParser, ReadsEveryLineEndAtEverySplit) {
  for (const std::string end : {"\n", "\r", "\r\n"}) {
    std::string text = "\xEF\xBB\xBF: hello" + end + "data: {\"a\":1}" + end + end + "data" + end + end +
                       "event: x" + end + "data: b" + end + "data: c" + end + end;
    const Events expected{{"", "{\"a\":1}"}, {"", ""}, {"x", "b\nc"}};
    // A CR at the very end may be half of a CRLF, but the event is complete already.
    const std::string_view view = text;
    for (std::size_t at = 0; at <= view.size(); ++at) {
      ASSERT_EQ(parse({view.substr(0, at), view.substr(at)}), expected) << at;
    }
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < view.size(); ++i) bytes.push_back(view.substr(i, 1));
    ASSERT_EQ(parse(bytes), expected);
  }
}

TEST(SseParser, PassesOverCommentsAndEventsWithoutData) {
  EXPECT_EQ(parse({": keep-alive\n\nevent: nothing\n\ndata: a\n\nunknown: x\n: c\n\n"}), (Events{{"", "a"}}));
}

TEST(SseParser, GivesOutAnEventWhoseBlankLineIsMissingAtTheEnd) {
  EXPECT_EQ(parse({"data: a\n"}), Events{});
  EXPECT_EQ(parse({"data: a\n"}, true), (Events{{"", "a"}}));
  EXPECT_EQ(parse({"data: a\n\n"}, true), (Events{{"", "a"}}));
  EXPECT_EQ(parse({"data: a\n\ndata: cut"}, true), (Events{{"", "a"}}));
}

TEST(SseParser, RefusesAnEventBeyondTheLimit) {
  SseEvent event;
  SseParser one_line(64);
  const std::string long_line = "data: " + std::string(100, 'x');
  one_line.feed(long_line);
  EXPECT_EQ(one_line.next(event), SseParser::Step::TooLarge);
  one_line.feed("\n\ndata: a\n\n");
  EXPECT_EQ(one_line.next(event), SseParser::Step::TooLarge);

  SseParser many_lines(64);
  std::string lines;
  for (int i = 0; i < 20; ++i) lines += "data: 12345678\n";
  many_lines.feed(lines);
  EXPECT_EQ(many_lines.next(event), SseParser::Step::TooLarge);

  SseParser many_events(64);
  std::string events;
  for (int i = 0; i < 20; ++i) events += "data: 12345678\n\n";
  many_events.feed(events);
  int count = 0;
  while (many_events.next(event) == SseParser::Step::Event) ++count;
  EXPECT_EQ(count, 20);
}

TEST(SseParser, LimitsALineWhetherItComesWholeOrCut) {
  const std::string comment = ":" + std::string(40, 'x') + "\n";
  SseEvent event;
  for (const std::size_t cut : {std::size_t{0}, std::size_t{30}}) {
    SseParser parser(20);
    parser.feed(std::string_view(comment).substr(0, cut));
    if (cut != 0) {
      EXPECT_EQ(parser.next(event), SseParser::Step::TooLarge);
    }
    parser.feed(std::string_view(comment).substr(cut));
    EXPECT_EQ(parser.next(event), SseParser::Step::TooLarge);
  }
}

}  // namespace
}  // namespace geminate::upstream
