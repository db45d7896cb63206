#include "backend/upstream/base_url.h"

#include <gtest/gtest.h>

namespace geminate::upstream {
namespace {

TEST(BaseUrl, TakesGooglesOwnApart) {
  const auto base = parse_base_url("https://generativelanguage.googleapis.com");
  ASSERT_TRUE(base.ok());
  EXPECT_EQ(base->target.host, "generativelanguage.googleapis.com");
  EXPECT_EQ(base->target.port, 443);
  EXPECT_TRUE(base->target.tls);
  EXPECT_EQ(base->authority, "generativelanguage.googleapis.com");
  EXPECT_EQ(base->prefix, "");
}

TEST(BaseUrl, KeepsPortAndPrefix) {
  const auto base = parse_base_url("HTTPS://gateway.example:8443/gemini/eu/");
  ASSERT_TRUE(base.ok());
  EXPECT_EQ(base->target.port, 8443);
  EXPECT_EQ(base->authority, "gateway.example:8443");
  EXPECT_EQ(base->prefix, "/gemini/eu");
}

TEST(BaseUrl, TakesPlainHttpForLoopbackOnly) {
  for (const char* url :
       {"http://127.0.0.1:9300", "http://localhost:1", "http://[::1]:9300/x", "http://127.8.8.8"}) {
    const auto base = parse_base_url(url);
    ASSERT_TRUE(base.ok()) << url;
    EXPECT_FALSE(base->target.tls);
  }
  EXPECT_EQ(parse_base_url("http://127.0.0.1")->target.port, 80);
  EXPECT_EQ(parse_base_url("http://[::1]:9300")->target.host, "::1");
  for (const char* url : {"http://generativelanguage.googleapis.com", "http://10.0.0.1",
                          "http://127.0.0.1.example", "http://localhost.example", "http://[::2]"}) {
    const auto base = parse_base_url(url);
    ASSERT_FALSE(base.ok()) << url;
    EXPECT_NE(base.error().message.find("loopback only"), std::string::npos);
    EXPECT_NE(base.error().message.find(url), std::string::npos);
  }
}

TEST(BaseUrl, RefusesWhatIsNoAddress) {
  for (const char* url :
       {"", "generativelanguage.googleapis.com", "ftp://x", "https://", "https:///path", "https://user@host",
        "https://host?key=1", "https://host#x", "https://host:0", "https://host:65536",
        "https://host:", "https://host:80x", "https://[::1", "https://[::1]x", "https://[zz]",
        "https://ho st", "https://host/a b", "https://host/a\r\nX: y"}) {
    EXPECT_FALSE(parse_base_url(url).ok()) << url;
  }
  using namespace std::string_view_literals;
  EXPECT_FALSE(parse_base_url("http://[::1\0]"sv).ok()) << "what the C library reads of it is an address";
}

}  // namespace
}  // namespace geminate::upstream
