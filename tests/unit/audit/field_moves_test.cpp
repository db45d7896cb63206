#include "backend/audit/field_moves.h"

#include <gtest/gtest.h>

#include <numeric>

namespace geminate::audit {
namespace {

using Moves = std::vector<FieldMove>;

TEST(FieldMoves, SayWhatDiffersAsTexts) {
  Moves moves;
  note_move(moves, "same", 1, 1);
  note_move(moves, "number", 1, -2);
  note_move(moves, "flag", true, false);
  note_move(moves, "gone", std::optional<std::string>("x"), std::optional<std::string>());
  note_move(moves, "list", std::vector<std::string>{}, std::vector<std::string>{"a", "b"});
  EXPECT_EQ(moves, (Moves{{"number", "1", "-2"},
                          {"flag", "true", "false"},
                          {"gone", "x", std::nullopt},
                          {"list", "[]", R"(["a","b"])"}}));
}

TEST(FieldMoves, CutLongValuesBetweenCharacters) {
  EXPECT_EQ(cut_value(std::string(kLongestValue, 'a')), std::string(kLongestValue, 'a'));
  std::string text = "a";
  for (int i = 0; i < 500; ++i) text += "语";
  const std::string cut = cut_value(text);
  EXPECT_EQ(cut.substr(0, 1000), text.substr(0, 1000));
  EXPECT_EQ(cut.substr(1000), "… (501 bytes more)");
}

TEST(FieldMoves, NameManyIdsAsRanges) {
  Moves moves;
  note_ids(moves, {9, 2, 1, 3, 3, 7});
  EXPECT_EQ(moves, (Moves{{"count", std::nullopt, "5"}, {"ids", std::nullopt, "1-3,7,9"}}));
}

TEST(FieldMoves, BoundTheRangesOfAHundredThousandIds) {
  std::vector<std::int64_t> ids(100'000);
  std::iota(ids.begin(), ids.end(), 1);
  Moves moves;
  note_ids(moves, ids);
  EXPECT_EQ(moves[1].after, "1-100000");
  for (auto& id : ids) id *= 2;
  moves.clear();
  note_ids(moves, ids);
  EXPECT_EQ(moves[0].after, "100000");
  EXPECT_LT(moves[1].after->size(), kLongestValue + 40);
  EXPECT_NE(moves[1].after->find(" more)"), std::string::npos);
}

TEST(FieldMoves, OfTwoMapsGoNameByName) {
  EXPECT_EQ(map_moves({{"a", "1"}, {"b", "2"}, {"c", "3"}}, {{"b", "2"}, {"c", "4"}, {"d", "5"}}),
            (Moves{{"a", "1", std::nullopt}, {"c", "3", "4"}, {"d", std::nullopt, "5"}}));
}

}  // namespace
}  // namespace geminate::audit
