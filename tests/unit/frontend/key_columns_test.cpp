#include "frontend-wasm/app/key_columns.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace geminate::ui {
namespace {

bool has(const std::vector<KeyColumn>& columns, KeyColumn column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

TEST(KeyColumns, StandInTheirOwnPlaceAndHaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < key_columns().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(key_columns()[i].column), i);
    names.insert(key_columns()[i].id);
  }
  EXPECT_EQ(names.size(), kKeyColumnCount);
}

TEST(KeyColumns, AreRememberedAsTheyWereLeft) {
  KeyTableLayout layout;
  EXPECT_EQ(written_down(layout), "sort:state");
  layout.sort_by = KeyColumn::LastUsed;
  layout.descending = true;
  layout.of(KeyColumn::Project).shown = false;
  layout.of(KeyColumn::Tags) = {true, 200};
  layout.of(KeyColumn::Origin) = {false, 90};
  EXPECT_EQ(written_down(layout), "sort:-last -project tags:200 -origin:90");
  EXPECT_EQ(read_key_layout(written_down(layout)), layout);
}

TEST(KeyColumns, ForgiveWhatAnotherVersionRemembered) {
  EXPECT_EQ(read_key_layout(""), KeyTableLayout());
  EXPECT_EQ(read_key_layout("sort:nothing colour:12 - : -: key:wide  key:"), KeyTableLayout());
  EXPECT_EQ(read_key_layout("key:99999").of(KeyColumn::Description).width, kWidestColumn);
  EXPECT_EQ(read_key_layout("key:-3").of(KeyColumn::Description).width, kNarrowestColumn);
}

TEST(KeyColumns, YieldWhereThereIsNoRoomForAll) {
  const KeyTableLayout layout;
  const auto wide = columns_that_fit(layout, 1300);
  EXPECT_TRUE(has(wide, KeyColumn::Origin));
  for (const KeyColumn each : {KeyColumn::Quotas, KeyColumn::Requests, KeyColumn::LastError})
    EXPECT_TRUE(has(columns_that_fit(layout, 1090), each)) << "beside an open navigation at 1440";
  EXPECT_FALSE(has(wide, KeyColumn::Tags)) << "nobody asked for it";
  const auto narrow = columns_that_fit(layout, 700);
  EXPECT_FALSE(has(narrow, KeyColumn::Origin));
  EXPECT_TRUE(has(narrow, KeyColumn::TokensToday));
  const auto tiny = columns_that_fit(layout, 10);
  EXPECT_EQ(tiny, (std::vector<KeyColumn>{KeyColumn::State, KeyColumn::Description}));
}

TEST(KeyColumns, WhatSomebodyAskedForYieldsAfterWhatIsThereByItself) {
  KeyTableLayout layout;
  layout.of(KeyColumn::Priority).shown = true;
  const auto fitting = columns_that_fit(layout, 1000);
  EXPECT_TRUE(has(fitting, KeyColumn::Priority));
  EXPECT_FALSE(has(fitting, KeyColumn::Origin));
}

TEST(KeyColumns, TheKeyItselfCannotBeHidden) {
  KeyTableLayout layout;
  layout.of(KeyColumn::Description).shown = false;
  EXPECT_TRUE(has(columns_that_fit(layout, 1200), KeyColumn::Description));
}

}  // namespace
}  // namespace geminate::ui
