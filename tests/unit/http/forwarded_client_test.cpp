#include "backend/http/forwarded_client.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace geminate::http {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

TrustedProxies trusting(const std::vector<std::string>& texts) {
  std::vector<auth::AddressBlock> blocks;
  for (const auto& text : texts) blocks.push_back(*auth::AddressBlock::parse(text));
  return TrustedProxies(std::move(blocks));
}

/// What is known of a request with these fields that came over plain HTTP from 10.0.0.1, which is trusted as
/// all of 10.0.0.0/8 and 2001:db8:9::/48.
ClientOrigin origin_of(const Fields& fields) {
  HttpRequest request;
  const auto append = [&request](std::string_view text) {
    const HttpRequest::Slice slice{static_cast<std::uint32_t>(request.head_.size()),
                                   static_cast<std::uint32_t>(text.size())};
    request.head_.append(text);
    return slice;
  };
  for (const auto& [name, value] : fields) {
    const auto name_slice = append(name);
    request.fields_.push_back({name_slice, append(value)});
  }
  const auto socket = std::make_shared<const ClientOrigin>(ClientOrigin{"10.0.0.1", false, {}});
  return *forwarded_origin(request, socket, trusting({"10.0.0.0/8", "2001:db8:9::/48"}));
}

std::string address_of(const Fields& fields) { return origin_of(fields).address; }

TEST(ForwardedClient, IsTheSocketsWhereTheProxySaysNothing) {
  const auto origin = origin_of({{"Host", "a"}});
  EXPECT_EQ(origin.address, "10.0.0.1");
  EXPECT_FALSE(origin.is_secure);
  EXPECT_EQ(origin.host, "");
}

TEST(ForwardedClient, IsTheRightmostHopThatIsNoTrustedProxy) {
  EXPECT_EQ(address_of({{"X-Forwarded-For", "203.0.113.7"}}), "203.0.113.7");
  EXPECT_EQ(address_of({{"x-forwarded-for", "1.1.1.1, 203.0.113.7"}}), "203.0.113.7")
      << "the client wrote 1.1.1.1";
  EXPECT_EQ(address_of({{"X-Forwarded-For", "1.1.1.1, 203.0.113.7, 10.9.9.9,10.0.0.2"}}), "203.0.113.7");
  EXPECT_EQ(address_of({{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", "203.0.113.7"}}), "203.0.113.7")
      << "two fields are one list";
  EXPECT_EQ(address_of({{"X-Forwarded-For", "10.3.3.3, 10.0.0.2"}}), "10.3.3.3") << "all are trusted";
  EXPECT_EQ(address_of({{"Forwarded", "for=1.1.1.1, for=203.0.113.7;proto=https, for=10.0.0.2"}}),
            "203.0.113.7");
}

TEST(ForwardedClient, IsReadWithAndWithoutItsPort) {
  for (const char* text : {"203.0.113.7", "203.0.113.7:4711"})
    EXPECT_EQ(address_of({{"X-Forwarded-For", text}}), "203.0.113.7") << text;
  for (const char* text : {"2001:db8::7", "[2001:db8::7]", "[2001:db8::7]:4711"})
    EXPECT_EQ(address_of({{"X-Forwarded-For", text}}), "2001:db8::7") << text;
  EXPECT_EQ(address_of({{"Forwarded", "For=\"[2001:db8::7]:4711\""}}), "2001:db8::7");
  EXPECT_EQ(address_of({{"Forwarded", "by=10.0.0.1; for=203.0.113.7 ;secret=x"}}), "203.0.113.7");
  EXPECT_EQ(address_of({{"Forwarded", "for=\"203\\.0.113.7\""}}), "203.0.113.7") << "quoted characters";
}

TEST(ForwardedClient, IsTheSocketsWhereWhatIsSaidIsNoAddress) {
  for (const char* text :
       {"unknown", "203.0.113.7.1", "203.0.113", "0203.0.113.7", "203.0.113.0/24", "evil, 10.0.0.2",
        "[203.0.113.7]", "[2001:db8::7", "[2001:db8::7]x", "203.0.113.7:", "203.0.113.7:x", "2001:db8::7:zz",
        "localhost", "-", "203.0.113.7 10.0.0.2", "\"203.0.113.7\"", ","}) {
    EXPECT_EQ(address_of({{"X-Forwarded-For", text}}), "10.0.0.1") << text;
  }
  for (const char* text : {"for=unknown", "for=_hidden", "for", "for=", "for=203.0.113.7;for=1.1.1.1",
                           "for=\"203.0.113.7", "for=[2001:db8::7]", "for=203.0.113.7, for=\"10.0.0.2\\\"",
                           "proto=http", ";", "=", "for=203.0.113.7, oops"}) {
    EXPECT_EQ(address_of({{"Forwarded", text}}), "10.0.0.1") << text;
  }
}

TEST(ForwardedClient, AHopThatNobodyHasToLookAtMayBeAnything) {
  EXPECT_EQ(address_of({{"X-Forwarded-For", "<script>, 203.0.113.7, 10.0.0.2"}}), "203.0.113.7");
}

TEST(ForwardedClient, ContradictingFieldsDoNotCount) {
  // nginx writes X-Forwarded-For and lets the client's own Forwarded pass.
  EXPECT_EQ(address_of({{"Forwarded", "for=1.1.1.1"}, {"X-Forwarded-For", "203.0.113.7"}}), "10.0.0.1");
  EXPECT_EQ(address_of({{"Forwarded", "for=203.0.113.7"}, {"X-Forwarded-For", "203.0.113.7"}}),
            "203.0.113.7");
  EXPECT_FALSE(
      origin_of({{"Forwarded", "for=203.0.113.7;proto=https"}, {"X-Forwarded-Proto", "http"}}).is_secure);
}

TEST(ForwardedClient, IsSecureWhenItsProxySaysSo) {
  EXPECT_TRUE(origin_of({{"X-Forwarded-Proto", "https"}}).is_secure);
  EXPECT_TRUE(origin_of({{"X-Forwarded-Proto", "HTTPS"}}).is_secure);
  EXPECT_TRUE(origin_of({{"X-Forwarded-Proto", "http, https"}}).is_secure) << "the nearest proxy's word";
  EXPECT_TRUE(origin_of({{"Forwarded", "for=203.0.113.7;proto=https, for=10.0.0.2;proto=http"}}).is_secure)
      << "the client's side, not that between two proxies";
  EXPECT_FALSE(origin_of({{"Forwarded", "for=203.0.113.7;proto=http, for=10.0.0.2;proto=https"}}).is_secure);
  for (const char* text : {"http", "https,http", "httpsx", "on", ""})
    EXPECT_FALSE(origin_of({{"X-Forwarded-Proto", text}}).is_secure) << text;
}

TEST(ForwardedClient, IsToldTheHostItAskedFor) {
  EXPECT_EQ(origin_of({{"X-Forwarded-Host", "gemini.example:8443"}}).host, "gemini.example:8443");
  EXPECT_EQ(origin_of({{"Forwarded", "for=203.0.113.7;host=\"gemini.example:8443\""}}).host,
            "gemini.example:8443");
  for (const char* text : {"", "a b", "user@gemini.example", "gemini.example/x", "a\"b"})
    EXPECT_EQ(origin_of({{"X-Forwarded-Host", text}}).host, "") << text;
}

TEST(TrustedProxies, HoldsNobodyUnlessTold) {
  EXPECT_FALSE(TrustedProxies().contains("127.0.0.1"));
  const auto proxies = trusting({"127.0.0.1", "2001:db8::/32"});
  EXPECT_TRUE(proxies.contains("127.0.0.1"));
  EXPECT_TRUE(proxies.contains("::ffff:127.0.0.1")) << "as a dual-stack socket tells it";
  EXPECT_TRUE(proxies.contains("2001:db8::1"));
  EXPECT_FALSE(proxies.contains("127.0.0.2"));
  EXPECT_FALSE(proxies.contains("unknown"));
}

}  // namespace
}  // namespace geminate::http
