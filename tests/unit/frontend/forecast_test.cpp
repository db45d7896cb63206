#include "frontend-wasm/app/forecast.h"

#include <gtest/gtest.h>

namespace geminate::ui {
namespace {

using namespace std::chrono_literals;

const Timestamp kNow = parse_rfc3339("2026-11-27T12:00:00Z").value();

/// Four hours before the day ends.
CapacityReport capacity(std::vector<ModelCapacity> models) { return {kNow, kNow + 4h, std::move(models)}; }

ModelCapacity model(std::string name, std::int64_t projects, std::int64_t known, std::int64_t limit,
                    std::int64_t left) {
  ModelCapacity made;
  made.model = std::move(name);
  made.projects = projects;
  made.requests_today = limit - left;
  made.requests_known = known;
  made.requests_limit = limit;
  made.requests_left = left;
  return made;
}

/// So many requests in each of the last minutes.
UsageReport use(const std::string& name, int minutes, std::int64_t each) {
  UsageReport report;
  report.from = kNow - 1h;
  report.to = kNow;
  UsageSeries series;
  series.group = name;
  for (int before = minutes; before > 0; --before) {
    UsagePoint point;
    point.time = kNow - std::chrono::minutes(before);
    point.requests = each;
    point.output_tokens = each * 100;
    series.points.push_back(point);
  }
  report.series.push_back(series);
  return report;
}

TEST(Forecast, SaysWhenThePoolRunsOut) {
  // 120 an hour: 180 last for an hour and a half.
  const auto all = forecast(capacity({model("flash", 2, 2, 500, 180)}), use("flash", 60, 2));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].outlook, Outlook::RunsOut);
  EXPECT_EQ(all[0].ends_at, kNow + 90min);
  EXPECT_DOUBLE_EQ(all[0].per_hour, 120);
  EXPECT_EQ(all[0].unknown, 0);
}

TEST(Forecast, WhatIsLeftMayLastBeyondTheReset) {
  const auto all = forecast(capacity({model("flash", 2, 2, 9000, 8000)}), use("flash", 60, 2));
  EXPECT_EQ(all[0].outlook, Outlook::Lasts);
  EXPECT_FALSE(all[0].ends_at);
}

TEST(Forecast, ARateBeginsWithTheFirstMinuteOfUse) {
  // 30 minutes of 2: 120 an hour, not 60.
  EXPECT_DOUBLE_EQ(forecast(capacity({model("flash", 1, 1, 9000, 8000)}), use("flash", 30, 2))[0].per_hour,
                   120);
}

TEST(Forecast, ABurstOfAMinuteIsNoHourlyRateOfItsOwn) {
  // 60 in the last minute count as 60 in ten.
  EXPECT_DOUBLE_EQ(forecast(capacity({model("flash", 1, 1, 9000, 8000)}), use("flash", 1, 60))[0].per_hour,
                   360);
}

TEST(Forecast, FailuresSpendNothing) {
  UsageReport recent = use("flash", 60, 2);
  for (UsagePoint& point : recent.series.front().points) point.failures = 1;
  EXPECT_DOUBLE_EQ(forecast(capacity({model("flash", 1, 1, 9000, 8000)}), recent)[0].per_hour, 60);
}

TEST(Forecast, SaysPlainlyThatLimitsAreUnknown) {
  const auto all = forecast(capacity({model("flash", 3, 0, 0, 0)}), use("flash", 60, 2));
  EXPECT_EQ(all[0].outlook, Outlook::Unknown);
  EXPECT_EQ(all[0].unknown, 3);
}

TEST(Forecast, AnUnknownProjectMayGoOnAfterTheKnownOnesAreSpent) {
  const auto some = forecast(capacity({model("flash", 3, 2, 500, 180)}), use("flash", 60, 2));
  EXPECT_EQ(some[0].outlook, Outlook::RunsOut);
  EXPECT_EQ(some[0].unknown, 1);
  const auto spent = forecast(capacity({model("flash", 3, 2, 500, 0)}), use("flash", 60, 2));
  EXPECT_NE(spent[0].outlook, Outlook::Spent) << "one project may have something left";
}

TEST(Forecast, NothingLeftIsSpentWhateverTheRate) {
  EXPECT_EQ(forecast(capacity({model("flash", 2, 2, 500, 0)}), {})[0].outlook, Outlook::Spent);
}

TEST(Forecast, NobodyAsksForAnIdleModel) {
  EXPECT_EQ(forecast(capacity({model("flash", 2, 2, 500, 400)}), {})[0].outlook, Outlook::Idle);
}

TEST(Forecast, TokensMayEndBeforeRequestsDo) {
  ModelCapacity both = model("flash", 1, 1, 9000, 8000);
  both.tokens_known = 1;
  both.tokens_limit = 50'000;
  both.tokens_left = 12'000;
  const auto all = forecast(capacity({both}), use("flash", 60, 2));
  EXPECT_TRUE(all[0].by_tokens);
  EXPECT_EQ(all[0].ends_at, kNow + 1h);
  EXPECT_EQ(all[0].left, 12'000);
}

TEST(Forecast, TheMostUrgentComesFirst) {
  UsageReport recent = use("soon", 60, 2);
  recent.series.push_back(use("later", 60, 1).series.front());
  const auto all = forecast(capacity({model("idle", 1, 1, 10, 5), model("later", 1, 1, 500, 180),
                                      model("soon", 1, 1, 500, 180), model("spent", 1, 1, 10, 0)}),
                            recent);
  std::vector<std::string> names;
  for (const Forecast& each : all) names.push_back(each.model);
  EXPECT_EQ(names, (std::vector<std::string>{"spent", "soon", "later", "idle"}));
}

}  // namespace
}  // namespace geminate::ui
