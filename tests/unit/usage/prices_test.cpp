#include "backend/usage/prices.h"

#include <limits>

#include "tests/unit/usage/usage_fixture.h"

namespace geminate::usage {
namespace {

TEST(Prices, AreFoundByTheLongestNameThatFits) {
  const PriceTable table({});
  EXPECT_EQ(table.find("gemini-2.5-flash")->model, "gemini-2.5-flash");
  EXPECT_EQ(table.find("gemini-2.5-flash-preview-09-2025")->model, "gemini-2.5-flash");
  EXPECT_EQ(table.find("gemini-2.5-flash-lite-preview")->model, "gemini-2.5-flash-lite");
  EXPECT_EQ(table.find("gemini-2.5-flashy"), nullptr);
  EXPECT_EQ(table.find(""), nullptr);
}

TEST(Prices, OfAnAdministratorComeBeforeTheDefaults) {
  const PriceTable table({{"gemini-2.5-flash", 1, 2, 3}, {"mine", 4, 5, 6}});
  EXPECT_EQ(table.find("gemini-2.5-flash")->input, 1);
  EXPECT_EQ(table.find("mine")->output, 5);
  int set = 0;
  for (const PriceView& row : table.view().prices) set += row.is_default ? 0 : 1;
  EXPECT_EQ(set, 2);
}

TEST(Prices, CountCachedTokensOnce) {
  const ModelPrice price{"m", 1'000'000, 2'000'000, 100'000};
  EXPECT_DOUBLE_EQ(cost_usd(price, 1'000'000, 500'000, 400'000), 0.6 + 1.0 + 0.04);
  EXPECT_DOUBLE_EQ(cost_usd(price, 10, 0, 10'000'000), 1.0) << "more cached than counted is no credit";
}

TEST(Prices, AreCountedInWholePicodollarsWithoutRounding) {
  const ModelPrice price{"m", 1, 3, 75'001};
  EXPECT_EQ(cost_picos(price, 12, 5, 2), 10 * 1 + 5 * 3 + 2 * 75'001);
  EXPECT_EQ(cost_picos(price, 1, 0, 10), 10 * 75'001) << "more cached than counted is no credit";
  const ModelPrice dear{"d", 1'000'000'000'000, 1'000'000'000'000, 0};
  EXPECT_EQ(cost_picos(dear, 999'999, 1, 0), kMostPicos);
  EXPECT_EQ(cost_picos(dear, std::numeric_limits<std::uint64_t>::max(), 7, 0), kMostPicos);
}

TEST(Prices, HaveARevisionThatTellsSetsApartWhateverTheirOrder) {
  const ModelPrice one{"a", 1, 2, 3}, two{"b", 1, 2, 3};
  EXPECT_EQ(revision_of({one, two}), revision_of({two, one}));
  EXPECT_NE(revision_of({one, two}), revision_of({one}));
  EXPECT_NE(revision_of({one}), revision_of({{"a", 1, 2, 4}}));
  EXPECT_NE(revision_of({{"a", 1, 23, 3}}), revision_of({{"a", 12, 3, 3}}));
}

TEST(Prices, AreRefusedByField) {
  const auto field_of = [](PriceDraft draft) {
    const auto read = read_prices({{std::move(draft)}});
    return read.ok() ? std::string("taken") : read.error().field;
  };
  EXPECT_EQ(field_of({"m", 1, 2, 0.5}), "taken");
  EXPECT_EQ(field_of({"", 1, 2, 3}), "prices[0].model");
  EXPECT_EQ(field_of({"a b", 1, 2, 3}), "prices[0].model");
  EXPECT_EQ(field_of({"m", -1, 2, 3}), "prices[0].input_usd");
  EXPECT_EQ(field_of({"m", 1, std::numeric_limits<double>::infinity(), 3}), "prices[0].output_usd");
  EXPECT_EQ(field_of({"m", 1, 2, 1e9}), "prices[0].cached_usd");
  EXPECT_EQ(read_prices({{{"m", 1, 1, 1}, {"m", 2, 2, 2}}}).error().field, "prices[1].model");
  EXPECT_EQ(must(read_prices({{{"m", 0.3, 2.5, 0.03}}}))[0], (ModelPrice{"m", 300'000, 2'500'000, 30'000}));
}

}  // namespace
}  // namespace geminate::usage
