#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

class KeyStoryTest : public ConsoleFixture {
 protected:
  void SetUp() override {
    sign_in();
    UpstreamKeyView shared = key(2, "bbbb");
    shared.project = "alpha";
    load_keys({key(1, "aaaa"), shared});
    load_tokens({});
  }
  static KeyCheckJob job(CheckState state) {
    KeyCheckJob running;
    running.id = 7;
    running.state = state;
    return running;
  }
};

TEST_F(KeyStoryTest, OpeningAKeyAsksForItsHistoryAndQuotas) {
  act(OpenKey{1});
  EXPECT_EQ(count<FetchKeyHistory>(), 1);
  EXPECT_EQ(count<FetchQuotas>(), 1);
  KeyEventView event;
  event.kind = KeyEventKind::Dead;
  happen(KeyHistoryLoaded{1, {{event}, {}, 0}});
  EXPECT_EQ(state.keys.story.events.size(), 1U);
  happen(KeyHistoryLoaded{2, {{event, event}, {}, 0}});
  EXPECT_EQ(state.keys.story.events.size(), 1U) << "an answer about another key comes too late";
}

TEST_F(KeyStoryTest, OpeningAKeyAsksForItsRequestsOfADay) {
  act(OpenKey{2});
  ASSERT_EQ(count<FetchKeyUsage>(), 1);
  for (const ServerRequest& request : requests()) {
    const auto* asked = std::get_if<FetchKeyUsage>(&request);
    if (asked == nullptr) continue;
    EXPECT_EQ(asked->query.id, 2);
    EXPECT_EQ(asked->query.group_by, UsageGroup::Key);
    EXPECT_GE(*asked->query.to - *asked->query.from, std::chrono::hours(24));
  }
  UsageReport report;
  report.total.requests = 3;
  happen(KeyUsageLoaded{1, report});
  EXPECT_FALSE(state.keys.story.usage) << "an answer about another key comes too late";
  happen(KeyUsageLoaded{2, report});
  EXPECT_EQ(state.keys.story.usage->total.requests, 3);
  act(OpenKey{1});
  EXPECT_FALSE(state.keys.story.usage);
  happen(RequestFailed{FetchKeyUsage{1, {}}, unreachable()});
  EXPECT_EQ(state.keys.story.usage_loading, Loading::Failed);
}

TEST_F(KeyStoryTest, QuotasAreThoseOfItsProject) {
  QuotaList list;
  list.quotas.resize(3);
  list.quotas[0].key_id = 1;
  list.quotas[1].project = "alpha";
  list.quotas[2].project = "beta";
  act(OpenKey{1});
  happen(QuotasLoaded{1, list});
  ASSERT_EQ(state.keys.story.quotas.size(), 1U);
  EXPECT_EQ(state.keys.story.quotas[0].key_id, 1);
  act(OpenKey{2});
  happen(QuotasLoaded{2, list});
  ASSERT_EQ(state.keys.story.quotas.size(), 1U);
  EXPECT_EQ(state.keys.story.quotas[0].project, "alpha");
}

TEST_F(KeyStoryTest, ACheckIsFollowedUntilItEnds) {
  act(OpenKey{1});
  act(CheckOpenKey{});
  EXPECT_EQ(only<SendKeyCheck>().id, 1);
  act(CheckOpenKey{});
  EXPECT_TRUE(requests().empty()) << "one at a time";
  happen(KeyCheckLoaded{job(CheckState::Running)});
  EXPECT_TRUE(requests().empty());
  pass(kCheckSeconds + 0.1);
  EXPECT_EQ(only<FetchKeyCheck>().check, 7);
  pass(kCheckSeconds + 0.1);
  EXPECT_TRUE(requests().empty()) << "the answer is awaited";
  happen(KeyCheckLoaded{job(CheckState::Done)});
  EXPECT_EQ(count<FetchKeyHistory>(), 1);
  EXPECT_EQ(count<FetchKeys>(), 1);
  EXPECT_FALSE(state.keys.story.checking());
}

TEST_F(KeyStoryTest, ACheckOfADrawerThatWasLeftIsForgotten) {
  act(OpenKey{1});
  act(CheckOpenKey{});
  act(OpenKey{2});
  happen(KeyCheckLoaded{job(CheckState::Done)});
  EXPECT_FALSE(state.keys.story.check);
}

TEST_F(KeyStoryTest, WhatCannotBeLoadedSaysSo) {
  act(OpenKey{1});
  happen(RequestFailed{FetchKeyHistory{1}, refused(500)});
  happen(RequestFailed{FetchQuotas{1}, refused(500)});
  EXPECT_EQ(state.keys.story.history, Loading::Failed);
  EXPECT_EQ(state.keys.story.quotas_loading, Loading::Failed);
  act(CheckOpenKey{});
  happen(RequestFailed{SendKeyCheck{1}, refused(503)});
  EXPECT_FALSE(state.keys.story.checking());
}

}  // namespace
}  // namespace geminate::ui
