#include "backend/app/routes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

namespace geminate::app {
namespace {

RouteAction action_of(std::string_view method, std::string_view path) {
  const auto match = match_route(method, path);
  EXPECT_NE(match.route, nullptr) << method << ' ' << path;
  return match.route == nullptr ? RouteAction::Metrics : match.route->action;
}

TEST(Routes, TellGeminisModelsFromOpenais) {
  EXPECT_EQ(action_of("GET", "/v1/models"), RouteAction::ListModels);
  EXPECT_EQ(action_of("GET", "/v1/models/gemini-2.5-flash"), RouteAction::GetModel);
  EXPECT_EQ(action_of("POST", "/v1/models/gemini-2.5-flash:generateContent"), RouteAction::NativeGemini);
  EXPECT_EQ(action_of("GET", "/v1beta/models/gemini-2.5-flash"), RouteAction::NativeGemini);
}

TEST(Routes, TakeAnyMethodOnNativePaths) {
  for (const auto method : {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"}) {
    EXPECT_EQ(action_of(method, "/v1beta/cachedContents/abc"), RouteAction::NativeGemini);
    EXPECT_EQ(action_of(method, "/upload/v1beta/files"), RouteAction::NativeGemini);
  }
}

TEST(Routes, LeadToWhatIsStoredOfResponses) {
  EXPECT_EQ(action_of("POST", "/v1/responses"), RouteAction::Responses);
  EXPECT_EQ(action_of("GET", "/v1/responses/resp_1"), RouteAction::StoredResponse);
  EXPECT_EQ(action_of("DELETE", "/v1/responses/resp_1"), RouteAction::StoredResponse);
  EXPECT_EQ(action_of("GET", "/v1/responses/resp_1/input_items"), RouteAction::StoredResponse);
  EXPECT_EQ(action_of("POST", "/v1/responses/input_tokens"), RouteAction::InputTokens);
  EXPECT_TRUE(match_route("DELETE", "/v1/responses/resp_1/input_items").wrong_method);
  EXPECT_EQ(match_route("POST", "/v1/responses/resp_1/cancel").route, nullptr);
}

TEST(Routes, PassGooglesOwnOpenaiRouteThrough) {
  EXPECT_EQ(action_of("POST", "/v1beta/openai/chat/completions"), RouteAction::OpenaiPassthrough);
  EXPECT_EQ(action_of("POST", "/openai/v1/chat/completions"), RouteAction::OpenaiPassthrough);
}

TEST(Routes, KnowTheManagementRowsWithTheirAccess) {
  const auto match = match_route("PUT", "/api/manage/keys/update/42");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.route->access, RouteAccess::Admin);
  EXPECT_EQ(match_route("PUT", "/api/manage/keys/update/").route, nullptr);
  EXPECT_EQ(match_route("PUT", "/api/manage/keys/update/1/2").route, nullptr);
}

TEST(Routes, LetThePlaygroundAskForModelsAndAnswersOnly) {
  EXPECT_EQ(action_of("GET", "/api/manage/playground/v1beta/models"), RouteAction::Playground);
  EXPECT_EQ(action_of("POST", "/api/manage/playground/v1beta/models/m:streamGenerateContent"),
            RouteAction::Playground);
  EXPECT_EQ(match_route("POST", "/api/manage/playground/v1beta/files").route, nullptr);
  EXPECT_EQ(match_route("GET", "/api/manage/playground/v1beta/cachedContents").route, nullptr);
}

TEST(Routes, SayWhenOnlyTheMethodIsWrong) {
  EXPECT_TRUE(match_route("DELETE", "/v1/chat/completions").wrong_method);
  EXPECT_FALSE(match_route("GET", "/nowhere").wrong_method);
}

TEST(Routes, AnswerHeadWhereTheyAnswerGet) { EXPECT_NE(match_route("HEAD", "/health/live").route, nullptr); }

/// What an account that may only look changes: what is its own.
bool is_ones_own(const Route& route) {
  constexpr std::string_view kOwn[] = {"/api/manage/sessions/delete/{id}", "/api/manage/account/password",
                                       "/api/manage/second-factor/begin", "/api/manage/second-factor/confirm",
                                       "/api/manage/second-factor/remove"};
  return std::find(std::begin(kOwn), std::end(kOwn), route.pattern) != std::end(kOwn);
}

TEST(Routes, AreAllClosedButThePublicOnes) {
  for (const auto& route : routes()) {
    if (route.pattern.substr(0, 12) == "/api/manage/") {
      const bool may_look = route.access == RouteAccess::Viewer && route.method == "GET";
      const bool is_closed = route.access == RouteAccess::Admin || may_look || is_ones_own(route);
      EXPECT_TRUE(is_closed) << route.method << ' ' << route.pattern;
    }
    if (route.pattern.substr(0, 2) == "/v") {
      EXPECT_EQ(route.access, RouteAccess::Client) << route.pattern;
    }
  }
}

TEST(Routes, DecideTheDialectOfErrorsEvenWhereNothingIs) {
  EXPECT_EQ(dialect_of_path("/v1/messages"), proxy::Dialect::Anthropic);
  EXPECT_EQ(dialect_of_path("/v1/nowhere"), proxy::Dialect::Openai);
  EXPECT_EQ(dialect_of_path("/v1beta/x"), proxy::Dialect::Gemini);
  EXPECT_EQ(dialect_of_path("/v1beta/openai/x"), proxy::Dialect::Openai);
  EXPECT_EQ(dialect_of_path("/v1/models/m:countTokens"), proxy::Dialect::Gemini);
  EXPECT_EQ(dialect_of_path("/api/x"), proxy::Dialect::Management);
}

}  // namespace
}  // namespace geminate::app
