#include <gtest/gtest.h>

#include "frontend-wasm/api/live_feed.h"
#include "frontend-wasm/api/query_text.h"
#include "frontend-wasm/app/request_filter.h"
#include "frontend-wasm/text/amounts.h"
#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

TEST(QueryText, EncodesWhatIsSetAndLeavesOutTheRest) {
  RequestQuery query;
  EXPECT_EQ(query_text(query), "");
  query.model = "模型 a&b=c/d?";
  query.status_class = StatusGroup::ServerError;
  query.min_duration_ms = 5000;
  query.from = parse_rfc3339("2026-01-31T08:00:00+00:00");
  EXPECT_EQ(query_text(query),
            "?model=%E6%A8%A1%E5%9E%8B%20a%26b%3Dc%2Fd%3F&status_class=5xx&min_duration_ms=5000"
            "&from=2026-01-31T08%3A00%3A00Z");
}

TEST(LiveFeed, ReadsAFrame) {
  const auto frame = parse_feed_frame("id: 7\nevent: key\ndata: {\"id\":1}");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->event, "key");
  EXPECT_EQ(frame->data, "{\"id\":1}");
}

TEST(LiveFeed, AcceptsCarriageReturnsAndDataInLines) {
  const auto frame = parse_feed_frame("data:a\r\ndata: b\r\n");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->event, "message");
  EXPECT_EQ(frame->data, "a\nb");
}

TEST(LiveFeed, IgnoresSignsOfLife) {
  EXPECT_FALSE(parse_feed_frame(": keep-alive"));
  EXPECT_FALSE(parse_feed_frame("event: key"));
  EXPECT_FALSE(parse_feed_frame(""));
}

TEST(Amounts, DurationsAndMoneyAreShort) {
  const Phrasebook say(Language::English);
  EXPECT_EQ(duration_text(say, 840).str(), "840 ms");
  EXPECT_EQ(duration_text(say, 1250).str(), "1.25 s");
  EXPECT_EQ(duration_text(say, 2000).str(), "2 s");
  EXPECT_EQ(duration_text(say, 59'970).str(), "1 min 0 s");
  EXPECT_EQ(dollars(0).str(), "$0");
  EXPECT_EQ(dollars(0.01234).str(), "$0.012");
  EXPECT_EQ(dollars(0.0000001).str(), "<$0.000001");
  EXPECT_EQ(dollars(12.5).str(), "$12.50");
  EXPECT_EQ(percent(0, 0).str(), "0%");
  EXPECT_EQ(percent(99'999, 100'000).str(), ">99.99%");
  EXPECT_EQ(percent(1, 8).str(), "12.5%");
}

class RequestSearch : public ConsoleFixture {
 protected:
  RequestSearch() {
    tokens = {token(-1, "envi"), token(4, "a1b2")};
    tokens[1].description = "ci runner";
    keys = {key(7, "a3F9", "main")};
  }
  RequestFilter parse(std::string_view text) const { return parse_request_filter(text, {tokens, keys}); }
  std::string fault(std::string_view text) const {
    const auto found = parse(text).fault;
    return found ? Phrasebook(Language::English)(*found).str() : "";
  }
  std::vector<ClientTokenView> tokens;
  std::vector<UpstreamKeyView> keys;
};

TEST_F(RequestSearch, ReadsEveryTerm) {
  const auto filter = parse("model:gemini-2.5-flash status:429 dialect:openai took>1.5s took<2min id:01J9");
  ASSERT_FALSE(filter.fault);
  EXPECT_EQ(filter.query.model, "gemini-2.5-flash");
  EXPECT_EQ(filter.query.status, 429);
  EXPECT_EQ(filter.query.dialect, RequestDialect::Openai);
  EXPECT_EQ(filter.query.min_duration_ms, 1500);
  EXPECT_EQ(filter.query.max_duration_ms, 120'000);
  EXPECT_EQ(filter.query.request_id, "01J9");
  EXPECT_EQ(parse("status:cut").query.status_class, StatusGroup::Cut);
}

TEST_F(RequestSearch, FindsTokensAndKeysByWhatIsSeenOfThem) {
  EXPECT_EQ(parse("token:…envi").query.token_id, -1);
  EXPECT_EQ(parse("token:runner").query.token_id, 4);
  EXPECT_EQ(parse("key:a3F9").query.key_id, 7);
  EXPECT_EQ(parse("key:#99").query.key_id, 99);
  EXPECT_EQ(fault("key:none"), "No key is called “none”");
}

TEST_F(RequestSearch, TellsAnIdFromAModel) {
  EXPECT_EQ(parse("01j9zw").query.request_id, "01j9zw");
  EXPECT_EQ(parse("gemini-2.5-pro").query.model, "gemini-2.5-pro");
}

TEST_F(RequestSearch, SaysWhatCannotBe) {
  EXPECT_NE(fault("status:9"), "");
  EXPECT_NE(fault("took>long"), "");
  EXPECT_NE(fault("dialect:klingon"), "");
  EXPECT_NE(fault("colour:red"), "");
  EXPECT_NE(fault("model:"), "");
}

TEST_F(RequestSearch, PutsTermsInAndTakesThemOut) {
  EXPECT_EQ(with_term("model:x status:4xx", "status:", "5xx"), "model:x status:5xx");
  EXPECT_EQ(with_term("model:x status:4xx", "status:", ""), "model:x");
  EXPECT_EQ(term_of("model:x took>5s", "took>"), "5s");
  EXPECT_EQ(term_of("model:x", "took>"), "");
}

class Requests : public ConsoleFixture {
 protected:
  void open() {
    sign_in();
    act(Navigate{Page::Requests});
  }
  static RequestPage page(std::vector<std::string> ids, std::optional<std::string> cursor = {}) {
    RequestPage page;
    for (std::string& id : ids) {
      page.requests.emplace_back();
      page.requests.back().request_id = std::move(id);
    }
    page.next_cursor = std::move(cursor);
    return page;
  }
  void answer(RequestPage rows, RequestsPart part = RequestsPart::Newest) {
    happen(RequestsLoaded{std::move(rows), part, state.requests.serial});
  }
  std::string shown() const {
    std::string ids;
    for (const RequestView& row : state.requests.rows) ids += row.request_id;
    return ids;
  }
  void feed(bool up) { happen(FeedTurned{up, 200}); }
};

TEST_F(Requests, ThePageAsksForTheNewest) {
  open();
  EXPECT_EQ(only<FetchRequests>().part, RequestsPart::Newest);
  answer(page({"c", "b", "a"}));
  EXPECT_EQ(shown(), "cba");
}

TEST_F(Requests, OlderRowsFollowAtTheEndOnceEach) {
  open();
  answer(page({"d", "c"}, "next"));
  act(LoadOlderRequests{});
  EXPECT_EQ(only<FetchRequests>().query.cursor, "next");
  act(LoadOlderRequests{});
  EXPECT_EQ(count<FetchRequests>(), 0);
  answer(page({"b", "a"}), RequestsPart::Older);
  EXPECT_EQ(shown(), "dcba");
  act(LoadOlderRequests{});
  EXPECT_EQ(count<FetchRequests>(), 0);
}

TEST_F(Requests, AnswersToAnEarlierSearchAreDropped) {
  open();
  const std::uint64_t before = state.requests.serial;
  act(SearchRequests{"status:5xx"});
  EXPECT_EQ(only<FetchRequests>().query.status_class, StatusGroup::ServerError);
  happen(RequestsLoaded{page({"old"}), RequestsPart::Newest, before});
  EXPECT_EQ(shown(), "");
}

TEST_F(Requests, ASearchThatCannotBeAsksNothingAndSaysWhy) {
  open();
  answer(page({"a"}));
  act(SearchRequests{"status:banana"});
  EXPECT_EQ(count<FetchRequests>(), 0);
  EXPECT_TRUE(state.requests.search_fault);
  EXPECT_EQ(shown(), "a");
}

TEST_F(Requests, TheTailAsksOnlyWhenTheFeedTellsOfSomething) {
  open();
  feed(true);
  answer(page({"a"}));
  pass(5);
  EXPECT_EQ(count<FetchRequests>(), 1) << "what came before the feed was up";
  answer(page({"a"}), RequestsPart::Since);
  pass(600);
  EXPECT_EQ(count<FetchRequests>(), 0);
  EXPECT_EQ(next_wake(state), std::nullopt);
  happen(FeedSaid{"request"});
  pass(0);
  EXPECT_EQ(only<FetchRequests>().part, RequestsPart::Since);
  answer(page({"c", "b", "a"}), RequestsPart::Since);
  EXPECT_EQ(shown(), "cba");
  EXPECT_EQ(state.requests.prepended, 2U);
}

TEST_F(Requests, TheTailIsBroughtUpToDateOnceASecondAtMost) {
  open();
  feed(true);
  answer(page({"a"}));
  pass(2);
  answer(page({"a"}), RequestsPart::Since);
  happen(FeedSaid{"request"});
  pass(0.2);
  EXPECT_EQ(count<FetchRequests>(), 0);
  pass(1);
  EXPECT_EQ(count<FetchRequests>(), 1);
}

TEST_F(Requests, WithoutTheFeedTheTailPolls) {
  open();
  answer(page({"a"}));
  pass(kRefreshSeconds + 2);
  EXPECT_EQ(count<FetchRequests>(), 1);
}

TEST_F(Requests, ATailThatMissedSomethingBeginsAnew) {
  open();
  feed(true);
  answer(page({"b", "a"}, "old"));
  pass(2);
  answer(page({"z", "y"}, "new"), RequestsPart::Since);
  EXPECT_EQ(shown(), "zy");
  EXPECT_EQ(state.requests.next_cursor, "new");
}

TEST_F(Requests, TheTailCanBeTurnedOff) {
  open();
  feed(true);
  answer(page({"a"}));
  act(SetRequestTail{false});
  happen(FeedSaid{"request"});
  pass(10);
  EXPECT_EQ(count<FetchRequests>(), 0);
}

TEST_F(Requests, PagesWithoutARowAreGoneThrough) {
  open();
  answer(page({}, "next"));
  EXPECT_EQ(only<FetchRequests>().part, RequestsPart::Older);
}

TEST_F(Requests, AStoryOpensAndEscapeClosesIt) {
  open();
  answer(page({"a"}));
  act(OpenRequest{"a"});
  EXPECT_EQ(only<FetchStory>().id, "a");
  RequestStory story;
  story.request_id = "a";
  happen(StoryLoaded{story});
  EXPECT_TRUE(state.requests.story);
  act(CloseOverlay{});
  EXPECT_TRUE(state.requests.open_id.empty());
  happen(StoryLoaded{story});
  EXPECT_FALSE(state.requests.story);
}

TEST_F(Requests, ARequestLeadsToItsKey) {
  open();
  load_keys({key(7, "a3F9", "main")});
  act(ShowKey{7});
  EXPECT_EQ(state.page, Page::Keys);
  EXPECT_EQ(state.keys.overlay, KeyOverlay::Detail);
  EXPECT_EQ(state.keys.open_row, 7);
}

TEST_F(Requests, AKeyLeadsToItsRequests) {
  sign_in();
  act(ShowRequests{"key:#7"});
  EXPECT_EQ(state.page, Page::Requests);
  EXPECT_EQ(drafts.request_search, "key:#7");
  EXPECT_EQ(state.requests.query.key_id, 7);
}

class Feed : public Requests {
 protected:
  std::optional<bool> wish() const {
    for (const Effect& effect : effects) {
      if (const auto* listen = std::get_if<Listen>(&effect)) return listen->wanted;
    }
    return std::nullopt;
  }
};

TEST_F(Feed, IsListenedToWhileSomebodyLooksOn) {
  EXPECT_EQ(wish(), std::nullopt);
  sign_in();
  EXPECT_EQ(wish(), true);
  happen(VisibilityChanged{false});
  EXPECT_EQ(wish(), false);
  happen(VisibilityChanged{true});
  EXPECT_EQ(wish(), true);
  happen(LoggedOut{});
  EXPECT_EQ(wish(), false);
}

TEST_F(Feed, IsTriedAgainAfterLongerAndLongerWaits) {
  sign_in();
  feed(false);
  EXPECT_EQ(wish(), std::nullopt);
  pass(retry_delay(1));
  EXPECT_EQ(wish(), true);
  feed(false);
  pass(retry_delay(1));
  EXPECT_EQ(wish(), std::nullopt);
  pass(retry_delay(2));
  EXPECT_EQ(wish(), true);
  feed(true);
  EXPECT_EQ(state.feed.failures, 0U);
}

TEST_F(Feed, KeysAreAskedForAgainWhereTheirNamesAreShown) {
  open();
  load_keys({});
  feed(true);
  answer(page({}));
  pass(60);
  load_key_changes({}, {});
  happen(FeedSaid{"keys"});
  pass(60);
  EXPECT_EQ(count<FetchKeys>(), 1);
  load_key_changes({}, {});
  pass(60);
  EXPECT_EQ(count<FetchKeys>(), 0);
}

TEST_F(Feed, ItsEndAsksWhetherTheServerIsThere) {
  sign_in();
  feed(true);
  happen(FeedTurned{false, 0});
  EXPECT_EQ(count<FetchSession>(), 1);
}

}  // namespace
}  // namespace geminate::ui
