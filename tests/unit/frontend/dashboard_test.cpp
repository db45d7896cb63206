#include <gtest/gtest.h>

#include "tests/unit/frontend/console_fixture.h"

namespace geminate::ui {
namespace {

using std::chrono::hours;

Timestamp at(int hour) { return Timestamp(hours(500'000 + hour)); }

UsageReport report_with(std::vector<int> active) {
  UsageReport report;
  report.from = at(0);
  report.to = at(6);
  report.series.emplace_back();
  for (const int hour : active) {
    report.series.front().points.emplace_back();
    report.series.front().points.back().time = at(hour);
    report.series.front().points.back().requests = hour + 1;
  }
  return report;
}

TEST(UsagePoints, StepsInWhichNothingHappenedAreThere) {
  const auto points = all_points(report_with({1, 4}));
  ASSERT_EQ(points.size(), 6U);
  const std::int64_t wanted[] = {0, 2, 0, 0, 5, 0};
  for (std::size_t i = 0; i < points.size(); ++i) {
    EXPECT_EQ(points[i].time, at(static_cast<int>(i)));
    EXPECT_EQ(points[i].requests, wanted[i]);
  }
}

TEST(UsagePoints, AReportWithoutASeriesIsAllQuiet) {
  UsageReport report = report_with({});
  report.series.clear();
  EXPECT_EQ(all_points(report).size(), 6U);
  EXPECT_FALSE(all_points(report)[3].duration_p50_ms);
}

class Dashboard : public ConsoleFixture {
 protected:
  void open() {
    sign_in();
    act(Navigate{Page::Dashboard});
  }
  void answer(UsageGroup group, std::int64_t total) {
    UsageReport report = report_with({1});
    report.group_by = group;
    report.total.requests = total;
    happen(UsageLoaded{report, state.dashboard.serial});
  }
  void answer_all(std::int64_t total) {
    for (const UsageGroup group : kDashboardGroups) answer(group, total);
  }
};

TEST_F(Dashboard, AsksForTheSumsOfItsPeriod) {
  state.wall_now = at(100);
  open();
  EXPECT_EQ(count<FetchUsage>(), 4);
  const auto first = std::get<FetchUsage>(requests().front()).query;
  EXPECT_EQ(*first.to - *first.from, hours(24));
  EXPECT_EQ(first.step, UsageStep::Hour);
  act(SetPeriod{UsagePeriod::Hour});
  const auto next = std::get<FetchUsage>(requests().front()).query;
  EXPECT_EQ(*next.to - *next.from, hours(1));
  EXPECT_EQ(next.step, UsageStep::Minute);
}

TEST_F(Dashboard, NewSumsAreShownWhenAllOfThemAreThere) {
  open();
  answer_all(7);
  act(RefreshDashboard{});
  answer(UsageGroup::None, 9);
  EXPECT_EQ(state.dashboard.report(UsageGroup::None)->total.requests, 7);
  answer(UsageGroup::Model, 9);
  answer(UsageGroup::Token, 9);
  answer(UsageGroup::StatusClass, 9);
  EXPECT_EQ(state.dashboard.report(UsageGroup::None)->total.requests, 9);
}

TEST_F(Dashboard, AnswersForAnotherPeriodAreDropped) {
  open();
  const std::uint64_t before = state.dashboard.serial;
  act(SetPeriod{UsagePeriod::Week});
  happen(UsageLoaded{report_with({1}), before});
  EXPECT_EQ(state.dashboard.awaited, 4);
}

TEST_F(Dashboard, AsksAgainOnlyWhenTheFeedTellsOfARequest) {
  open();
  happen(FeedTurned{true, 200});
  answer_all(1);
  pass(10);
  EXPECT_EQ(count<FetchUsage>(), 4) << "what came before the feed was up";
  answer_all(1);
  pass(600);
  EXPECT_EQ(count<FetchUsage>(), 0);
  EXPECT_EQ(next_wake(state), std::nullopt);
  happen(FeedSaid{"request"});
  pass(0);
  EXPECT_EQ(count<FetchUsage>(), 4);
  answer_all(2);
  happen(FeedSaid{"request"});
  pass(1);
  EXPECT_EQ(count<FetchUsage>(), 0) << "not more often than every few seconds";
}

TEST_F(Dashboard, AFailureKeepsWhatWasShown) {
  open();
  answer_all(7);
  act(RefreshDashboard{});
  const auto request = std::get<FetchUsage>(requests().front());
  happen(RequestFailed{request, refused(500)});
  EXPECT_EQ(state.dashboard.report(UsageGroup::None)->total.requests, 7);
  EXPECT_TRUE(state.dashboard.problem);
  EXPECT_EQ(state.dashboard.awaited, 0);
}

class PoolOnDashboard : public Dashboard {
 protected:
  void SetUp() override {
    state.wall_now = at(100);
    open();
    answer_all(7);
    happen(KeyTimelineLoaded{timeline()});
  }
  KeyTimeline timeline() const {
    KeyTimeline day;
    day.from = at(76);
    day.to = at(100);
    day.spans.push_back({2, at(90), at(92), KeyState::Cooling, "flash", 0});
    day.reasons = {"429"};
    return day;
  }
  UpstreamKeyView old_key(KeyId id) {
    UpstreamKeyView row = key(id, "aaaa");
    row.created_at = at(0);
    return row;
  }
};

TEST_F(PoolOnDashboard, OpeningItAsksForThePoolAndItsCapacity) {
  act(Navigate{Page::Keys});
  act(Navigate{Page::Dashboard});
  EXPECT_EQ(count<FetchKeyTimeline>(), 1);
  EXPECT_EQ(count<FetchCapacity>(), 1);
  EXPECT_EQ(count<FetchRecentUse>(), 1);
}

TEST_F(PoolOnDashboard, ScrubsThroughTheDayAndBackToNow) {
  load_keys({old_key(1), old_key(2)});
  EXPECT_TRUE(state.dashboard.pool.picture.fallen.empty());
  act(ScrubPool{at(91)});
  ASSERT_EQ(state.dashboard.pool.picture.fallen.size(), 1U);
  EXPECT_EQ(state.dashboard.pool.picture.fallen[0].id, 2);
  act(ScrubPool{at(10)});
  EXPECT_EQ(state.dashboard.pool.moment.at, at(76)) << "not before the day begins";
  act(ScrubPool{at(120)});
  EXPECT_FALSE(state.dashboard.pool.moment.at) << "its end is now";
}

TEST_F(PoolOnDashboard, AKeysEventAsksForTheTimelineAgain) {
  happen(FeedTurned{true, 200});
  pass(11);
  happen(KeyTimelineLoaded{timeline()});
  pass(30);
  EXPECT_EQ(count<FetchKeyTimeline>(), 0) << "nothing happened";
  happen(FeedSaid{"key"});
  pass(0.1);
  EXPECT_EQ(count<FetchKeyTimeline>(), 1);
}

TEST_F(PoolOnDashboard, ThePictureFollowsTheListOfKeys) {
  load_keys({old_key(1), old_key(2)});
  UpstreamKeyView resting = old_key(2);
  resting.state = KeyState::Cooling;
  load_key_changes({}, {resting});
  ASSERT_EQ(state.dashboard.pool.picture.fallen.size(), 1U);
  EXPECT_EQ(state.dashboard.pool.picture.fallen[0].id, 2);
}

TEST_F(PoolOnDashboard, TwoAnswersMakeAForecast) {
  CapacityReport capacity;
  capacity.at = at(100);
  capacity.resets_at = at(104);
  capacity.models.emplace_back();
  capacity.models.back().model = "flash";
  happen(CapacityLoaded{capacity});
  EXPECT_FALSE(state.dashboard.pool.forecasts);
  happen(RecentUseLoaded{report_with({1})});
  ASSERT_TRUE(state.dashboard.pool.forecasts);
  EXPECT_EQ(state.dashboard.pool.forecasts->at(0).model, "flash");
}

TEST_F(PoolOnDashboard, FailedRequestsAreAskedForWhereThereAreAny) {
  act(RefreshDashboard{});
  for (const UsageGroup group : {UsageGroup::None, UsageGroup::Model, UsageGroup::Token}) answer(group, 9);
  UsageReport statuses = report_with({1});
  statuses.group_by = UsageGroup::StatusClass;
  statuses.series.front().group = "4xx";
  statuses.series.front().total.requests = 2;
  happen(UsageLoaded{statuses, state.dashboard.serial});
  const auto request = only<FetchFailures>();
  EXPECT_EQ(request.query.status_class, StatusGroup::ClientError);
  RequestPage page;
  page.requests.resize(2);
  page.requests[0].status = page.requests[1].status = 404;
  happen(FailuresLoaded{page, StatusGroup::ClientError, request.serial});
  ASSERT_EQ(state.dashboard.pool.errors.size(), 1U);
  EXPECT_EQ(state.dashboard.pool.errors[0].count, 2);
}

}  // namespace
}  // namespace geminate::ui
