#include "backend/keys/key_history.h"

#include <gtest/gtest.h>

#include <thread>

namespace geminate::keys {
namespace {

KeyEventView event_of(std::int64_t key_id, std::string reason = {}) {
  KeyEventView event;
  event.key_id = key_id;
  event.kind = KeyEventKind::Suspect;
  event.reason = std::move(reason);
  return event;
}

std::vector<std::string> reasons(const KeyEventPage& page) {
  std::vector<std::string> found;
  for (const auto& event : page.events) found.push_back(event.reason);
  return found;
}

using Reasons = std::vector<std::string>;

/// A store that keeps everything, or refuses to.
class FakeEventStore final : public KeyEventStore {
 public:
  Result<std::vector<KeyEventView>> load() override { return kept; }
  Status append(std::span<const KeyEventView> events, const KeyHistoryLimits&) override {
    if (broken) return Error{ErrorCode::Unavailable, "the disk is full", {}, {}, {}};
    kept.insert(kept.end(), events.begin(), events.end());
    return Status::success();
  }
  std::vector<KeyEventView> kept;
  bool broken = false;
};

TEST(KeyHistory, ShowsTheNewestFirstOfOneKeyAndOfAll) {
  KeyHistory history;
  history.add(event_of(1, "a"));
  history.add(event_of(2, "b"));
  history.add(event_of(1, "c"));
  EXPECT_TRUE(history.page({}, 10, {}).events.empty()) << "nothing is looked at before it is absorbed";
  EXPECT_EQ(history.absorb().size(), 3U);
  EXPECT_EQ(reasons(history.page(1, 10, {})), (Reasons{"c", "a"}));
  EXPECT_EQ(reasons(history.page({}, 10, {})), (Reasons{"c", "b", "a"}));
  EXPECT_TRUE(history.page(3, 10, {}).events.empty());
}

TEST(KeyHistory, KnowsTheLastAnswerThatSpokeAgainstAKey) {
  KeyHistory history;
  history.add(event_of(1, "first"));
  history.add(event_of(1, "second"));
  for (const KeyEventKind kind : {KeyEventKind::Recovered, KeyEventKind::Disabled, KeyEventKind::Added}) {
    KeyEventView event = event_of(1, "no answer against it");
    event.kind = kind;
    history.add(event);
  }
  history.absorb();
  ASSERT_NE(history.last_fault(1), nullptr);
  EXPECT_EQ(history.last_fault(1)->reason, "second");
  EXPECT_EQ(history.last_fault(2), nullptr);
}

TEST(KeyHistory, GoesOnPageByPageWithoutAGapOrARepetition) {
  KeyHistory history;
  for (int i = 0; i < 7; ++i) history.add(event_of(i % 2, std::to_string(i)));
  history.absorb();
  for (const std::optional<std::int64_t> key :
       {std::optional<std::int64_t>{}, std::optional<std::int64_t>{0}}) {
    Reasons seen;
    std::optional<std::int64_t> before;
    do {
      const auto page = history.page(key, 2, before);
      EXPECT_LE(page.events.size(), 2U);
      for (const auto& reason : reasons(page)) seen.push_back(reason);
      before = page.next_before;
    } while (before);
    EXPECT_EQ(seen, key ? (Reasons{"6", "4", "2", "0"}) : (Reasons{"6", "5", "4", "3", "2", "1", "0"}));
  }
}

TEST(KeyHistory, KeepsTheLatestOfEachKeyAndOfAll) {
  KeyHistory history({2, 3, 100});
  for (const char* reason : {"a1", "a2", "a3"}) history.add(event_of(1, reason));
  history.absorb();
  EXPECT_EQ(reasons(history.page(1, 10, {})), (Reasons{"a3", "a2"}));
  for (const char* reason : {"b1", "b2"}) history.add(event_of(2, reason));
  history.absorb();
  EXPECT_EQ(reasons(history.page({}, 10, {})), (Reasons{"b2", "b1", "a3"}));
  EXPECT_EQ(reasons(history.page(1, 10, {})), (Reasons{"a3"}));
}

TEST(KeyHistory, DropsAndCountsWhatComesTooFast) {
  KeyHistory history({50, 100, 2});
  for (const char* reason : {"a", "b", "c"}) history.add(event_of(1, reason));
  history.absorb();
  EXPECT_EQ(history.dropped(), 1U);
  EXPECT_EQ(history.page(1, 10, {}).dropped, 1);
  EXPECT_EQ(reasons(history.page(1, 10, {})), (Reasons{"b", "a"}));
  history.add(event_of(1, "d"));
  history.absorb();
  EXPECT_EQ(reasons(history.page(1, 1, {})), (Reasons{"d"}));
}

TEST(KeyHistory, GoesOnAfterARestartWhereItWas) {
  FakeEventStore store;
  {
    KeyHistory history({}, &store);
    history.add(event_of(1, "before"));
    history.absorb();
    ASSERT_TRUE(history.save().ok());
    ASSERT_TRUE(history.save().ok());
  }
  ASSERT_EQ(store.kept.size(), 1U) << "saved once";
  KeyHistory history({}, &store);
  ASSERT_TRUE(history.load().ok());
  const auto id = history.add(event_of(1, "after"));
  EXPECT_GT(id, store.kept[0].id);
  history.absorb();
  EXPECT_EQ(reasons(history.page(1, 10, {})), (Reasons{"after", "before"}));
}

TEST(KeyHistory, SavesLaterWhatAStoreRefused) {
  FakeEventStore store;
  KeyHistory history({}, &store);
  store.broken = true;
  history.add(event_of(1, "a"));
  history.absorb();
  EXPECT_FALSE(history.save().ok());
  store.broken = false;
  history.add(event_of(1, "b"));
  history.absorb();
  EXPECT_TRUE(history.save().ok());
  ASSERT_EQ(store.kept.size(), 2U);
  EXPECT_EQ(store.kept[0].reason, "a");
}

TEST(KeyHistory, TakesEventsFromManyThreads) {
  KeyHistory history({1000, 10'000, 10'000});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&history, i] {
      for (int n = 0; n < 200; ++n) history.add(event_of(i));
    });
  }
  std::size_t absorbed = 0;
  for (int i = 0; i < 20; ++i) absorbed += history.absorb().size();
  for (auto& thread : threads) thread.join();
  absorbed += history.absorb().size();
  EXPECT_EQ(absorbed, 800U);
  EXPECT_EQ(history.page(2, 1000, {}).events.size(), 200U);
}

TEST(KeyEventViews, CarryTheEvidenceAndCutTheExcerptBetweenCharacters) {
  KeyEvent event;
  event.key_id = 7;
  event.verdict = VerdictKind::NoQuotaForModel;
  event.request_id = "r-1";
  event.http_status = 429;
  event.excerpt = std::string(499, 'x') + "é and more";
  const auto view = view_of(event);
  EXPECT_EQ(view.kind, KeyEventKind::NoQuotaForModel);
  EXPECT_EQ(view.request_id, "r-1");
  EXPECT_EQ(view.http_status, 429);
  EXPECT_EQ(view.excerpt, std::string(499, 'x'));
  event.http_status = 0;
  EXPECT_FALSE(view_of(event).http_status) << "upstream did not answer";
}

}  // namespace
}  // namespace geminate::keys
