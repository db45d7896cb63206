#include "frontend-wasm/app/import_text.h"

#include <gtest/gtest.h>

namespace geminate::ui {
namespace {

std::vector<std::string> keys_of(const ImportReading& reading) {
  std::vector<std::string> keys;
  for (const ImportEntry& entry : reading.entries) keys.push_back(entry.key);
  return keys;
}
std::vector<std::uint32_t> places_of(const ImportReading& reading) {
  std::vector<std::uint32_t> places;
  for (const ImportEntry& entry : reading.entries) places.push_back(entry.place);
  return places;
}
using Keys = std::vector<std::string>;
using Places = std::vector<std::uint32_t>;

TEST(ImportText, TakesLinesCommasAndBlanksApartAndKnowsTheLine) {
  const ImportReading reading = read_import("\xEF\xBB\xBFk1,k2\r\n\r\nk3  k4，k5、k6\n");
  EXPECT_EQ(keys_of(reading), (Keys{"k1", "k2", "k3", "k4", "k5", "k6"}));
  EXPECT_EQ(places_of(reading), (Places{1, 1, 3, 3, 3, 3}));
  EXPECT_TRUE(reading.by_line);
}

TEST(ImportText, ReadsACsvByItsHeadWhateverTheOrder) {
  const ImportReading reading =
      read_import("Project, KEY ,note,owner,tags\nalpha,k1,first,me,\"a,b\"\n,k2,,,\n\nbeta,k3");
  EXPECT_EQ(keys_of(reading), (Keys{"k1", "k2", "k3"}));
  EXPECT_EQ(places_of(reading), (Places{2, 3, 5}));
  EXPECT_EQ(reading.entries[0].project, "alpha");
  EXPECT_EQ(reading.entries[0].description, "first");
  EXPECT_EQ(reading.entries[0].tags, "a,b");
  EXPECT_FALSE(reading.entries[1].has_settings());
  EXPECT_EQ(reading.entries[2].project, "beta");
}

TEST(ImportText, ReadsSemicolonsTabsAndQuotedLineEnds) {
  EXPECT_EQ(read_import("key;project\nk1;alpha").entries.at(0).project, "alpha");
  EXPECT_EQ(read_import("key\tproject\nk1\tbeta").entries.at(0).project, "beta");
  const ImportReading reading = read_import("key,description\nk1,\"two\nlines, \"\"quoted\"\"\"\nk2,x");
  ASSERT_EQ(reading.entries.size(), 2U);
  EXPECT_EQ(reading.entries[0].description, "two\nlines, \"quoted\"");
  EXPECT_EQ(places_of(reading), (Places{2, 4}));
}

TEST(ImportText, ALineOfACsvWithoutAKeyStaysToBeRejected) {
  const ImportReading reading = read_import("key,project\n,alpha\nk2,beta\n");
  EXPECT_EQ(keys_of(reading), (Keys{"", "k2"}));
}

TEST(ImportText, ReadsJsonListsOfKeysAndOfObjects) {
  EXPECT_EQ(keys_of(read_import(R"( ["k1", " k2 "] )")), (Keys{"k1", "k2"}));
  const ImportReading reading = read_import(
      R"({"keys":[{"api_key":"k1","project":"alpha","tags":["a","b"],"weight":3},{"key":"k2","description":null}]})");
  EXPECT_EQ(keys_of(reading), (Keys{"k1", "k2"}));
  EXPECT_FALSE(reading.by_line);
  EXPECT_EQ(reading.entries[0].project, "alpha");
  EXPECT_EQ(reading.entries[0].tags, "a,b");
  EXPECT_FALSE(reading.entries[1].has_settings());
}

TEST(ImportText, SaysWhatCannotBeTaken) {
  const auto problem = [](std::string_view text) {
    const ImportReading reading = read_import(text);
    EXPECT_TRUE(reading.entries.empty());
    return reading.problem ? reading.problem->id : TextId::None;
  };
  EXPECT_EQ(problem(""), TextId::ImportNoKeys);
  EXPECT_EQ(problem(" \n,,"), TextId::ImportNoKeys);
  EXPECT_EQ(problem("key,project\n"), TextId::ImportNoKeys);
  EXPECT_EQ(problem("[]"), TextId::ImportNoKeys);
  EXPECT_EQ(problem(R"([{"key_preview":"a3F9"}])"), TextId::ImportNoKeys) << "an export holds no keys";
  EXPECT_EQ(problem("[\"k1\""), TextId::ImportBadJson);
  EXPECT_EQ(problem(R"({"rows":[]})"), TextId::ImportBadJson);
  EXPECT_EQ(problem(std::string(kMostImportBytes + 1, 'k')), TextId::ImportTooLarge);
}

TEST(ImportText, TakesAsManyAsTheServerAndNoMore) {
  std::string many;
  for (std::size_t i = 0; i < kMostImported; ++i) many += std::to_string(i) + "\n";
  EXPECT_EQ(read_import(many).entries.size(), kMostImported);
  EXPECT_EQ(read_import(many + "more").problem->id, TextId::ImportTooMany);
  EXPECT_EQ(read_import("key\n" + many + "more").problem->id, TextId::ImportTooMany);
}

TEST(ImportText, APreviewGivesLittleAwayAndIsPlain) {
  EXPECT_EQ(import_preview("AIzaSyWhole-a3F9"), "a3F9");
  EXPECT_EQ(import_preview("short"), "");
  EXPECT_EQ(import_preview("AIzaSy密钥密钥"), "????");
}

}  // namespace
}  // namespace geminate::ui
