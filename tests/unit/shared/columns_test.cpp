#include "shared/codec/columns.h"

#include <gtest/gtest.h>

#include "shared/dto/key_columns.h"
#include "tests/unit/shared/filled_dto.h"

namespace geminate::codec {
namespace {

bool every_field(std::string_view) { return true; }

std::string written(const std::vector<UpstreamKeyView>& rows, FieldChoice choice = every_field) {
  ColumnWriter<UpstreamKeyView> writer(choice);
  for (const UpstreamKeyView& row : rows) writer.add(row);
  return writer.text();
}

std::vector<std::string> read_back(std::string_view text) {
  ColumnReader<UpstreamKeyView> reader(text);
  std::vector<std::string> rows;
  for (std::size_t at = 0; at < reader.rows(); ++at) {
    UpstreamKeyView row;
    reader.read(at, row);
    rows.push_back(to_json(row));
  }
  EXPECT_EQ(reader.fault(), std::nullopt);
  return rows;
}

std::optional<std::string> fault_of(std::string_view text) {
  ColumnReader<UpstreamKeyView> reader(text);
  UpstreamKeyView row;
  for (std::size_t at = 0; at < reader.rows(); ++at) reader.read(at, row);
  return reader.fault();
}

TEST(Columns, BringEveryFieldOfEveryRowBack) {
  UpstreamKeyView filled;
  DtoFiller().fill(filled);
  UpstreamKeyView other = filled;
  DtoFiller().fill(other.tags);
  other.id = 7;
  other.expires_at.reset();
  const std::vector<UpstreamKeyView> rows{filled, UpstreamKeyView(), other, filled};
  std::vector<std::string> expected;
  for (const UpstreamKeyView& row : rows) expected.push_back(to_json(row));
  EXPECT_EQ(read_back(written(rows)), expected);
}

TEST(Columns, SayOnceWhatEveryRowHas) {
  UpstreamKeyView row;
  row.project = "alpha";
  const std::string text = written({row, row, row});
  EXPECT_NE(text.find(R"("project":{"all":"alpha"})"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("weight":{"all":1})"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("tags":{"all":[]})"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("expires_at":{"all":null})"), std::string::npos) << text;
}

TEST(Columns, SayARepeatedWordOnce) {
  std::vector<UpstreamKeyView> rows(3);
  rows[0].project = rows[2].project = "alpha";
  const std::string text = written(rows);
  EXPECT_NE(text.find(R"("project":{"words":["alpha",null],"at":[0,1,0]})"), std::string::npos) << text;
}

TEST(Columns, ThousandsOfDifferentWordsComeBackInOrder) {
  std::vector<UpstreamKeyView> rows(3000);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].fingerprint = std::to_string(i % 2000);
    if (i % 3 == 0) rows[i].description = "every third";
  }
  std::vector<std::string> expected;
  for (const UpstreamKeyView& row : rows) expected.push_back(to_json(row));
  EXPECT_EQ(read_back(written(rows)), expected);
}

TEST(Columns, AKeysFieldsTravelInOneHalfOrTheOther) {
  for (const std::string_view name : kKeyActivityFields) {
    bool exists = false;
    UpstreamKeyView row;
    UpstreamKeyView::describe(row, [&](const char* field, auto&, const char*, Presence = Presence::Required) {
      exists = exists || field == name;
    });
    EXPECT_TRUE(exists) << name;
  }
  UpstreamKeyView row;
  row.id = 4;
  row.key_preview = "abcd";
  row.current_tokens_used_today = 9;
  UpstreamKeyView back;
  ColumnReader<UpstreamKeyView>(written({row}, travels_as_key_fact)).read(0, back);
  EXPECT_EQ(back.key_preview, "abcd");
  EXPECT_EQ(back.current_tokens_used_today, 0);
  ColumnReader<UpstreamKeyView>(written({row}, travels_as_key_activity)).read(0, back);
  EXPECT_EQ(back.current_tokens_used_today, 9);
  EXPECT_EQ(back.id, 4);
}

TEST(Columns, WhatIsNoTableSaysSo) {
  for (const char* text :
       {"", "[]", "{}", R"({"rows":1})", R"({"rows":-1,"columns":{}})", R"({"rows":1,"columns":[]})",
        R"({"rows":2,"columns":{"id":[1]}})", R"({"rows":1,"columns":{"id":7}})",
        R"({"rows":1,"columns":{"id":["x"]}})", R"({"rows":1,"columns":{"id":[null]}})",
        R"({"rows":1,"columns":{"state":["strange"]}})", R"({"rows":1,"columns":{"tags":[[7]]}})",
        R"({"rows":1,"columns":{"project":{"words":["a"],"at":[1]}}})",
        R"({"rows":1,"columns":{"project":{"words":"a","at":[0]}}})",
        R"({"rows":1,"columns":{"project":{"words":["a"],"at":[-1]}}})"}) {
    EXPECT_NE(fault_of(text), std::nullopt) << text;
  }
  EXPECT_EQ(fault_of(R"({"rows":1,"columns":{"id":[5],"unheard_of":[1]}})"), std::nullopt);
}

}  // namespace
}  // namespace geminate::codec
