#include "backend/app/recheck_plan.h"

#include <gtest/gtest.h>

#include <set>

namespace geminate::app {
namespace {

using namespace std::chrono_literals;

KeyEventView event_of(std::int64_t key_id, KeyEventKind kind) {
  KeyEventView event;
  event.key_id = key_id;
  event.kind = kind;
  return event;
}

class RecheckPlanTest : public ::testing::Test {
 protected:
  using Ids = std::vector<std::int64_t>;

  void suspect(std::int64_t id) { plan_.on_event(event_of(id, KeyEventKind::Suspect), now_); }
  Ids due() { return plan_.take_due(100, now_); }
  /// How long until the key is due again.
  std::chrono::milliseconds wait() {
    const auto begun = now_;
    while (due().empty()) {
      now_ += 1s;
      if (now_ - begun > 48h) return 48h;
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(now_ - begun);
  }

  double random_ = 0.5;
  MonotonicTime now_{1000s};
  RecheckPlan plan_{60s, [this] { return random_; }};
};

TEST_F(RecheckPlanTest, ChecksASuspectAfterAWhile) {
  suspect(1);
  EXPECT_TRUE(due().empty());
  now_ += 60s;
  EXPECT_EQ(due(), Ids{1});
  EXPECT_TRUE(due().empty()) << "its check is under way";
}

TEST_F(RecheckPlanTest, WaitsLongerWithEachCheckThatDidNotHelpButNotForEver) {
  suspect(1);
  auto last = wait();
  EXPECT_EQ(last, 60s);
  for (int i = 0; i < 30; ++i) {
    plan_.on_checked(1, i % 2 == 0 ? CheckVerdict::Suspect : CheckVerdict::Unknown, now_);
    const auto next = wait();
    EXPECT_GE(next, last);
    last = next;
  }
  EXPECT_LE(last, RecheckPlan::kLongest + 1s);
}

TEST_F(RecheckPlanTest, ForgetsWhatIsWellDeadDisabledOrGone) {
  plan_.on_event(event_of(9, KeyEventKind::Limited), now_);
  EXPECT_EQ(plan_.size(), 0U) << "what is limited comes back by itself";
  for (const auto kind : {KeyEventKind::Recovered, KeyEventKind::Dead, KeyEventKind::Disabled,
                          KeyEventKind::Replaced, KeyEventKind::Expired, KeyEventKind::Deleted}) {
    suspect(1);
    EXPECT_EQ(plan_.size(), 1U);
    plan_.on_event(event_of(1, kind), now_);
    EXPECT_EQ(plan_.size(), 0U) << name_of(kind);
  }
  for (const auto verdict : {CheckVerdict::Valid, CheckVerdict::Dead}) {
    suspect(1);
    plan_.on_checked(1, verdict, now_);
    EXPECT_EQ(plan_.size(), 0U) << name_of(verdict);
  }
}

TEST_F(RecheckPlanTest, SpreadsKeysThatFellTogether) {
  std::set<std::chrono::milliseconds> waits;
  for (int i = 0; i < 10; ++i) {
    random_ = i / 10.0;
    RecheckPlan plan(60s, [this] { return random_; });
    plan.on_event(event_of(1, KeyEventKind::Suspect), now_);
    auto at = now_;
    while (plan.take_due(1, at).empty()) at += 100ms;
    waits.insert(std::chrono::duration_cast<std::chrono::milliseconds>(at - now_));
  }
  EXPECT_EQ(waits.size(), 10U);
  EXPECT_GE(*waits.begin(), 45s);
  EXPECT_LE(*waits.rbegin(), 75s);
}

TEST_F(RecheckPlanTest, TakesNoMoreThanItIsAskedFor) {
  for (std::int64_t id = 1; id <= 10; ++id) suspect(id);
  now_ += 60s;
  std::set<std::int64_t> seen;
  for (const std::size_t expected : {4U, 4U, 2U, 0U}) {
    const auto taken = plan_.take_due(4, now_);
    EXPECT_EQ(taken.size(), expected);
    seen.insert(taken.begin(), taken.end());
  }
  EXPECT_EQ(seen.size(), 10U);
}

TEST_F(RecheckPlanTest, LeavesThePatienceOfAKeyThatIsFoundAgain) {
  suspect(1);
  now_ += 60s;
  ASSERT_EQ(due(), Ids{1});
  plan_.on_checked(1, CheckVerdict::Suspect, now_);
  suspect(1);
  plan_.add({1}, now_);
  now_ += 60s;
  EXPECT_TRUE(due().empty());
  now_ += 60s;
  EXPECT_EQ(due(), Ids{1});
}

TEST_F(RecheckPlanTest, ForgetsWhatItIsTold) {
  suspect(1);
  suspect(2);
  EXPECT_EQ(plan_.ids(), (std::unordered_set<std::int64_t>{1, 2}));
  plan_.forget({1, 3});
  EXPECT_EQ(plan_.ids(), (std::unordered_set<std::int64_t>{2}));
}

TEST_F(RecheckPlanTest, ChecksSoonWhatWasFoundOtherwise) {
  plan_.add({7}, now_);
  now_ += 15s;
  EXPECT_EQ(due(), Ids{7});
}

}  // namespace
}  // namespace geminate::app
