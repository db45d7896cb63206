#include "backend/http/response_head.h"

#include <gtest/gtest.h>

#include <chrono>

#include "backend/http/head_syntax.h"
#include "backend/http/security_fields.h"

namespace geminate::test {
namespace {

std::string write(const http::ResponseHead& head, const http::AnswerFraming& framing) {
  std::string out;
  http::append_head(out, head, framing, "DATE");
  return out;
}

TEST(ResponseHead, WritesTheWholeHead) {
  http::ResponseHead head;
  head.status = 404;
  head.content_type = "text/plain";
  head.extra = "x-request-id: 7\r\nRetry-After: 1\r\n";
  EXPECT_EQ(write(head, {1, true, false, 12}),
            "HTTP/1.1 404 Not Found\r\ndate: DATE\r\ncontent-type: text/plain\r\nx-request-id: "
            "7\r\nRetry-After: 1\r\n"
            "content-length: 12\r\n\r\n");
}

TEST(ResponseHead, SaysHowTheConnectionGoesOn) {
  const http::ResponseHead head;
  EXPECT_EQ(write(head, {1, false, true, {}}),
            "HTTP/1.1 200 OK\r\ndate: DATE\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n");
  EXPECT_EQ(write(head, {0, true, false, 0}),
            "HTTP/1.1 200 OK\r\ndate: DATE\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n");
}

TEST(ResponseHead, KeepsStatusesWithoutAReason) {
  http::ResponseHead head;
  head.status = 299;
  EXPECT_EQ(write(head, {1, true, false, 0}).substr(0, 14), "HTTP/1.1 299 \r");
}

TEST(ResponseHead, DropsLinesThatWouldBreakOrContradictIt) {
  http::ResponseHead head;
  head.content_type = "text/plain\r\nx: y";
  head.extra =
      "good: 1\r\nbad\r\nalso bad: 2\r\nlf: a\nb: c\r\ncr: a\rb\r\nContent-Length: 9\r\nconnection: x\r\n"
      "Transfer-Encoding: x\r\nDATE: x\r\nlast: 3\r\nunfinished: 4";
  EXPECT_EQ(write(head, {1, true, false, 0}),
            "HTTP/1.1 200 OK\r\ndate: DATE\r\ngood: 1\r\nlast: 3\r\ncontent-length: 0\r\n\r\n");
}

TEST(ResponseHead, LeavesWhatBrowsersMayDoToOneList) {
  http::ResponseHead head;
  head.extra =
      "Content-Security-Policy: default-src *\r\nX-Content-Type-Options: x\r\nReferrer-Policy: x\r\n"
      "Strict-Transport-Security: max-age=0\r\nCross-Origin-Resource-Policy: x\r\n"
      "cross-origin-opener-policy: x\r\ncross-origin-embedder-policy: x\r\nlast: 3\r\n";
  EXPECT_EQ(write(head, {1, true, false, 0, "referrer-policy: ours\r\n"}),
            "HTTP/1.1 200 OK\r\ndate: DATE\r\nreferrer-policy: ours\r\nlast: 3\r\ncontent-length: 0\r\n\r\n");
}

TEST(SecurityFields, EachIsKnownAsOneOfThem) {
  for (const auto kind : {http::AnswerKind::Data, http::AnswerKind::Console}) {
    for (const bool is_secure : {false, true}) {
      std::string_view rest = http::security_fields(kind, is_secure);
      while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find("\r\n"));
        EXPECT_TRUE(http::is_security_field(line.substr(0, line.find(':')))) << line;
        rest.remove_prefix(line.size() + 2);
      }
    }
  }
  EXPECT_FALSE(http::is_security_field("content-disposition"));
}

TEST(SecurityFields, OnlyOverTlsClientsAreHeldToIt) {
  const auto has = [](http::AnswerKind kind, bool is_secure, std::string_view text) {
    return http::security_fields(kind, is_secure).find(text) != std::string_view::npos;
  };
  for (const auto kind : {http::AnswerKind::Data, http::AnswerKind::Console}) {
    EXPECT_TRUE(has(kind, true, "strict-transport-security: max-age=31536000\r\n"));
    EXPECT_FALSE(has(kind, false, "strict-transport-security"));
  }
  EXPECT_TRUE(has(http::AnswerKind::Data, false, "sandbox"));
  EXPECT_TRUE(has(http::AnswerKind::Console, false, "require-trusted-types-for 'script'"));
}

TEST(ResponseHead, WritesDatesAsHttpWantsThem) {
  EXPECT_EQ(http::http_date(Timestamp(std::chrono::seconds{784111777})), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http::http_date(Timestamp(std::chrono::seconds{0})), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http::http_date(Timestamp(std::chrono::seconds{4102444799})), "Thu, 31 Dec 2099 23:59:59 GMT");
}

TEST(HeadSyntax, KnowsHosts) {
  for (const auto* good : {"", "a", "a.b-c", "127.0.0.1:80", "[::1]", "[::1]:8080", "a:", "x_y", "%41"}) {
    EXPECT_TRUE(http::is_host(good)) << good;
  }
  for (const auto* bad :
       {"a b", "a/b", "u@h", ":80", "a:b", "a:65536", "[::1", "::1]", "[]", "[a]x", "a:1:2", "\"a\""}) {
    EXPECT_FALSE(http::is_host(bad)) << bad;
  }
}

}  // namespace
}  // namespace geminate::test
