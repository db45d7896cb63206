#include "backend/upstream/cut_json.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

namespace geminate::upstream {
namespace {

TEST(CutJson, KeepsWhatHadComeWhole) {
  EXPECT_EQ(mended_json(R"({"a":1,"b":"x")"), R"({"a":1,"b":"x"})");
  EXPECT_EQ(mended_json(R"({"a":1,"b":"x","c":{"d":[1,2)"), R"({"a":1,"b":"x","c":{"d":[1]}})");
  EXPECT_EQ(mended_json(R"([{"a":["x","y)"), R"([{"a":["x"]}])");
  EXPECT_EQ(mended_json(R"({"a":{"b":1}})"), R"({"a":{"b":1}})");
}

TEST(CutJson, LeavesOutAValueThatWasCutTogetherWithItsName) {
  EXPECT_EQ(mended_json(R"({"a":1,"b)"), R"({"a":1})");
  EXPECT_EQ(mended_json(R"({"a":1,"b")"), R"({"a":1})");
  EXPECT_EQ(mended_json(R"({"a":1,"b":)"), R"({"a":1})");
  EXPECT_EQ(mended_json(R"({"a":1,"b":12)"), R"({"a":1})") << "it may have been 123";
  EXPECT_EQ(mended_json(R"({"a":1,"b":"retry in 3)"), R"({"a":1})") << "it may have been 36 s";
  EXPECT_EQ(mended_json(R"({"a":"x\")"), "{}");
}

TEST(CutJson, DropsWhatFollowsTheWhole) { EXPECT_EQ(mended_json("{\"a\":1}\r\n0\r\n}}"), "{\"a\":1}"); }

TEST(CutJson, MakesNothingOfNothing) {
  for (const char* text : {"", "   ", "\"a", "12", "tru"}) EXPECT_EQ(mended_json(text), "") << text;
}

TEST(CutJson, IsJsonWhereverItIsCut) {
  const std::string whole =
      R"({"error":{"code":429,"message":"a \"quoted\" \\ text, {with} [brackets]: \u0041","details":[{"x":true,)"
      R"("y":null,"z":[1,-2.5e3,"s",{}]},[],{"@type":"t","deep":{"er":{"est":[[["end"]]]}}}]}})";
  for (std::size_t length = 1; length <= whole.size(); ++length) {
    rapidjson::Document json;
    json.Parse(mended_json(std::string_view(whole).substr(0, length)).c_str());
    EXPECT_FALSE(json.HasParseError()) << whole.substr(0, length);
  }
}

}  // namespace
}  // namespace geminate::upstream
