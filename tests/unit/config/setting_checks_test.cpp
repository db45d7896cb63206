#include "backend/config/setting_checks.h"

#include <gtest/gtest.h>

#include <string>

namespace geminate::config {
namespace {

TEST(SettingChecks, BaseUrlsAreHttpsOrLoopbackWithoutTrimmings) {
  for (const char* url : {"https://generativelanguage.googleapis.com", "https://example.org:8443/prefix",
                          "http://localhost:8080", "http://LOCALHOST", "http://127.0.0.1",
                          "http://127.9.9.9:1", "http://[::1]:8080", "https://[2001:db8::1]"}) {
    EXPECT_TRUE(is_base_url(url)) << url;
  }
  for (const char* url : {"",
                          "https://",
                          "ftp://example.org",
                          "example.org",
                          "http://example.org",
                          "http://127.evil.example",
                          "http://localhost.evil.example",
                          "https://user:pass@example.org",
                          "https://example.org?x",
                          "https://example.org/#x",
                          "https://example.org/a?key=1",
                          "https://exa mple.org",
                          "https://example.org:0",
                          "https://example.org:99999",
                          "https://example.org:",
                          "https://[::1",
                          "https://[::1]x",
                          "http://[::2]",
                          "http://0.0.0.0",
                          "https://exämple.org"}) {
    EXPECT_FALSE(is_base_url(url)) << url;
  }
}

TEST(SettingChecks, OriginsHaveNoPath) {
  for (const char* origin : {"*", "https://a.example", "http://localhost:3000"})
    EXPECT_TRUE(is_origin(origin)) << origin;
  for (const char* origin :
       {"", "a.example", "https://a.example/", "https://a.example/x", "null", "https://*.example"}) {
    EXPECT_FALSE(is_origin(origin)) << origin;
  }
}

TEST(SettingChecks, HeadersOfCredentialsFramingAndConnectionsAreNotForwarded) {
  for (const char* name : {"x-trace-id", "X-Team", "traceparent"})
    EXPECT_TRUE(is_forwardable_header(name)) << name;
  for (const char* name : {"", "Authorization", "cookie", "X-Goog-Api-Key", "x-api-key", "Host",
                           "content-length", "Transfer-Encoding", "connection", "proxy-authorization",
                           "X-Forwarded-For", "forwarded", "x:y", "x y", "x\r\ny", "ключ"}) {
    EXPECT_FALSE(is_forwardable_header(name)) << name;
  }
}

TEST(SettingChecks, HostsAreNamesOrAddresses) {
  for (const char* host : {"127.0.0.1", "0.0.0.0", "::", "::1", "localhost", "my-host.example"})
    EXPECT_TRUE(is_host(host)) << host;
  for (const char* host : {"", "a b", "http://x", "host:80/", "[::1]", "::g"})
    EXPECT_FALSE(is_host(host)) << host;
}

TEST(SettingChecks, SecretsAreLongEnough) {
  EXPECT_TRUE(is_client_token("1234567890123456"));
  EXPECT_FALSE(is_client_token("123456789012345"));
  EXPECT_FALSE(is_client_token("1234567890 123456"));
  EXPECT_FALSE(is_client_token(std::string(4097, 'x')));
  EXPECT_TRUE(is_admin_secret("correct horse battery"));
  EXPECT_TRUE(is_admin_secret("这是一个足够长的管理员密码哦真的哦"));
  EXPECT_FALSE(is_admin_secret("这是密码这是密码")) << "eight characters, though 24 bytes";
  EXPECT_FALSE(is_admin_secret("line\nbreak-in-the-middle"));
}

TEST(SettingChecks, DatabasesAreSqliteFiles) {
  EXPECT_TRUE(is_database_url("sqlite:data/geminate.db"));
  EXPECT_TRUE(is_database_url("sqlite:///srv/x.db"));
  EXPECT_FALSE(is_database_url("sqlite:"));
  EXPECT_FALSE(is_database_url("data/geminate.db"));
}

}  // namespace
}  // namespace geminate::config
