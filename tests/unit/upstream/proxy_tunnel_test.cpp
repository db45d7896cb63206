#include "backend/upstream/proxy_tunnel.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace geminate::upstream {
namespace {

using config::UpstreamProxy;
using Step = ProxyTunnel::Step;
using namespace std::string_literals;

UpstreamProxy proxy(UpstreamProxy::Protocol protocol, const std::string& user = {},
                    const std::string& password = {}) {
  return {protocol, "proxy.example", 1, user, Secret(password)};
}
const UpstreamProxy kHttp = proxy(UpstreamProxy::Protocol::HttpConnect);
const UpstreamProxy kSocks = proxy(UpstreamProxy::Protocol::Socks5);
const UpstreamProxy kSocksLogin = proxy(UpstreamProxy::Protocol::Socks5, "user", "word");

/// What the tunnel says now; it counts as written.
std::string said(ProxyTunnel& tunnel) {
  std::string text(tunnel.to_write());
  tunnel.written(text.size());
  return text;
}

struct Talk {
  Step step = Step::Going;
  std::string said;
  std::string failure;
};

/// Plays the proxy's answers, each in one piece or byte by byte.
Talk talk(const UpstreamProxy& with, const std::vector<std::string>& answers, bool by_bytes = false,
          const std::string& host = "api.example") {
  ProxyTunnel tunnel;
  tunnel.begin(with, host, 443);
  Talk talk;
  talk.said = said(tunnel);
  for (const std::string& answer : answers) {
    const std::size_t step = by_bytes ? 1 : answer.size();
    for (std::size_t at = 0; at < answer.size() && talk.step == Step::Going; at += step) {
      talk.step = tunnel.take(std::string_view(answer).substr(at, step));
    }
    talk.said += said(tunnel);
  }
  talk.failure = tunnel.failure();
  return talk;
}

const std::string kReply = "\x05\x00\x00\x01\x7f\x00\x00\x01\x1f\x90"s;

TEST(ProxyTunnel, AsksHttpProxiesToConnect) {
  for (const bool by_bytes : {false, true}) {
    const auto plain = talk(kHttp, {"HTTP/1.1 200 Connection established\r\n\r\n"}, by_bytes);
    EXPECT_EQ(plain.step, Step::Open);
    EXPECT_EQ(plain.said, "CONNECT api.example:443 HTTP/1.1\r\nHost: api.example:443\r\n\r\n");
    // A CONNECT's answer has no body, whatever it says; and old ones say HTTP/1.0.
    EXPECT_EQ(talk(kHttp, {"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n"}, by_bytes).step, Step::Open);
    EXPECT_EQ(talk(kHttp, {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 x\r\n\r\n"}, by_bytes).step,
              Step::Open);
  }
  EXPECT_TRUE(talk(kHttp, {}, false, "2001:db8::1").said.starts_with("CONNECT [2001:db8::1]:443 HTTP/1.1"));
}

TEST(ProxyTunnel, SendsBasicCredentials) {
  const auto with = proxy(UpstreamProxy::Protocol::HttpConnect, "Aladdin", "open sesame");
  EXPECT_NE(talk(with, {}).said.find("Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n"),
            std::string::npos);
}

TEST(ProxyTunnel, SaysWhyAnHttpProxyFails) {
  EXPECT_NE(talk(kHttp, {"HTTP/1.1 407 No\r\n\r\n"}).failure.find("407"), std::string::npos);
  EXPECT_EQ(talk(kHttp, {"HTTP/1.1 502 Bad\r\n\r\n"}).failure, "the proxy answered 502");
  EXPECT_EQ(talk(kHttp, {"HTTP/1.1 302 Found\r\nLocation: http://x/\r\n\r\n"}).failure,
            "the proxy answered 302");
  EXPECT_EQ(talk(kHttp, {"\x05\x00 garbage"s}).step, Step::Failed);
  EXPECT_EQ(talk(kHttp, {"HTTP/1.1 200 OK\r\nx: " + std::string(70'000, 'x')}).step, Step::Failed);
  // Whoever speaks before upstream was spoken to is not upstream.
  EXPECT_EQ(talk(kHttp, {"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n"}).step, Step::Failed);
}

TEST(ProxyTunnel, HasSocksProxiesResolveTheName) {
  for (const bool by_bytes : {false, true}) {
    const auto open = talk(kSocks, {"\x05\x00"s, kReply}, by_bytes);
    EXPECT_EQ(open.step, Step::Open) << open.failure;
    EXPECT_EQ(open.said, "\x05\x01\x00"s +
                             "\x05\x01\x00\x03\x0b"
                             "api.example\x01\xbb"s);
    EXPECT_EQ(talk(kSocks, {"\x05\x00"s, "\x05\x00\x00\x03\x04name\x00\x50"s}, by_bytes).step, Step::Open);
    EXPECT_EQ(talk(kSocks, {"\x05\x00"s, "\x05\x00\x00\x04"s + std::string(18, 'x')}, by_bytes).step,
              Step::Open);
  }
  EXPECT_TRUE(
      talk(kSocks, {"\x05\x00"s}, false, "192.0.2.1").said.ends_with("\x01\xc0\x00\x02\x01\x01\xbb"s));
  EXPECT_TRUE(talk(kSocks, {"\x05\x00"s}, false, "2001:db8::1")
                  .said.ends_with("\x04\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x01\x01\xbb"s));
}

TEST(ProxyTunnel, LogsInWhereSocksWantsIt) {
  for (const bool by_bytes : {false, true}) {
    const auto open = talk(kSocksLogin, {"\x05\x02"s, "\x01\x00"s, kReply}, by_bytes);
    EXPECT_EQ(open.step, Step::Open);
    EXPECT_TRUE(open.said.starts_with("\x05\x02\x00\x02\x01\x04user\x04word\x05\x01"s));
  }
  // One that wants no login after all gets none.
  const auto open = talk(kSocksLogin, {"\x05\x00"s, kReply});
  EXPECT_EQ(open.step, Step::Open);
  EXPECT_EQ(open.said.find("word"), std::string::npos);
}

TEST(ProxyTunnel, SaysWhySocksFails) {
  const auto failure = [](const UpstreamProxy& with, const std::vector<std::string>& answers) {
    const auto ended = talk(with, answers);
    EXPECT_EQ(ended.step, Step::Failed);
    EXPECT_EQ(ended.failure.find("word"), std::string::npos);
    return ended.failure;
  };
  EXPECT_EQ(failure(kSocks, {"HTTP/1.1 400\r\n"}), "what answered is no SOCKS5 proxy");
  EXPECT_NE(failure(kSocks, {"\x05\xff"s}).find("accepts no way"), std::string::npos);
  // Credentials that nobody configured cannot be asked for.
  EXPECT_NE(failure(kSocks, {"\x05\x02"s}).find("not offered"), std::string::npos);
  EXPECT_NE(failure(kSocksLogin, {"\x05\x02"s, "\x01\x01"s}).find("credentials"), std::string::npos);
  EXPECT_EQ(failure(kSocks, {"\x05\x00"s, "\x05\x05\x00\x01"s}), "the proxy replied 5: connection refused");
  EXPECT_EQ(failure(kSocks, {"\x05\x00"s, "\x05\x63"s}), "the proxy replied 99: unknown");
  EXPECT_EQ(failure(kSocks, {"\x05\x00"s, "\x04\x00"s}), "what answered is no SOCKS5 proxy");
  EXPECT_NE(failure(kSocks, {"\x05\x00"s, "\x05\x00\x00\x09\x00"s}).find("type"), std::string::npos);
  EXPECT_NE(failure(kSocks, {"\x05\x00"s, kReply + "x"}).find("more than"), std::string::npos);
  EXPECT_NE(failure(kSocks, {"\x05\x00x"s}).find("more than"), std::string::npos);
}

TEST(ProxyTunnel, BeginsAnewAfterAFailure) {
  ProxyTunnel tunnel;
  tunnel.begin(kSocks, "api.example", 443);
  said(tunnel);
  EXPECT_EQ(tunnel.take("\x05"), Step::Going);
  EXPECT_EQ(tunnel.closed(), Step::Failed);
  tunnel.end();
  EXPECT_TRUE(tunnel.to_write().empty());
  tunnel.begin(kSocks, "api.example", 443);
  EXPECT_EQ(said(tunnel), "\x05\x01\x00"s);
  EXPECT_EQ(tunnel.take("\x05\x00"s), Step::Going);
}

}  // namespace
}  // namespace geminate::upstream
