#include "backend/upstream/egress_routes.h"

#include <gtest/gtest.h>

namespace geminate::upstream {
namespace {

const Target kGoogle{"api.example", 443, true};

std::vector<config::ProxyRule> rules(const std::vector<std::string>& pieces) {
  std::vector<Secret> secrets;
  for (const std::string& piece : pieces) secrets.emplace_back(piece);
  return config::read_proxy_rules(secrets).value();
}

std::string way(const EgressRoutes& routes, std::int64_t key, std::string_view project = {}) {
  const auto* proxy = routes.target(routes.route_of(key, project)).proxy;
  return proxy == nullptr ? "direct" : proxy->host;
}

TEST(EgressRoutes, LeadDirectlyWithoutRules) {
  const EgressRoutes routes(kGoogle);
  EXPECT_EQ(routes.size(), 1u);
  EXPECT_EQ(way(routes, 1, "p"), "direct");
  EXPECT_EQ(routes.target(0), kGoogle);
}

TEST(EgressRoutes, PutAKeyBeforeItsProjectBeforeAll) {
  const EgressRoutes routes(
      kGoogle, rules({"http://all:1", "project:p=socks5://project:1", "key:7=http://key:1", "key:8=direct"}));
  EXPECT_EQ(way(routes, 1), "all");
  EXPECT_EQ(way(routes, 1, "other"), "all");
  EXPECT_EQ(way(routes, 1, "p"), "project");
  EXPECT_EQ(way(routes, 7, "p"), "key");
  EXPECT_EQ(way(routes, 8, "p"), "direct");
  EXPECT_EQ(routes.size(), 4u);
}

TEST(EgressRoutes, AreOneWhereTheProxyIsTheSame) {
  const EgressRoutes routes(kGoogle, rules({"http://a:1", "project:p=http://a:1/", "key:7=http://u@a:1"}));
  EXPECT_EQ(routes.size(), 2u);
  EXPECT_EQ(routes.route_of(1, "p"), 0u);
  EXPECT_NE(routes.target(0), routes.target(1));
}

TEST(EgressRoutes, StayDirectForThoseWithoutARule) {
  const EgressRoutes routes(kGoogle, rules({"project:p=http://a:1"}));
  EXPECT_EQ(way(routes, 1), "direct");
  EXPECT_EQ(way(routes, 1, "p"), "a");
}

}  // namespace
}  // namespace geminate::upstream
