#include "frontend-wasm/app/pool_picture.h"

#include <gtest/gtest.h>

#include "frontend-wasm/app/top_errors.h"

namespace geminate::ui {
namespace {

using namespace std::chrono_literals;

const Timestamp kNow = parse_rfc3339("2026-11-27T12:00:00Z").value();
constexpr std::size_t kReady = static_cast<std::size_t>(KeyState::Ready);
constexpr std::size_t kCooling = static_cast<std::size_t>(KeyState::Cooling);
constexpr std::size_t kDead = static_cast<std::size_t>(KeyState::Dead);

UpstreamKeyView key(std::int64_t id, KeyState state = KeyState::Ready) {
  UpstreamKeyView made;
  made.id = id;
  made.created_at = kNow - 48h;
  made.state = state;
  return made;
}

KeySpanView span(std::int64_t id, std::chrono::minutes from, std::optional<std::chrono::minutes> to,
                 KeyState state = KeyState::Cooling) {
  KeySpanView made;
  made.key_id = id;
  made.from = kNow - from;
  if (to) made.to = kNow - *to;
  made.state = state;
  return made;
}

KeyTimeline timeline(std::vector<KeySpanView> spans) {
  KeyTimeline made;
  made.from = kNow - 24h;
  made.to = kNow;
  made.complete_from = made.from;
  made.spans = std::move(spans);
  made.reasons = {"429"};
  return made;
}

TEST(PoolPictures, ShowThePresentAsTheListHasIt) {
  const auto picture = paint_pool({key(1), key(2, KeyState::Spent)}, timeline({}), {});
  ASSERT_EQ(picture.cells.size(), 2U);
  EXPECT_EQ(picture.totals[kReady], 1U);
  ASSERT_EQ(picture.fallen.size(), 1U);
  EXPECT_EQ(picture.fallen[0].id, 2);
  EXPECT_EQ(picture.fallen[0].state, KeyState::Spent);
}

TEST(PoolPictures, ShowThePastAsTheTimelineHasIt) {
  const std::vector<UpstreamKeyView> keys = {key(1), key(2), key(3)};
  const KeyTimeline past = timeline({span(1, 60min, 50min), span(3, 55min, 10min, KeyState::Dead)});
  const auto at = [&](std::chrono::minutes before) { return paint_pool(keys, past, {kNow - before, {}}); };
  EXPECT_EQ(at(70min).totals[kReady], 3U);
  EXPECT_EQ(at(60min).totals[kCooling], 1U) << "a span begins with its first moment";
  EXPECT_EQ(at(50min).totals[kCooling], 0U) << "and ends before its last";
  const auto both = at(52min);
  ASSERT_EQ(both.fallen.size(), 2U);
  EXPECT_EQ(both.fallen[0].id, 3) << "who fell last comes first";
  EXPECT_EQ(both.fallen[0].state, KeyState::Dead);
  EXPECT_EQ(both.fallen[1].reason, "429");
  EXPECT_EQ(both.fallen[1].from, kNow - 60min);
}

TEST(PoolPictures, AKeyIsNotThereBeforeItWasAdded) {
  UpstreamKeyView fresh = key(1);
  fresh.created_at = kNow - 10min;
  const auto picture = paint_pool({fresh}, timeline({}), {kNow - 30min, {}});
  EXPECT_EQ(picture.totals[kNotYet], 1U);
  EXPECT_TRUE(picture.fallen.empty());
  EXPECT_EQ(picture.cells[0].worst(), kNotYet);
}

TEST(PoolPictures, WhatLastsIsTakenForThePastWhereNothingElseIsKnown) {
  const std::vector<UpstreamKeyView> keys = {key(1, KeyState::Disabled), key(2, KeyState::Cooling)};
  const auto picture = paint_pool(keys, timeline({}), {kNow - 30min, {}});
  EXPECT_EQ(picture.totals[static_cast<std::size_t>(KeyState::Disabled)], 1U);
  EXPECT_EQ(picture.totals[kReady], 1U) << "a rest of now says nothing of then";
}

TEST(PoolPictures, AKeyExpiredWhenItsTimeWasOver) {
  UpstreamKeyView old = key(1, KeyState::Expired);
  old.expires_at = kNow - 60min;
  const auto expired = static_cast<std::size_t>(KeyState::Expired);
  EXPECT_EQ(paint_pool({old}, timeline({}), {kNow - 30min, {}}).totals[expired], 1U);
  EXPECT_EQ(paint_pool({old}, timeline({}), {kNow - 90min, {}}).totals[kReady], 1U);
}

TEST(PoolPictures, ARestOfTheProjectIsARestOfItsKeys) {
  std::vector<UpstreamKeyView> keys = {key(1), key(2), key(3)};
  keys[0].project = keys[1].project = "alpha";
  const auto picture = paint_pool(keys, timeline({span(1, 60min, 50min)}), {kNow - 55min, {}});
  EXPECT_EQ(picture.totals[kCooling], 2U);
  EXPECT_EQ(picture.totals[kReady], 1U);
}

TEST(PoolPictures, LargePoolsAreDrawnInRuns) {
  std::vector<UpstreamKeyView> keys;
  for (int id = 1; id <= 100'000; ++id) keys.push_back(key(id));
  keys[99'999].state = KeyState::Dead;
  const auto picture = paint_pool(keys, timeline({}), {});
  ASSERT_EQ(picture.cells.size(), kMostCells);
  std::uint32_t all = 0;
  for (const PoolCell& cell : picture.cells) {
    EXPECT_EQ(cell.first, all) << "runs follow each other";
    all += cell.size;
  }
  EXPECT_EQ(all, 100'000U);
  EXPECT_EQ(picture.cells.back().worst(), kDead) << "one dead key is seen";
  EXPECT_EQ(picture.cells.front().worst(), kReady);
}

TEST(PoolPictures, NameOnlySoManyOfTheFallen) {
  std::vector<UpstreamKeyView> keys;
  for (int id = 1; id <= 250; ++id) keys.push_back(key(id, KeyState::Dead));
  const auto picture = paint_pool(keys, timeline({}), {});
  EXPECT_EQ(picture.fallen.size(), kMostFallen);
  EXPECT_EQ(picture.left_out, 150U);
}

TEST(PoolPictures, NarrowTheListToOneCell) {
  const auto picture = paint_pool({key(1, KeyState::Dead), key(2, KeyState::Dead)}, timeline({}), {{}, 1});
  ASSERT_EQ(picture.fallen.size(), 1U);
  EXPECT_EQ(picture.fallen[0].id, 2);
  EXPECT_EQ(picture.totals[kDead], 2U) << "the picture itself stays whole";
}

TEST(PoolPictures, AnEmptyPoolHasNoCells) { EXPECT_TRUE(paint_pool({}, timeline({}), {}).cells.empty()); }

TEST(PoolFalls, AreFoundBeforeAndAfterAMoment) {
  const KeyTimeline past =
      timeline({span(1, 30h, 10min), span(2, 60min, 50min), span(3, 20min, std::nullopt)});
  EXPECT_EQ(fall_before(past, kNow), kNow - 20min);
  EXPECT_EQ(fall_before(past, kNow - 20min), kNow - 60min);
  EXPECT_FALSE(fall_before(past, kNow - 60min)) << "what fell on the day before is not on the axis";
  EXPECT_EQ(fall_after(past, kNow - 60min), kNow - 20min);
  EXPECT_FALSE(fall_after(past, kNow - 20min));
}

TEST(TopErrors, PutsTogetherWhatFailedInTheSameWay) {
  const auto failed = [](std::int32_t status, RequestOutcome outcome, std::string model,
                         std::chrono::minutes before) {
    RequestView row;
    row.status = status;
    row.outcome = outcome;
    row.model = std::move(model);
    row.ended_at = kNow - before;
    return row;
  };
  const auto errors = top_errors({failed(429, RequestOutcome::Error, "pro", 5min),
                                  failed(404, RequestOutcome::UpstreamError, "none", 1min),
                                  failed(429, RequestOutcome::Error, "pro", 2min),
                                  failed(429, RequestOutcome::Error, "flash", 9min)});
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0].count, 2);
  EXPECT_EQ(errors[0].model, "pro");
  EXPECT_EQ(errors[0].last_at, kNow - 2min);
  EXPECT_EQ(errors[1].status, 404) << "of equals the later one";
}

}  // namespace
}  // namespace geminate::ui
