#include "backend/usage/id_places.h"

#include <gtest/gtest.h>

#include <limits>

namespace geminate::usage {
namespace {

TEST(IdPlaces, GivesEachNumberOnePlaceInTheOrderTheyCame) {
  IdPlaces places;
  EXPECT_EQ(places.place_of(-4), 0);
  EXPECT_EQ(places.place_of(std::numeric_limits<std::int64_t>::max()), 1);
  EXPECT_EQ(places.place_of(0), 2);
  EXPECT_EQ(places.place_of(-4), 0);
  EXPECT_EQ(places.place_of(-4), 0);
  EXPECT_EQ(places.ids(), (std::vector<std::int64_t>{-4, std::numeric_limits<std::int64_t>::max(), 0}));
}

TEST(IdPlaces, FindsEveryOneOfAsManyAsItTakes) {
  IdPlaces places;
  for (std::size_t i = 0; i < IdPlaces::kMaximum; ++i)
    ASSERT_EQ(places.place_of(static_cast<std::int64_t>(i) * 1024), i);
  ASSERT_EQ(places.size(), IdPlaces::kMaximum);
  for (std::size_t i = IdPlaces::kMaximum; i-- > 0;)
    ASSERT_EQ(places.place_of(static_cast<std::int64_t>(i) * 1024), i);
  EXPECT_EQ(places.size(), IdPlaces::kMaximum);
}

TEST(IdPlaces, KnowsNoneAfterClearing) {
  IdPlaces places;
  for (std::int64_t id = 0; id < 500; ++id) places.place_of(id);
  places.clear();
  EXPECT_EQ(places.size(), 0U);
  EXPECT_EQ(places.place_of(499), 0);
  EXPECT_EQ(places.place_of(0), 1);
}

}  // namespace
}  // namespace geminate::usage
