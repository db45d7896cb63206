#include "backend/upstream/http_date.h"

#include <gtest/gtest.h>

namespace geminate::upstream {
namespace {

const Timestamp kNow = parse_rfc3339("2026-11-27T08:00:00Z").value();

TEST(HttpDate, IsReadInAllThreeForms) {
  const Timestamp expected = parse_rfc3339("1994-11-06T08:49:37Z").value();
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", kNow), expected);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kNow), expected);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994", kNow), expected);
  EXPECT_EQ(parse_http_date(" Wed Nov 16 08:49:37 1994 ", kNow), parse_rfc3339("1994-11-16T08:49:37Z"));
  EXPECT_EQ(parse_http_date("Sat, 29 Feb 2028 23:59:60 GMT", kNow), parse_rfc3339("2028-03-01T00:00:00Z"));
}

TEST(HttpDate, OfTwoDigitsHasTheYearThatIsNotFarAhead) {
  EXPECT_EQ(parse_http_date("Friday, 27-Nov-26 08:00:30 GMT", kNow), parse_rfc3339("2026-11-27T08:00:30Z"));
  EXPECT_EQ(parse_http_date("Friday, 27-Nov-76 08:00:30 GMT", kNow), parse_rfc3339("2076-11-27T08:00:30Z"));
  EXPECT_EQ(parse_http_date("Friday, 27-Nov-77 08:00:30 GMT", kNow), parse_rfc3339("1977-11-27T08:00:30Z"));
}

TEST(HttpDate, IsNothingElse) {
  for (const char* wrong :
       {"", "Sun", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 GMTx", "Sun, +6 Nov 1994 08:49:37 GMT"}) {
    EXPECT_FALSE(parse_http_date(wrong, kNow)) << wrong;
  }
}

}  // namespace
}  // namespace geminate::upstream
