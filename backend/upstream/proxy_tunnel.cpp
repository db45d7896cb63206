#include "backend/upstream/proxy_tunnel.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <utility>

#include "backend/crypto/encoding.h"

namespace geminate::upstream {
namespace {

using config::UpstreamProxy;

constexpr char kSocksVersion = 5;
constexpr char kNoLogin = 0;
constexpr char kLoginByPassword = 2;
constexpr char kNoneAccepted = static_cast<char>(0xFF);
constexpr char kConnect = 1;
constexpr char kIpv4 = 1;
constexpr char kName = 3;
constexpr char kIpv6 = 4;
/// RFC 1929's own version number.
constexpr char kLoginVersion = 1;
/// Version, reply, reserved, type of address.
constexpr std::size_t kReplyHead = 4;

/// RFC 1928's replies, from 1 on.
constexpr std::array<std::string_view, 8> kSocksReplies = {
    "general failure",    "not allowed by its rules", "network unreachable",   "host unreachable",
    "connection refused", "time to live expired",     "command not supported", "address type not supported"};

std::string counted(std::string_view text) { return static_cast<char>(text.size()) + std::string(text); }

std::string big_endian(std::uint16_t number) {
  return {static_cast<char>(number >> 8U), static_cast<char>(number & 0xFFU)};
}

/// Upstream as SOCKS names it: an address as such, a name for the proxy to resolve.
std::string socks_address(const std::string& host) {
  std::array<char, sizeof(in6_addr)> bytes{};
  if (::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1) return kIpv4 + std::string(bytes.data(), 4);
  if (::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1)
    return kIpv6 + std::string(bytes.data(), bytes.size());
  return kName + counted(host);
}

}  // namespace

void ProxyTunnel::begin(const UpstreamProxy& proxy, const std::string& host, std::uint16_t port) {
  proxy_ = &proxy;
  host_ = host;
  port_ = port;
  in_.clear();
  failure_.clear();
  if (proxy.protocol == UpstreamProxy::Protocol::HttpConnect) {
    begin_http(host);
  } else {
    begin_socks();
  }
}

void ProxyTunnel::say(std::string bytes) {
  out_ = Secret(std::move(bytes));
  written_ = 0;
}

ProxyTunnel::Step ProxyTunnel::fail(std::string why) {
  failure_ = std::move(why);
  return Step::Failed;
}

void ProxyTunnel::begin_http(const std::string& host) {
  phase_ = Phase::HttpAnswer;
  // A CONNECT's good answer has no body, whatever its fields say.
  framing_.begin(true);
  const bool is_ipv6 = host.find(':') != std::string::npos;
  const std::string authority = (is_ipv6 ? '[' + host + ']' : host) + ':' + std::to_string(port_);
  std::string head = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n";
  if (!proxy_->user.empty()) {
    const std::string pair = proxy_->user + ':' + proxy_->password.reveal();
    head += "Proxy-Authorization: Basic " + crypto::base64_encode(pair) + "\r\n";
  }
  say(head + "\r\n");
}

void ProxyTunnel::begin_socks() {
  phase_ = Phase::SocksMethod;
  say(proxy_->user.empty() ? std::string{kSocksVersion, 1, kNoLogin}
                           : std::string{kSocksVersion, 2, kNoLogin, kLoginByPassword});
}

ProxyTunnel::Step ProxyTunnel::closed() { return fail("the proxy hung up before the tunnel was open"); }

ProxyTunnel::Step ProxyTunnel::take(std::string_view bytes) {
  if (phase_ == Phase::HttpAnswer) return take_http(bytes);
  in_.append(bytes);
  return take_socks();
}

ProxyTunnel::Step ProxyTunnel::take_http(std::string_view bytes) {
  switch (framing_.next(bytes)) {
    case AnswerFraming::Step::NeedMore:
      return Step::Going;
    case AnswerFraming::Step::Head:
      break;
    default:
      return fail(std::string("the proxy's answer: ") + framing_.fault());
  }
  const int status = framing_.head().status;
  if (status == 407) return fail("the proxy wants other credentials (407)");
  if (status < 200 || status > 299) return fail("the proxy answered " + std::to_string(status));
  // Upstream speaks second: what comes at once is not its.
  return bytes.empty() ? Step::Open : fail("the proxy sent more than its answer");
}

ProxyTunnel::Step ProxyTunnel::take_socks() {
  switch (phase_) {
    case Phase::SocksMethod:
      return take_socks_method();
    case Phase::SocksLogin:
      return take_socks_login();
    default:
      return take_socks_reply();
  }
}

ProxyTunnel::Step ProxyTunnel::take_socks_method() {
  if (!in_.empty() && in_[0] != kSocksVersion) return fail("what answered is no SOCKS5 proxy");
  if (in_.size() < 2) return Step::Going;
  if (in_.size() > 2) return fail("the proxy sent more than its answer");
  const char method = in_[1];
  in_.clear();
  if (method == kNoLogin) {
    ask_socks();
  } else if (method == kLoginByPassword && !proxy_->user.empty()) {
    phase_ = Phase::SocksLogin;
    say(kLoginVersion + counted(proxy_->user) + counted(proxy_->password.reveal()));
  } else {
    return fail(method == kNoneAccepted ? "the proxy accepts no way to log in that it was offered"
                                        : "the proxy chose a way to log in that it was not offered");
  }
  return Step::Going;
}

ProxyTunnel::Step ProxyTunnel::take_socks_login() {
  if (in_.size() < 2) return Step::Going;
  if (in_.size() > 2) return fail("the proxy sent more than its answer");
  if (in_[1] != 0) return fail("the proxy did not accept the credentials");
  in_.clear();
  ask_socks();
  return Step::Going;
}

void ProxyTunnel::ask_socks() {
  phase_ = Phase::SocksReply;
  say(std::string{kSocksVersion, kConnect, 0} + socks_address(host_) + big_endian(port_));
}

ProxyTunnel::Step ProxyTunnel::take_socks_reply() {
  if (!in_.empty() && in_[0] != kSocksVersion) return fail("what answered is no SOCKS5 proxy");
  if (in_.size() < 2) return Step::Going;
  if (const auto code = static_cast<unsigned char>(in_[1]); code != 0) {
    const std::string_view why = code <= kSocksReplies.size() ? kSocksReplies[code - 1U] : "unknown";
    return fail("the proxy replied " + std::to_string(code) + ": " + std::string(why));
  }
  // The address at which the proxy is bound follows; nobody needs it.
  if (in_.size() <= kReplyHead) return Step::Going;
  std::size_t address = 0;
  switch (in_[3]) {
    case kIpv4:
      address = sizeof(in_addr);
      break;
    case kIpv6:
      address = sizeof(in6_addr);
      break;
    case kName:
      address = 1U + static_cast<unsigned char>(in_[kReplyHead]);
      break;
    default:
      return fail("the proxy's reply names an address of no known type");
  }
  const std::size_t whole = kReplyHead + address + sizeof(in_port_t);
  if (in_.size() < whole) return Step::Going;
  return in_.size() == whole ? Step::Open : fail("the proxy sent more than its answer");
}

}  // namespace geminate::upstream
