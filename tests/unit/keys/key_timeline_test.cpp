#include "backend/keys/key_timeline.h"

#include <gtest/gtest.h>

#include "backend/keys/key_history.h"

namespace geminate::keys {
namespace {

using namespace std::chrono_literals;

const Timestamp kNoon = parse_rfc3339("2026-11-27T12:00:00Z").value();
const Timestamp kFrom = kNoon - 24h;

KeyEventView event(std::int64_t key, std::chrono::minutes before_noon, KeyEventKind kind,
                   std::string reason = "why") {
  KeyEventView made;
  made.key_id = key;
  made.at = kNoon - before_noon;
  made.kind = kind;
  made.reason = std::move(reason);
  return made;
}

KeyEventView limited(std::int64_t key, std::chrono::minutes before_noon, std::chrono::minutes length,
                     std::string model = "flash") {
  KeyEventView made = event(key, before_noon, KeyEventKind::Limited);
  made.model = std::move(model);
  made.until = made.at + length;
  return made;
}

KeyTimeline timeline_of(const std::vector<KeyEventView>& events, Timestamp known_from = kFrom) {
  KeyTimelineMaker maker(kFrom, kNoon);
  for (const KeyEventView& each : events) maker.take(each);
  return maker.finish(known_from);
}

TEST(KeyTimeline, ADeadKeyIsDownUntilItRecovers) {
  const auto timeline = timeline_of(
      {event(7, 60min, KeyEventKind::Dead, "API_KEY_INVALID"), event(7, 20min, KeyEventKind::Recovered)});
  ASSERT_EQ(timeline.spans.size(), 1U);
  const KeySpanView& span = timeline.spans.front();
  EXPECT_EQ(span.key_id, 7);
  EXPECT_EQ(span.state, KeyState::Dead);
  EXPECT_EQ(span.from, kNoon - 60min);
  EXPECT_EQ(span.to, kNoon - 20min);
  EXPECT_EQ(timeline.reasons.at(static_cast<std::size_t>(span.reason)), "API_KEY_INVALID");
}

TEST(KeyTimeline, ARestEndsByItself) {
  const auto timeline = timeline_of({limited(1, 60min, 5min), limited(1, 30min, 5min)});
  ASSERT_EQ(timeline.spans.size(), 2U);
  EXPECT_EQ(timeline.spans[0].to, kNoon - 55min);
  EXPECT_EQ(timeline.spans[1].from, kNoon - 30min);
  EXPECT_EQ(timeline.spans[1].model, "flash");
}

TEST(KeyTimeline, ARestThatStillLastsEndsAhead) {
  const auto timeline = timeline_of({limited(1, 10min, 60min)});
  EXPECT_EQ(timeline.spans.at(0).to, kNoon + 50min);
}

TEST(KeyTimeline, WhatNobodyEndedGoesOn) {
  const auto timeline = timeline_of({event(1, 10min, KeyEventKind::Suspect)});
  EXPECT_FALSE(timeline.spans.at(0).to);
}

TEST(KeyTimeline, WhatAnAdminSaysLiesOverWhatWasFound) {
  const auto timeline =
      timeline_of({event(1, 60min, KeyEventKind::Suspect), event(1, 40min, KeyEventKind::Disabled),
                   event(1, 20min, KeyEventKind::Enabled), event(1, 10min, KeyEventKind::Recovered)});
  ASSERT_EQ(timeline.spans.size(), 3U);
  EXPECT_EQ(timeline.spans[0].state, KeyState::Suspect);
  EXPECT_EQ(timeline.spans[1].state, KeyState::Disabled);
  EXPECT_EQ(timeline.spans[2].state, KeyState::Suspect);
  EXPECT_EQ(timeline.spans[2].to, kNoon - 10min);
}

TEST(KeyTimeline, AnotherTextOrADeletionEndsEverything) {
  const auto timeline =
      timeline_of({event(1, 60min, KeyEventKind::Dead), event(1, 50min, KeyEventKind::Replaced),
                   event(2, 60min, KeyEventKind::Dead), event(2, 40min, KeyEventKind::Deleted)});
  ASSERT_EQ(timeline.spans.size(), 2U);
  EXPECT_EQ(timeline.spans[0].to, kNoon - 50min);
  EXPECT_EQ(timeline.spans[1].to, kNoon - 40min);
}

TEST(KeyTimeline, FaultsThatAreNotTheKeysAreNoSpans) {
  EXPECT_TRUE(
      timeline_of({event(1, 60min, KeyEventKind::UpstreamFault), event(1, 50min, KeyEventKind::ClientFault),
                   event(1, 40min, KeyEventKind::WrongOwner), event(1, 30min, KeyEventKind::Egress),
                   event(1, 20min, KeyEventKind::Added)})
          .spans.empty());
}

TEST(KeyTimeline, AnEventOfManyAtOnceBelongsToNoKey) {
  EXPECT_TRUE(timeline_of({event(0, 60min, KeyEventKind::Disabled)}).spans.empty());
}

TEST(KeyTimeline, WhatEndedBeforeTheDayIsLeftOutAndWhatReachesIntoItIsNot) {
  const auto timeline =
      timeline_of({event(1, 30h, KeyEventKind::Dead), event(1, 26h, KeyEventKind::Recovered),
                   event(2, 30h, KeyEventKind::Dead)});
  ASSERT_EQ(timeline.spans.size(), 1U);
  EXPECT_EQ(timeline.spans[0].key_id, 2);
  EXPECT_TRUE(timeline.falls.empty()) << "it did not fall on this day";
}

TEST(KeyTimeline, CountsFallsBySteps) {
  const auto timeline =
      timeline_of({limited(1, 61min, 1min), limited(2, 61min, 1min), event(3, 60min, KeyEventKind::Dead),
                   event(4, 1min, KeyEventKind::Expired), event(5, 1min, KeyEventKind::Suspect)});
  ASSERT_EQ(timeline.falls.size(), 3U);
  EXPECT_EQ(timeline.falls[0].time, kNoon - 75min);
  EXPECT_EQ(timeline.falls[0].cooling, 2);
  EXPECT_EQ(timeline.falls[1].dead, 1);
  EXPECT_EQ(timeline.falls[2].off, 1);
  EXPECT_EQ(timeline.falls[2].suspect, 1);
}

TEST(KeyTimeline, StaysSmallAndSaysFromWhenOnItIsComplete) {
  std::vector<KeyEventView> events;
  constexpr int kKeys = static_cast<int>(KeyTimelineMaker::kMostSpans) + 1000;
  for (int key = 1; key <= kKeys; ++key) {
    KeyEventView each = limited(key, 600min, 1min);
    each.at += std::chrono::seconds(key);
    each.until = each.at + 60s;
    events.push_back(each);
  }
  const auto timeline = timeline_of(events);
  EXPECT_EQ(timeline.spans.size(), KeyTimelineMaker::kMostSpans);
  EXPECT_EQ(timeline.complete_from, *events[999].until) << "the last of those that were left out ended then";
  EXPECT_EQ(timeline.reasons.size(), 1U);
  int fallen = 0;
  for (const KeyFallsView& step : timeline.falls) fallen += step.cooling;
  EXPECT_EQ(fallen, kKeys) << "the counts leave nothing out";
}

TEST(KeyTimeline, AFullHistoryKnowsFromWhenOn) {
  KeyHistory history({.per_key = 50, .total = 2, .waiting = 10});
  for (const int before : {90, 60, 30})
    history.add(event(before, std::chrono::minutes(before), KeyEventKind::Dead));
  history.absorb();
  EXPECT_EQ(history.timeline(kFrom, kNoon).complete_from, kNoon - 60min);
  EXPECT_EQ(history.timeline(kFrom, kNoon).spans.size(), 2U);
}

}  // namespace
}  // namespace geminate::keys
