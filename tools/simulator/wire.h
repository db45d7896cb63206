#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace geminate::simulator {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

/// A client's socket, plain or TLS, that is always being read: so a client that hangs up is noticed at once,
/// also while nothing is expected from it. Simulator's thread only; its two coroutines share ownership.
class Wire : public std::enable_shared_from_this<Wire> {
 public:
  /// `tls` nullptr: plain. It must outlive the wire.
  Wire(tcp::socket socket, asio::ssl::context* tls);

  /// Handshake (for TLS), then reads until the client is gone. Run it once, beside whoever uses the rest.
  asio::awaitable<void> read_on();

  /// What arrived and was not taken yet; take from its front.
  std::string& input() { return input_; }
  /// Returns when more arrived than there was, or the client is gone.
  asio::awaitable<void> more_input();

  /// Everything, or false when the client is gone first. `write_bytes`: size of the single writes, 0 for one.
  asio::awaitable<bool> write(std::string_view bytes, std::size_t write_bytes);
  /// False when the client is gone before the time is over.
  asio::awaitable<bool> pause(std::chrono::milliseconds time);
  /// Returns when the client is gone.
  asio::awaitable<void> until_gone();

  [[nodiscard]] bool gone() const { return gone_; }
  void close();
  /// Close with a TCP reset.
  void reset();

 private:
  asio::awaitable<std::size_t> read_some();
  void leave();

  static constexpr std::size_t kReadSize = 64 * 1024;
  // A client that sends ahead of its answers waits from here on.
  static constexpr std::size_t kInputLimit = 16 * 1024 * 1024;

  tcp::socket socket_;
  std::optional<asio::ssl::stream<tcp::socket&>> tls_;
  asio::steady_timer arrived_;
  asio::steady_timer room_;
  asio::steady_timer pause_;
  std::string buffer_;
  std::string input_;
  bool ready_ = false;
  bool gone_ = false;
};

}  // namespace geminate::simulator
