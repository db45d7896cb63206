#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "backend/config/upstream_proxy.h"
#include "backend/upstream/answer_framing.h"
#include "shared/core/secret.h"

namespace geminate::upstream {

/// The talk with a proxy until it is a tunnel to upstream: HTTP's CONNECT or SOCKS5. Sans-I/O: says what to
/// write, takes what was read in any split. Upstream's name goes to the proxy, which resolves it; an address
/// goes as an address.
class ProxyTunnel {
 public:
  enum class Step : std::uint8_t {
    /// There is something to write, or more to read.
    Going,
    /// What is written from now on reaches upstream.
    Open,
    /// failure() says why.
    Failed,
  };

  /// `host` and `port` are upstream's.
  void begin(const config::UpstreamProxy& proxy, const std::string& host, std::uint16_t port);

  /// What is to be written now; empty while it is the proxy's turn. Holds credentials.
  [[nodiscard]] std::string_view to_write() const { return std::string_view(out_.reveal()).substr(written_); }
  void written(std::size_t bytes) { written_ += bytes; }
  Step take(std::string_view bytes);
  /// Forgets what was said; before another begin() nothing else may follow.
  void end() { say({}); }
  /// The proxy has hung up.
  Step closed();
  /// Holds nothing of the credentials or of what the proxy said but numbers.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  enum class Phase : std::uint8_t { HttpAnswer, SocksMethod, SocksLogin, SocksReply };

  void begin_http(const std::string& host);
  void begin_socks();
  Step take_http(std::string_view bytes);
  Step take_socks();
  Step take_socks_method();
  Step take_socks_login();
  Step take_socks_reply();
  void ask_socks();
  void say(std::string bytes);
  Step fail(std::string why);

  const config::UpstreamProxy* proxy_ = nullptr;
  std::string host_;
  std::uint16_t port_ = 0;
  Phase phase_ = Phase::HttpAnswer;
  /// Credentials are in it.
  Secret out_;
  std::size_t written_ = 0;
  /// SOCKS: what has come of the answer that is awaited.
  std::string in_;
  AnswerFraming framing_;
  std::string failure_;
};

}  // namespace geminate::upstream
