#include "backend/config/model_aliases.h"

#include <gtest/gtest.h>

namespace geminate::config {
namespace {

AliasTable table(std::vector<ModelAlias> aliases) {
  auto read = read_aliases({std::move(aliases), {}});
  EXPECT_TRUE(read.ok()) << read.error().message;
  return AliasTable(read.value());
}

std::string field_of(std::vector<ModelAlias> aliases) {
  const auto read = read_aliases({std::move(aliases), {}});
  return read.ok() ? std::string("taken") : read.error().field;
}

TEST(ModelAliases, StandForTheirModelAndOtherNamesStayAsTheyAre) {
  const AliasTable aliases =
      table({{"gpt-4o", "gemini-2.5-pro", ""}, {"openai/o3:high", "gemini-3-pro", ""}});
  EXPECT_EQ(aliases.resolve("gpt-4o"), "gemini-2.5-pro");
  EXPECT_EQ(aliases.resolve("models/gpt-4o"), "gemini-2.5-pro");
  EXPECT_EQ(aliases.resolve("openai/o3:high"), "gemini-3-pro");
  for (const char* name : {"gpt-4", "gpt-4o-mini", "GPT-4o", "gemini-2.5-flash", "models/x", ""}) {
    EXPECT_EQ(aliases.resolve(name), name);
    EXPECT_EQ(aliases.find(name), nullptr) << name;
  }
  EXPECT_TRUE(AliasTable().empty());
  EXPECT_EQ(AliasTable().find("gpt-4o"), nullptr);
}

TEST(ModelAliases, AWholeNameComesBeforeABeginningAndALongOneBeforeAShortOne) {
  const AliasTable aliases = table({{"gpt-*", "m-short", ""},
                                    {"gpt-4*", "m-long", ""},
                                    {"gpt-4o", "m-whole", ""},
                                    {"g*", "m-shortest", ""}});
  EXPECT_EQ(aliases.resolve("gpt-4o"), "m-whole");
  EXPECT_EQ(aliases.resolve("gpt-4o-mini"), "m-long");
  EXPECT_EQ(aliases.resolve("gpt-4"), "m-long");
  EXPECT_EQ(aliases.resolve("gpt-5"), "m-short");
  EXPECT_EQ(aliases.resolve("gpt-"), "m-short");
  EXPECT_EQ(aliases.resolve("gemini-2.5-pro"), "m-shortest");
  EXPECT_EQ(aliases.resolve("o3"), "o3");
}

TEST(ModelAliases, AreLookedUpOnce) {
  const AliasTable aliases = table({{"a", "b", ""}, {"b", "c", ""}, {"c", "a", ""}});
  EXPECT_EQ(aliases.resolve("a"), "b");
  EXPECT_EQ(aliases.resolve("b"), "c");
  EXPECT_EQ(aliases.resolve("c"), "a");
}

TEST(ModelAliases, ABeginningLeavesItsOwnModelAlone) {
  const AliasTable aliases = table({{"gemini-2.5-pro*", "gemini-2.5-pro", ""}});
  EXPECT_EQ(aliases.find("gemini-2.5-pro"), nullptr);
  EXPECT_EQ(aliases.resolve("gemini-2.5-pro-preview-06-05"), "gemini-2.5-pro");
}

TEST(ModelAliases, AreReadWithBlanksAndModelsTakenAwayByName) {
  const auto read =
      read_aliases({{{" z ", "models/gemini-2.5-pro", " for the old client "}, {"a", "m", ""}}, {}});
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.value(),
            (std::vector<ModelAlias>{{"a", "m", ""}, {"z", "gemini-2.5-pro", "for the old client"}}));
  EXPECT_EQ(AliasTable(read.value()).whole_names().size(), 2U);
}

TEST(ModelAliases, AreRefusedByRowAndField) {
  const ModelAlias good{"gpt-4o", "gemini-2.5-pro", "a note, 说明"};
  EXPECT_EQ(field_of({good, {"claude-*", "gemini-3-pro", ""}, {"@cf/x:y_z.1", "m", ""}}), "taken");
  for (const char* alias : {"", "*", "a b", "a*b", "**", "a**", "é", "a%2Fb", "a?b", "models/a", "a\nb"}) {
    EXPECT_EQ(field_of({good, {alias, "m", ""}}), "aliases[1].alias") << alias;
  }
  for (const char* model : {"", "..", ".a", "a/b", "tunedModels/x", "a:b", "a*", "a b"}) {
    EXPECT_EQ(field_of({good, {"x", model, ""}}), "aliases[1].model") << model;
  }
  EXPECT_EQ(field_of({good, {"m", "m", ""}}), "aliases[1].model") << "an alias of itself";
  EXPECT_EQ(field_of({good, {"x", "y", ""}, {"gpt-4o", "other", ""}}), "aliases[2].alias") << "twice";
  EXPECT_EQ(field_of({{"x", "y", "a\x01"}}), "aliases[0].note");
  EXPECT_EQ(field_of({{"x", "y", std::string(501, 'n')}}), "aliases[0].note");
  EXPECT_EQ(field_of({{std::string(128, 'x'), std::string(128, 'y'), std::string(500, 'n')}}), "taken");
  EXPECT_EQ(field_of({{std::string(129, 'x'), "y", ""}}), "aliases[0].alias");
  std::vector<ModelAlias> many;
  for (int i = 0; i < 1000; ++i) many.push_back({"a" + std::to_string(i), "m", ""});
  EXPECT_EQ(field_of(many), "taken");
  many.push_back({"b", "m", ""});
  EXPECT_EQ(field_of(many), "aliases");
}

}  // namespace
}  // namespace geminate::config
