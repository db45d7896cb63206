#include "shared/codec/exact_json.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <string>

namespace geminate::codec {
namespace {

constexpr unsigned kFlags = rj::kParseIterativeFlag | rj::kParseValidateEncodingFlag;

/// The number that `json` is; an error fails the test.
double number(const std::string& json) {
  rj::Document document;
  const auto result = parse_exactly<kFlags>(json, document);
  EXPECT_FALSE(result.IsError()) << json;
  EXPECT_TRUE(document.IsNumber()) << json;
  return document.IsNumber() ? document.GetDouble() : 0;
}

rj::ParseResult fault(const std::string& json) {
  rj::Document document;
  return parse_exactly<kFlags>(json, document);
}

TEST(ExactJson, TakesAZeroForAZeroWhateverItsExponent) {
  for (const char* zero :
       {"0e35", "0e-34", "-0e203", "0.0e50", "-0.000E+7", "0e0", "0", "-0", "0.0", "0e-99999999999"}) {
    EXPECT_EQ(number(zero), 0) << zero;
  }
  EXPECT_TRUE(std::signbit(number("-0e203")));
  EXPECT_FALSE(std::signbit(number("0e203")));
}

TEST(ExactJson, ReadsEachDoubleAsTheNearestOne) {
  EXPECT_EQ(number("0.1"), 0.1);
  EXPECT_EQ(number("2.2250738585072011e-308"), 2.2250738585072011e-308);
  EXPECT_EQ(number("4.9e-324"), 4.9e-324);
  EXPECT_EQ(number("1.7976931348623157e308"), 1.7976931348623157e308);
  EXPECT_EQ(number("9007199254740993.0"), 9007199254740992.0);
  EXPECT_EQ(number("1" + std::string(300, '0')), 1e300);
  EXPECT_EQ(number("0." + std::string(400, '0') + "1"), 0);
  EXPECT_EQ(number("-1e-400"), 0);

  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const auto value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    char text[64];
    const auto written = std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific);
    EXPECT_EQ(number(std::string(text, written.ptr)), value);
  }
}

TEST(ExactJson, KeepsWholeNumbersWhole) {
  rj::Document document;
  const char* json =
      "[0, -0, 7, -7, 4294967296, -2147483649, 18446744073709551615, -9223372036854775808, "
      "18446744073709551616, 1.0]";
  ASSERT_FALSE(parse_exactly<kFlags>(json, document).IsError());
  EXPECT_TRUE(document[0].IsInt() && document[0].IsUint());
  EXPECT_TRUE(document[1].IsInt());
  EXPECT_TRUE(document[2].IsInt() && document[2].IsUint64());
  EXPECT_TRUE(document[3].IsInt() && !document[3].IsUint());
  EXPECT_TRUE(document[4].IsInt64() && !document[4].IsUint());
  EXPECT_TRUE(document[5].IsInt64() && !document[5].IsInt());
  EXPECT_EQ(document[6].GetUint64(), 18446744073709551615U);
  EXPECT_EQ(document[7].GetInt64(), std::numeric_limits<std::int64_t>::min());
  EXPECT_TRUE(document[8].IsDouble());
  EXPECT_TRUE(document[9].IsDouble());
}

TEST(ExactJson, RefusesWhatNoDoubleHolds) {
  for (const char* big :
       {"1e309", "[1, -1e400]", "0.9e309", "179769313486231580793728971405303415079934132710e299"}) {
    EXPECT_EQ(fault(big).Code(), rj::kParseErrorNumberTooBig) << big;
  }
  EXPECT_EQ(fault("1" + std::string(400, '0')).Code(), rj::kParseErrorNumberTooBig);
}

TEST(ExactJson, TellsWhereAnErrorIs) {
  EXPECT_EQ(fault("").Code(), rj::kParseErrorDocumentEmpty);
  const auto cut = fault(R"({"a": 1, "b": -})");
  EXPECT_EQ(cut.Code(), rj::kParseErrorValueInvalid);
  EXPECT_EQ(cut.Offset(), 15U);
  EXPECT_EQ(fault("[1] 2").Code(), rj::kParseErrorDocumentRootNotSingular);
  EXPECT_EQ(fault("[\"\xFF\"]").Code(), rj::kParseErrorStringInvalidEncoding);
  for (const char* wrong : {"01", "1.", ".5", "+1", "1e", "0x10", "NaN", "Infinity", "1e+"}) {
    EXPECT_TRUE(fault(wrong).IsError()) << wrong;
  }
}

TEST(ExactJson, RefusesHalfOfASurrogatePairWhicheverItIs) {
  for (const char* half : {R"(["\udddd"])", R"(["\ud83d"])", R"({"a\udddd\udddd": 1})", R"(["\ud83d\ud83d"])",
                           R"(["\udc00x"])"}) {
    EXPECT_EQ(fault(half).Code(), rj::kParseErrorStringUnicodeSurrogateInvalid) << half;
  }
  EXPECT_EQ(fault("[\"\xED\xB7\x9D\"]").Code(), rj::kParseErrorStringInvalidEncoding);
  rj::Document document;
  ASSERT_FALSE(parse_exactly<kFlags>(R"(["\ud83d\ude00", "\ud7ff\ue000", "한"])", document).IsError());
  EXPECT_STREQ(document[0].GetString(), "😀");
  EXPECT_STREQ(document[1].GetString(), "\xED\x9F\xBF\xEE\x80\x80");
  EXPECT_STREQ(document[2].GetString(), "한");
}

TEST(ExactJson, ReadsAllThatIsNoNumberAsItIs) {
  rj::Document document;
  const char* json = R"({"t": "1e5", "n": null, "b": [true, false], "o": {"0e35": "é"}, "t": ""})";
  ASSERT_FALSE(parse_exactly<kFlags>(json, document).IsError());
  EXPECT_STREQ(document["t"].GetString(), "1e5");
  EXPECT_TRUE(document["n"].IsNull());
  EXPECT_TRUE(document["b"][0].GetBool());
  EXPECT_FALSE(document["b"][1].GetBool());
  EXPECT_STREQ(document["o"]["0e35"].GetString(), "é");
  EXPECT_EQ(document.MemberCount(), 5U);
}

}  // namespace
}  // namespace geminate::codec
