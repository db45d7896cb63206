#include "frontend-wasm/app/key_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace geminate::ui {
namespace {

constexpr Timestamp kNow{std::chrono::hours(500'000)};

std::vector<UpstreamKeyView> some_keys() {
  std::vector<UpstreamKeyView> keys(4);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    keys[i].id = static_cast<KeyId>(10 + i);
    keys[i].key_preview = std::string("Abc") + static_cast<char>('0' + i);
    keys[i].fingerprint = "f00" + std::to_string(i);
  }
  keys[0].description = "Main 主力";
  keys[0].project = "Alpha";
  keys[0].tags = {"prod", "eu west"};
  keys[0].max_tokens_per_day = 1000;
  keys[0].current_tokens_used_today = 900;
  keys[1].project = "alphabet";
  keys[1].state = KeyState::Cooling;
  keys[1].cooldowns = {{"p", "gemini-2.5-pro", "q", "r", kNow}};
  keys[1].last_used_at = kNow - std::chrono::hours(2);
  keys[2].expires_at = kNow + std::chrono::days(3);
  keys[2].user_id = "Li Na";
  keys[2].origin = Origin::Environment;
  keys[3].expires_at = kNow - std::chrono::days(3);
  keys[3].is_active = false;
  keys[3].state = KeyState::Disabled;
  return keys;
}

/// Rows that answer the query, as the last figures of their ids.
std::string found(std::string_view query) {
  KeyIndex index;
  index.rebuild(some_keys());
  const KeyConditions conditions = read_key_query(query);
  EXPECT_FALSE(conditions.problem) << query;
  std::vector<char> wanted(index.size(), 1);
  index.keep_matching(wanted, conditions.all, kNow);
  std::string rows;
  for (std::uint32_t row = 0; row < index.size(); ++row) {
    EXPECT_EQ(index.matches_all(row, conditions.all, kNow), wanted[row] != 0) << query << ", row " << row;
    if (wanted[row] != 0) rows += std::to_string(row);
  }
  return rows;
}

TEST(KeyIndex, FindsWordsInAllTexts) {
  EXPECT_EQ(found("main"), "0");
  EXPECT_EQ(found("主力"), "0");
  EXPECT_EQ(found("ABC"), "0123");
  EXPECT_EQ(found("f002"), "2");
  EXPECT_EQ(found("li na"), "2") << "both words";
  EXPECT_EQ(found("west"), "0");
  EXPECT_EQ(found("gemini"), "") << "models are asked for by name";
  EXPECT_EQ(found("\"主力abc\""), "") << "no word reaches from one text into the next";
}

TEST(KeyIndex, FindsAWordOfAnyLengthAtAnyPlace) {
  std::mt19937 random(7);
  const auto letters = [&random](std::size_t length) {
    std::string text;
    while (text.size() < length) text += "ab\xe4\xb8"[random() % 4];
    return text;
  };
  std::vector<UpstreamKeyView> keys(200);
  for (UpstreamKeyView& key : keys) key.description = letters(random() % 40);
  KeyIndex index;
  index.rebuild(keys);
  std::size_t found = 0;
  for (int i = 0; i < 500; ++i) {
    KeyCondition condition;
    condition.words = {letters(1 + random() % 12)};
    std::vector<char> wanted(keys.size(), 1);
    index.keep_matching(wanted, {condition}, kNow);
    for (std::size_t row = 0; row < keys.size(); ++row) {
      const bool is_in = keys[row].description->find(condition.words.front()) != std::string::npos;
      ASSERT_EQ(wanted[row] != 0, is_in) << *keys[row].description << ", " << condition.words.front();
      found += is_in ? 1 : 0;
    }
  }
  EXPECT_GT(found, 1000U);
}

TEST(KeyIndex, AsksOneField) {
  EXPECT_EQ(found("project:alpha"), "01");
  EXPECT_EQ(found("project=alpha"), "0");
  EXPECT_EQ(found("project:none"), "23");
  EXPECT_EQ(found("-project:none"), "01");
  EXPECT_EQ(found("tag=\"eu west\""), "0");
  EXPECT_EQ(found("tag=eu"), "");
  EXPECT_EQ(found("model:2.5-pro"), "1");
  EXPECT_EQ(found("state:cooling,disabled"), "13");
  EXPECT_EQ(found("origin:env"), "2");
  EXPECT_EQ(found("active:no"), "3");
  EXPECT_EQ(found("owner:none abc"), "013");
}

TEST(KeyIndex, ComparesFiguresAndTimes) {
  EXPECT_EQ(found("used>899"), "0");
  EXPECT_EQ(found("share>=90%"), "0");
  EXPECT_EQ(found("limit:none"), "123");
  EXPECT_EQ(found("id=12"), "2");
  EXPECT_EQ(found("expires<7d"), "2") << "what has expired is not about to";
  EXPECT_EQ(found("expires<1d"), "");
  EXPECT_EQ(found("expires:never"), "01");
  EXPECT_EQ(found("idle>1h"), "0123") << "never used is idle too";
  EXPECT_EQ(found("idle<3h"), "1");
  EXPECT_EQ(found("idle:never"), "023");
}

TEST(KeyIndex, SortsByEveryColumnBothWays) {
  KeyIndex index;
  index.rebuild(some_keys());
  for (const KeyColumnSpec& spec : key_columns()) {
    const auto up = index.sorted_by(spec.column, false);
    const auto down = index.sorted_by(spec.column, true);
    EXPECT_EQ(up.size(), 4U) << spec.id;
    EXPECT_TRUE(std::is_permutation(up.begin(), up.end(), down.begin())) << spec.id;
  }
  EXPECT_EQ(index.sorted_by(KeyColumn::State, false), (std::vector<std::uint32_t>{1, 2, 0, 3}));
  EXPECT_EQ(index.sorted_by(KeyColumn::Project, true), (std::vector<std::uint32_t>{1, 0, 3, 2}));
  EXPECT_EQ(index.sorted_by(KeyColumn::Expires, false), (std::vector<std::uint32_t>{3, 2, 1, 0}));
}

TEST(KeyIndex, TellsTextsApartThatBeginAlike) {
  std::vector<UpstreamKeyView> keys(3);
  for (std::size_t i = 0; i < 3; ++i) keys[i].id = static_cast<KeyId>(i);
  keys[0].description = "a long beginning, C";
  keys[1].description = "A long beginning, a";
  keys[2].description = "a long beginning, B";
  KeyIndex index;
  index.rebuild(keys);
  EXPECT_EQ(index.sorted_by(KeyColumn::Description, false), (std::vector<std::uint32_t>{1, 2, 0}));
}

TEST(KeyIndex, KnowsWhereEachKeyStands) {
  KeyIndex index;
  auto keys = some_keys();
  std::reverse(keys.begin(), keys.end());
  index.rebuild(keys);
  EXPECT_EQ(index.position_of(10), 3U);
  EXPECT_EQ(index.position_of(13), 0U);
  EXPECT_FALSE(index.position_of(14));
  EXPECT_EQ(index.ids(), (std::vector<KeyId>{10, 11, 12, 13}));
}

}  // namespace
}  // namespace geminate::ui
