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

}  // namespace
}  // namespace geminate::ui
