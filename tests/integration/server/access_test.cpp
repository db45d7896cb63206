#include <gtest/gtest.h>

#include <string>

#include "backend/app/routes.h"
#include "tests/support/plain_client.h"
#include "tests/support/server_process.h"

namespace geminate {
namespace {

using test::ask;
using test::ScratchFolder;
using test::ServerProcess;

/// A path that the pattern matches.
std::string example_path(std::string_view pattern) {
  std::string path(pattern);
  for (std::size_t open = 0; (open = path.find('{')) != std::string::npos;) {
    path.replace(open, path.find('}') - open + 1, "1");
  }
  if (!path.empty() && path.back() == '*') path.replace(path.size() - 1, 1, "models");
  return path;
}

std::string method_for(const app::Route& route) {
  return route.method == "*" ? "POST" : std::string(route.method);
}

std::string json_fields(std::string_view further = {}) {
  return "Content-Type: application/json\r\n" + std::string(further);
}

class Access : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new ScratchFolder;
    server_ = new ServerProcess(folder_->path(), {{"GEMINI_API_KEYS", "access-test-upstream-key"},
                                                  {"GEMINI_BASE_URL", "http://127.0.0.1:1"}});
    ASSERT_TRUE(server_->running()) << server_->log();
  }
  static void TearDownTestSuite() {
    delete server_;
    delete folder_;
  }
  static int status_of(const app::Route& route, const std::string& fields) {
    const auto method = method_for(route);
    const auto answer = ask(server_->port(), method, example_path(route.pattern), json_fields(fields),
                            method == "GET" || method == "DELETE" ? "" : "{}");
    return answer ? answer->status : 0;
  }

  static inline ScratchFolder* folder_ = nullptr;
  static inline ServerProcess* server_ = nullptr;
};

TEST_F(Access, IsDeniedOnEveryClosedRouteWithoutCredential) {
  for (const auto& route : app::routes()) {
    if (route.access == app::RouteAccess::Public) continue;
    EXPECT_EQ(status_of(route, ""), 401) << route.method << ' ' << route.pattern;
  }
}

TEST_F(Access, IsDeniedWithTheOtherSurfacesSecret) {
  const std::string as_client = "Authorization: Bearer " + std::string(ServerProcess::kToken) + "\r\n";
  const std::string as_admin = "Authorization: Bearer " + std::string(ServerProcess::kAdmin) + "\r\n";
  for (const auto& route : app::routes()) {
    if (route.access != app::RouteAccess::Client) continue;
    EXPECT_EQ(status_of(route, as_admin), 401) << route.pattern;
  }
  // Wrong secrets on the admin's side are throttled after a few: one route stands for all, the check is the
  // same code.
  const auto answer = ask(server_->port(), "GET", "/api/manage/keys/data", as_client);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 401);
}

TEST_F(Access, OfPublicRoutesIsAShortList) {
  std::size_t open = 0;
  for (const auto& route : app::routes()) {
    if (route.access != app::RouteAccess::Public) continue;
    ++open;
    EXPECT_NE(status_of(route, ""), 0) << route.pattern;
  }
  // Adding one is a decision: say why in routes.cpp, then count it here.
  EXPECT_EQ(open, 13U);
}

TEST_F(Access, WithTwoDifferentCredentialsIsABadRequest) {
  const auto answer =
      ask(server_->port(), "POST", "/v1beta/models/m:generateContent?key=another-token-0123456789",
          json_fields("x-goog-api-key: " + std::string(ServerProcess::kToken) + "\r\n"), "{}");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 400);
}

TEST_F(Access, ByCookieFromAnotherOriginIsForbidden) {
  const auto login = ask(server_->port(), "POST", "/api/login", json_fields(),
                         std::string(R"({"password":")") + ServerProcess::kAdmin + "\"}");
  ASSERT_TRUE(login);
  ASSERT_EQ(login->status, 200) << login->body;
  const auto cookie = login->fields.at("set-cookie");
  EXPECT_NE(cookie.find("HttpOnly"), std::string::npos);
  EXPECT_NE(cookie.find("SameSite=Strict"), std::string::npos);
  const auto pair = "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
  const std::string body = R"({"key_string":"a-key-from-elsewhere"})";
  const auto foreign = ask(server_->port(), "POST", "/api/manage/keys/add",
                           json_fields(pair + "Origin: http://evil.example\r\n"), body);
  ASSERT_TRUE(foreign);
  EXPECT_EQ(foreign->status, 403);
  const auto own = ask(server_->port(), "POST", "/api/manage/keys/add",
                       json_fields(pair + "Origin: http://127.0.0.1\r\n"), body);
  ASSERT_TRUE(own);
  EXPECT_EQ(own->status, 201) << own->body;
}

TEST_F(Access, ToAnUnknownPathIsNotFoundInTheCallersDialect) {
  const auto openai = ask(server_->port(), "POST", "/v1/nowhere", json_fields(), "{}");
  const auto gemini = ask(server_->port(), "POST", "/v1beta", json_fields(), "{}");
  ASSERT_TRUE(openai && gemini);
  EXPECT_EQ(openai->status, 404);
  EXPECT_NE(openai->body.find("\"param\""), std::string::npos);
  EXPECT_EQ(gemini->status, 404);
}

}  // namespace
}  // namespace geminate
