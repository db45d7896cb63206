#include "backend/config/upstream_proxy.h"

#include <gtest/gtest.h>

#include "backend/config/config.h"

namespace geminate::config {
namespace {

using Protocol = UpstreamProxy::Protocol;

ProxyRule rule(std::string_view piece) {
  auto read = read_proxy_rule(piece);
  EXPECT_TRUE(read.ok()) << piece << ": " << (read.ok() ? "" : read.error().message);
  return read.ok() ? std::move(read).value() : ProxyRule{};
}

std::string fault(std::string_view piece) {
  const auto read = read_proxy_rule(piece);
  return read.ok() ? "none" : read.error().message;
}

TEST(UpstreamProxy, IsReadForAllForAProjectAndForAKey) {
  const auto all = rule("http://proxy.example:3128");
  EXPECT_EQ(all.who, ProxyRule::For::All);
  ASSERT_TRUE(all.proxy);
  EXPECT_EQ(all.proxy->protocol, Protocol::HttpConnect);
  EXPECT_EQ(all.proxy->host, "proxy.example");
  EXPECT_EQ(all.proxy->port, 3128);
  EXPECT_TRUE(all.proxy->user.empty());

  const auto project = rule("project:team = a=SOCKS5://[fd00::1]:1080/");
  EXPECT_EQ(project.who, ProxyRule::For::Project);
  EXPECT_EQ(project.project, "team = a");
  EXPECT_EQ(project.proxy->protocol, Protocol::Socks5);
  EXPECT_EQ(project.proxy->host, "fd00::1");

  const auto key = rule("key:17=direct");
  EXPECT_EQ(key.who, ProxyRule::For::Key);
  EXPECT_EQ(key.key_id, 17);
  EXPECT_FALSE(key.proxy);
}

TEST(UpstreamProxy, DecodesUserAndPassword) {
  const auto proxy = *rule("http://us%20er:p%40ss%3A%2C@w=@127.0.0.1:1").proxy;
  EXPECT_EQ(proxy.user, "us er");
  EXPECT_EQ(proxy.password.reveal(), "p@ss:,@w=");
  EXPECT_EQ(proxy.host, "127.0.0.1");
  EXPECT_EQ(rule("socks5://only@127.0.0.1:1").proxy->password.reveal(), "");
  EXPECT_EQ(*rule("key:1=socks5://a:b=direct@127.0.0.1:1").proxy,
            *rule("socks5://a:b%3ddirect@127.0.0.1:1").proxy);
}

TEST(UpstreamProxy, SaysWhatIsWrongWithoutRepeatingIt) {
  EXPECT_NE(fault("https://u:canary@proxy:1").find("https://"), std::string::npos);
  for (const char* piece : {"https://u:canary@proxy:1",
                            "canary",
                            "ftp://canary:1",
                            "http://canary",
                            "http://canary:0",
                            "http://canary:99999",
                            "http://canary:1/path",
                            "http://:canary@proxy:1",
                            "http://a%zz:canary@proxy:1",
                            "http://a:canary%2@proxy:1",
                            "http://a:canary%0A@proxy:1",
                            "http://a%3Ab:canary@proxy:1",
                            "http://fd00::1:1?canary",
                            "http://[canary]:1",
                            "project:canary",
                            "project:=http://canary:1",
                            "key:canary=direct",
                            "key:0=http://canary:1",
                            "key:-1=direct",
                            "key:=direct"}) {
    const std::string said = fault(piece);
    EXPECT_NE(said, "none") << piece;
    EXPECT_EQ(said.find("canary"), std::string::npos) << said;
  }
}

TEST(UpstreamProxy, IsOneForEachOfThem) {
  const auto read = [](std::vector<Secret> pieces) { return read_proxy_rules(pieces); };
  EXPECT_TRUE(read({}).value().empty());
  EXPECT_EQ(read({Secret("http://a:1"), Secret("project:p=http://a:1"), Secret("key:1=http://a:1")})->size(),
            3u);
  EXPECT_FALSE(read({Secret("http://a:1"), Secret("direct")}).ok());
  EXPECT_FALSE(read({Secret("project:p=http://a:1"), Secret("project:p=direct")}).ok());
  EXPECT_FALSE(read({Secret("key:1=http://a:1"), Secret("key:1=direct")}).ok());
}

TEST(UpstreamProxy, IsCheckedWithTheConfiguration) {
  const auto good = load_config({{"UPSTREAM_PROXY", "socks5://u:p@127.0.0.1:1080, key:2=direct"},
                                 {"UPSTREAM_ALLOWED_ADDRESSES", "10.0.0.0/8, fd00::1"}},
                                {});
  EXPECT_TRUE(good.faults.empty());
  EXPECT_EQ(good.config.upstream_proxy.size(), 2u);
  EXPECT_EQ(good.config.upstream_allowed_addresses.size(), 2u);

  const auto bad = load_config({{"UPSTREAM_PROXY", "http://a:canary@b:1, https://a:canary@b:1"}}, {});
  ASSERT_EQ(bad.faults.size(), 1u);
  EXPECT_TRUE(bad.faults[0].starts_with("UPSTREAM_PROXY, entry 2, is not valid")) << bad.faults[0];
  EXPECT_EQ(bad.faults[0].find("canary"), std::string::npos);

  const auto twice = load_config({{"UPSTREAM_PROXY", "http://b:1, http://c:1"}}, {});
  ASSERT_EQ(twice.faults.size(), 1u);
  EXPECT_NE(twice.faults[0].find("two proxies for all"), std::string::npos);

  EXPECT_FALSE(load_config({{"UPSTREAM_ALLOWED_ADDRESSES", "10.0.0.1/8"}}, {}).faults.empty());
}

}  // namespace
}  // namespace geminate::config
