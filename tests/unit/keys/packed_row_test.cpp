#include "backend/keys/packed_row.h"

#include <gtest/gtest.h>

namespace geminate::keys {
namespace {

UpstreamKey plain_row() {
  UpstreamKey row;
  row.id = 7;
  row.text = Secret("AIzaSyPlain");
  row.fingerprint = "00ff10abcdef";
  row.created_at = Timestamp{std::chrono::milliseconds{1'700'000'000'123}};
  row.origin = Origin::Environment;
  row.revision = 3'000'000'000;
  row.weight = 1000;
  row.priority = -1000;
  return row;
}

UpstreamKey whole_row() {
  UpstreamKey row = plain_row();
  row.description = "of the team";
  row.expires_at = Timestamp{std::chrono::milliseconds{1'800'000'000'000}};
  row.is_active = false;
  row.enable_context_management = true;
  row.context_window = 1000;
  row.max_tokens_per_day = 2000;
  row.rate_limit_per_minute = 30;
  row.user_id = "ann";
  row.project = "alpha";
  row.tags = {"a", "b"};
  return row;
}

void expect_same(const UpstreamKey& left, const UpstreamKey& right) {
  EXPECT_EQ(left.id, right.id);
  EXPECT_EQ(left.text.reveal(), right.text.reveal());
  EXPECT_EQ(left.fingerprint, right.fingerprint);
  EXPECT_EQ(left.description, right.description);
  EXPECT_EQ(left.created_at, right.created_at);
  EXPECT_EQ(left.expires_at, right.expires_at);
  EXPECT_EQ(left.is_active, right.is_active);
  EXPECT_EQ(left.origin, right.origin);
  EXPECT_EQ(left.enable_context_management, right.enable_context_management);
  EXPECT_EQ(left.context_window, right.context_window);
  EXPECT_EQ(left.max_tokens_per_day, right.max_tokens_per_day);
  EXPECT_EQ(left.rate_limit_per_minute, right.rate_limit_per_minute);
  EXPECT_EQ(left.user_id, right.user_id);
  EXPECT_EQ(left.project, right.project);
  EXPECT_EQ(left.tags, right.tags);
  EXPECT_EQ(left.weight, right.weight);
  EXPECT_EQ(left.priority, right.priority);
  EXPECT_EQ(left.revision, right.revision);
}

TEST(PackedRow, GivesBackEverySettingOfAPlainRowAndOfAWholeOne) {
  for (const UpstreamKey& row : {plain_row(), whole_row()}) {
    expect_same(pack(row)->unpacked(row.id), row);
  }
}

TEST(PackedRow, KeepsNothingApartForARowThatHasOnlyWhatEveryKeyHas) {
  EXPECT_EQ(pack(plain_row())->rare(), nullptr);
  EXPECT_FALSE(pack(plain_row())->has_bounds());
  EXPECT_NE(pack(whole_row())->rare(), nullptr);
  EXPECT_TRUE(pack(whole_row())->has_bounds());
}

TEST(PackedRow, TellsOfEachBoundByItself) {
  UpstreamKey row = plain_row();
  row.description = "no bound";
  EXPECT_FALSE(pack(row)->has_bounds());
  row.expires_at = Timestamp{};
  EXPECT_TRUE(pack(row)->has_bounds());
  row.expires_at.reset();
  row.max_tokens_per_day = 1;
  EXPECT_TRUE(pack(row)->has_bounds());
  row.max_tokens_per_day.reset();
  row.rate_limit_per_minute = 1;
  EXPECT_TRUE(pack(row)->has_bounds());
}

TEST(PackedRow, KeepsAFingerprintThatIsNoRowOfDigitsAsItIs) {
  for (const char* fingerprint : {"", "f", "ABCD", "not digits", "ab cd"}) {
    UpstreamKey row = plain_row();
    row.fingerprint = fingerprint;
    EXPECT_EQ(pack(row)->fingerprint(), fingerprint);
  }
  EXPECT_EQ(pack(plain_row())->fingerprint_bytes(), std::string_view("\x00\xff\x10\xab\xcd\xef", 6));
}

TEST(PackedRow, TellsAnEmptyProjectFromNone) {
  UpstreamKey row = plain_row();
  EXPECT_EQ(pack(row)->unpacked(1).project, std::nullopt);
  row.project = "";
  EXPECT_EQ(pack(row)->unpacked(1).project, "");
}

TEST(PackedRow, LeavesNothingOfTheKeysTextInMemory) {
  const UpstreamKey row = plain_row();
  std::string memory(PackedRow::size_of(row) + alignof(PackedRow), '\0');
  void* place = memory.data();
  std::size_t space = memory.size();
  ASSERT_NE(std::align(alignof(PackedRow), PackedRow::size_of(row), place, space), nullptr);
  auto* packed = new (place) PackedRow(row);
  EXPECT_NE(memory.find("AIzaSyPlain"), std::string::npos);
  packed->~PackedRow();
  EXPECT_EQ(memory.find("AIzaSy"), std::string::npos);
}

}  // namespace
}  // namespace geminate::keys
