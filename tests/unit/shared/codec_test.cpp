#include "shared/codec/codec.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/shared/filled_dto.h"

namespace geminate {

/// A struct with every rule about presence, and one inside another.
struct Inner {
  std::int32_t number = 5;
  std::uint8_t small = 0;
  double ratio = 0;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("number", self.number, "");
    field("small", self.small, "", Presence::Optional);
    field("ratio", self.ratio, "", Presence::Optional);
  }
};

struct Outer {
  Inner inner;
  std::vector<Inner> many;
  std::optional<Inner> maybe;
  std::string word = "default";
  Patch<std::string> note;

  template <class Self, class Field>
  static void describe(Self& self, Field&& field) {
    field("inner", self.inner, "", Presence::Optional);
    field("many", self.many, "", Presence::Optional);
    field("maybe", self.maybe, "");
    field("word", self.word, "", Presence::Optional);
    field("note", self.note, "");
  }
};

namespace {

template <class T = Outer>
T read(std::string_view json) {
  auto result = codec::from_json<T>(json);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  return result.ok() ? std::move(result).value() : T{};
}

/// The fault's field and message; "taken" when there is none.
template <class T = Outer>
std::string fault(std::string_view json) {
  const auto result = codec::from_json<T>(json);
  if (result.ok()) return "taken";
  EXPECT_EQ(result.error().code, ErrorCode::BadRequest);
  return '<' + result.error().field + "> " + result.error().message;
}

TEST(Codec, BringsEveryDtoThroughUnchanged) {
  for_each_filled_dto([]<class Dto>(const Dto& dto) {
    const std::string text = codec::to_json(dto);
    const auto back = codec::from_json<Dto>(text);
    ASSERT_TRUE(back.ok()) << text << back.error().message;
    EXPECT_EQ(codec::to_json(*back), text);
  });
}

TEST(Codec, WritesPlainObjectsWithRealNulls) {
  EXPECT_EQ(codec::to_json(Outer{}),
            R"({"inner":{"number":5,"small":0,"ratio":0.0},"many":[],"maybe":null,"word":"default"})");
}

TEST(Codec, WritesEveryFieldOfAKeyInEveryRow) {
  const std::string text = codec::to_json(UpstreamKeyView{});
  int fields = 0;
  UpstreamKeyView view;
  UpstreamKeyView::describe(view, [&](const char* name, auto&, const char*) {
    ++fields;
    EXPECT_NE(text.find('"' + std::string(name) + "\":"), std::string::npos) << name;
  });
  EXPECT_EQ(fields, 31);
}

TEST(Codec, WritesUtf8WhateverOthersWrote) {
  Outer value;
  value.word = "model \xFF";
  EXPECT_NE(codec::to_json(value).find("\"word\":\"model \uFFFD\""), std::string::npos)
      << codec::to_json(value);
}

TEST(Codec, LeavesOutWhatAPatchDoesNotTouch) {
  Outer outer;
  EXPECT_EQ(codec::to_json(outer).find("note"), std::string::npos);
  outer.note = Patch<std::string>::cleared();
  EXPECT_NE(codec::to_json(outer).find(R"("note":null)"), std::string::npos);
}

TEST(Codec, TellsAbsentFromNullFromAValue) {
  EXPECT_FALSE(read("{}").note.present);
  const auto cleared = read(R"({"note":null})").note;
  EXPECT_TRUE(cleared.present && !cleared.value);
  EXPECT_EQ(read(R"({"note":"x"})").note.value, "x");
}

TEST(Codec, KeepsDefaultsOfWhatIsLeftOut) {
  const Outer outer = read("{}");
  EXPECT_EQ(outer.word, "default");
  EXPECT_EQ(outer.inner.number, 5);
  EXPECT_FALSE(outer.maybe);
}

TEST(Codec, PassesOverUnknownFieldsOfAnyShape) {
  EXPECT_EQ(read(R"({"x":{"word":"no"},"word":"yes","y":[[1,{"word":2}]],"z":null})").word, "yes");
}

TEST(Codec, TakesFieldsInAnyOrder) {
  const Outer outer = read(R"({"word":"w","maybe":{"ratio":2,"number":1},"inner":{"small":3,"number":2}})");
  EXPECT_EQ(outer.word, "w");
  EXPECT_EQ(outer.maybe->number, 1);
  EXPECT_EQ(outer.inner.small, 3);
}

TEST(Codec, NamesTheFieldAtFaultByItsPath) {
  EXPECT_EQ(fault(R"({"word":1})"), "<word> word must be a string");
  EXPECT_EQ(fault(R"({"inner":{}})"), "<inner.number> inner.number is required");
  EXPECT_EQ(fault(R"({"many":[{"number":1},{"number":"1"}]})"),
            "<many[1].number> many[1].number must be a whole number in range");
  EXPECT_EQ(fault(R"({"maybe":{"number":1,"ratio":"x"}})"), "<maybe.ratio> maybe.ratio must be a number");
  EXPECT_EQ(fault(R"({"many":{}})"), "<many> many must be an array");
  EXPECT_EQ(fault(R"({"inner":[]})"), "<inner> inner must be an object");
  EXPECT_EQ(fault(R"({"word":null})"), "<word> word must not be null");
}

TEST(Codec, ReportsTheFirstFault) {
  EXPECT_EQ(fault(R"({"word":1,"inner":2})"), "<inner> inner must be an object")
      << "in the order of the description";
}

TEST(Codec, RefusesABodyThatIsNoObject) {
  for (const char* json : {"[]", "1", "\"x\"", "true"})
    EXPECT_EQ(fault(json), "<> the body must be an object") << json;
  EXPECT_EQ(fault("null"), "<> the body must not be null");
}

TEST(Codec, RefusesWhatIsNoJson) {
  for (const char* json :
       {"", " ", "{", "{}x", "{,}", "{\"a\":1,}", "{'a':1}", "{\"a\":01}", "nul", "{\"a\":\"\n\"}"}) {
    EXPECT_NE(fault(json).find("the body is not valid JSON"), std::string::npos) << json;
  }
}

TEST(Codec, RefusesNumbersOutOfTheFieldsRange) {
  const auto number = [](const std::string& text) { return fault("{\"inner\":{\"number\":" + text + "}}"); };
  EXPECT_EQ(number("2147483647"), "taken");
  EXPECT_EQ(number("-2147483648"), "taken");
  for (const char* text :
       {"2147483648", "-2147483649", "9223372036854775808", "1e3", "1.0", "1e400", "-0.5"}) {
    EXPECT_NE(number(text), "taken") << text;
  }
  const auto small = [](const std::string& text) {
    return fault("{\"inner\":{\"number\":1,\"small\":" + text + "}}");
  };
  EXPECT_EQ(small("255"), "taken");
  EXPECT_NE(small("256").find("not negative"), std::string::npos);
  EXPECT_NE(small("-1").find("not negative"), std::string::npos);
}

TEST(Codec, RefusesTextThatIsNotUtf8) {
  for (const char* bytes : {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80"}) {
    EXPECT_NE(fault("{\"word\":\"" + std::string(bytes) + "\"}"), "taken");
  }
  EXPECT_NE(fault(R"({"word":"\ud800"})"), "taken") << "half a surrogate pair";
  EXPECT_EQ(read(R"({"word":"\ud83d\ude00"})").word, "😀");
}

TEST(Codec, KeepsZeroBytesInsideTexts) {
  const std::string text("a\0b", 3);
  EXPECT_EQ(read(R"({"word":"a\u0000b"})").word, text);
}

TEST(Codec, SurvivesDeepNesting) {
  const std::size_t depth = 2'000'000;
  EXPECT_NE(fault(std::string(depth, '[')), "taken");
  EXPECT_NE(fault(std::string(depth, '[') + std::string(depth, ']')), "taken");
  std::string unknown = R"({"x":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
  EXPECT_EQ(fault(unknown), "taken");
}

TEST(Codec, TakesTheFirstOfTwoFieldsWithOneName) {
  EXPECT_EQ(read(R"({"word":"first","word":"second"})").word, "first");
}

TEST(Codec, KnowsEnumsByTheirNames) {
  EXPECT_EQ(fault<KeyBulk>(R"({"ids":[],"action":"Enable"})"),
            "<action> action is not one of the allowed words");
  EXPECT_EQ(fault<KeyBulk>(R"({"ids":[],"action":1})"), "<action> action is not one of the allowed words");
  EXPECT_EQ(read<KeyBulk>(R"({"ids":[],"action":"check"})").action, BulkAction::Check);
}

TEST(Codec, RefusesTimesThatAreNone) {
  for (const char* time : {"0", "\"\"", "\"tomorrow\"", "\"2026-02-30T00:00:00Z\"", "1769846400"}) {
    EXPECT_NE(fault<KeyPatch>("{\"expires_at\":" + std::string(time) + "}"), "taken") << time;
  }
}

}  // namespace
}  // namespace geminate
