#include "backend/app/credentials.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace geminate::app {
namespace {

/// A request as framing would hand it over.
http::HttpRequest request(std::string_view target,
                          const std::vector<std::pair<std::string, std::string>>& fields) {
  http::HttpRequest made;
  const auto append = [&made](std::string_view text) {
    const http::HttpRequest::Slice slice{static_cast<std::uint32_t>(made.head_.size()),
                                         static_cast<std::uint32_t>(text.size())};
    made.head_.append(text);
    return slice;
  };
  made.method_ = append("POST");
  made.set_target(append(target));
  for (const auto& [name, value] : fields) {
    const auto name_slice = append(name);
    made.fields_.push_back({name_slice, append(value)});
  }
  return made;
}

std::string credential_of(const http::HttpRequest& from) {
  std::string decoded;
  const auto found = client_credential(from, decoded);
  EXPECT_TRUE(found.ok());
  return found.ok() ? std::string(found->value_or("")) : "";
}

TEST(ClientCredential, IsReadFromEachOfItsFourPlaces) {
  EXPECT_EQ(credential_of(request("/", {{"Authorization", "Bearer abc"}})), "abc");
  EXPECT_EQ(credential_of(request("/", {{"AUTHORIZATION", "bearer abc"}})), "abc");
  EXPECT_EQ(credential_of(request("/", {{"x-goog-api-key", "abc"}})), "abc");
  EXPECT_EQ(credential_of(request("/", {{"X-Api-Key", " abc "}})), "abc");
  EXPECT_EQ(credential_of(request("/p?alt=sse&key=a%62c", {})), "abc");
  EXPECT_EQ(credential_of(request("/p?k%65y=abc", {})), "abc");
  EXPECT_EQ(credential_of(request("/", {{"Authorization", "Basic abc"}})), "");
}

TEST(ClientCredential, MayBeGivenTwiceButNotDifferently) {
  EXPECT_EQ(credential_of(request("/p?key=abc", {{"x-goog-api-key", "abc"}})), "abc");
  std::string decoded;
  const auto differing = client_credential(request("/p?key=abc", {{"x-goog-api-key", "abd"}}), decoded);
  ASSERT_FALSE(differing.ok());
  EXPECT_EQ(differing.error().code, ErrorCode::BadRequest);
  EXPECT_EQ(differing.error().message.find("abc"), std::string::npos);
}

TEST(ClientCredential, IsOneHoweverOftenTheQueryNamesIt) {
  EXPECT_EQ(credential_of(request("/p?key=&key=a%62c&key=abc", {})), "abc");
  std::string decoded;
  EXPECT_FALSE(client_credential(request("/p?key=abc&key=abd", {}), decoded).ok());
}

TEST(SessionCookie, IsFoundAmongOthers) {
  EXPECT_EQ(session_cookie(request("/", {{"Cookie", "a=b; geminate_session=xyz; c=d"}}), false), "xyz");
  EXPECT_EQ(session_cookie(request("/", {{"Cookie", "geminate_session2=xyz"}}), false), "");
  EXPECT_EQ(session_cookie(request("/", {{"Cookie", ";;==;"}}), false), "");
}

TEST(SessionCookie, OverTlsIsTheOneThatNobodyElseCanSet) {
  const auto both = request("/", {{"Cookie", "geminate_session=planted; __Host-geminate_session=own"}});
  EXPECT_EQ(session_cookie(both, true), "own");
  EXPECT_EQ(session_cookie(both, false), "planted");
  EXPECT_EQ(session_cookie(request("/", {{"Cookie", "geminate_session=planted"}}), true), "");
}

TEST(SameOrigin, TrustsWhatTheBrowserSays) {
  EXPECT_TRUE(is_same_origin(request("/", {{"Sec-Fetch-Site", "same-origin"}})));
  EXPECT_FALSE(is_same_origin(request("/", {{"Sec-Fetch-Site", "cross-site"}})));
  EXPECT_FALSE(is_same_origin(request("/", {{"Sec-Fetch-Site", "same-site"}})));
  EXPECT_TRUE(is_same_origin(request("/", {{"Host", "h:1"}, {"Origin", "http://h:1"}})));
  EXPECT_FALSE(is_same_origin(request("/", {{"Host", "h:1"}, {"Origin", "http://h:2"}})));
  EXPECT_FALSE(is_same_origin(request("/", {{"Host", "h:1"}, {"Origin", "null"}})));
  EXPECT_TRUE(is_same_origin(request("/", {{"Host", "h:1"}})));
}

}  // namespace
}  // namespace geminate::app
