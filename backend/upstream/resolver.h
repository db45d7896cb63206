#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "backend/reactor/event_loop.h"
#include "shared/core/result.h"

namespace geminate::upstream {

/// Where a socket can connect to, ready for connect().
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  [[nodiscard]] int family() const { return storage.ss_family; }
  void set_port(std::uint16_t port);
  /// "192.0.2.1" or "2001:db8::1".
  [[nodiscard]] std::string bare_text() const;
  /// "192.0.2.1:443" or "[2001:db8::1]:443".
  [[nodiscard]] std::string text() const;
  bool operator==(const SocketAddress& other) const;
};

using Addresses = std::vector<SocketAddress>;

/// The address that `host` itself is ("127.0.0.1", "::1", "[::1]"); empty when it is a name.
Addresses literal_address(const std::string& host);

/// Asks the system (getaddrinfo), in its order of preference. Blocks. The ports are zero.
Result<Addresses> system_lookup(const std::string& host);

/// Host names to addresses, looked up on a thread of its own and kept: no worker ever waits for DNS, and a
/// name whose refresh fails keeps the addresses it had. Any thread may ask. Must outlive whoever asks and the
/// loops it posts to.
class Resolver {
 public:
  using Lookup = std::function<Result<Addresses>(const std::string& host)>;
  using Callback = std::function<void(const Result<Addresses>&)>;
  /// After this age a name is looked up again, while its old addresses still serve: what moves is found where
  /// it has gone within seconds. Only new connections ask.
  static constexpr std::chrono::seconds kRefreshAfter{3};

  explicit Resolver(Lookup lookup = system_lookup, std::chrono::milliseconds refresh_after = kRefreshAfter);
  /// Does not wait for a look-up that hangs.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// What is known now; empty when the name has to be looked up first. Old addresses are refreshed in the
  /// background.
  Addresses find(const std::string& host);
  /// Its addresses were not reached: it is looked up again in the background, unless that was a
  /// moment ago.
  void doubt(const std::string& host);
  /// Looks the name up and posts the outcome to `loop`. `owner` names the caller for `forget`.
  void request(const std::string& host, const void* owner, reactor::EventLoop& loop, Callback callback);
  /// Once this has returned, nothing more is posted for `owner`.
  void forget(const void* owner);

 private:
  struct State;
  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace geminate::upstream
