#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "backend/reactor/event_loop.h"
#include "backend/upstream/address_gate.h"
#include "backend/upstream/proxy_tunnel.h"
#include "backend/upstream/resolver.h"
#include "backend/upstream/tls.h"
#include "backend/upstream/upstream_call.h"

namespace geminate::upstream {

class Call;
class Connection;
struct TargetPool;

/// Who hears of a connection's events. Loop's thread only.
class ConnectionOwner {
 public:
  virtual void on_connection_ready(Connection& connection, reactor::Readiness readiness) = 0;

 protected:
  ~ConnectionOwner() = default;
};

/// One stream of bytes to an upstream, plain or TLS, directly or through a proxy. Knows nothing of HTTP. The
/// object outlives its socket and is used again for another one. Registered with the loop once per socket,
/// for both directions. Loop's thread only.
class Connection final : public reactor::ReadyTarget {
 public:
  enum class Progress : std::uint8_t { Waiting, Open, Failed };

  /// `scratch` is where a worker's connections put small pieces together; it lives longer, as does `gate`.
  Connection(reactor::EventLoop& loop, ConnectionOwner& owner, std::string& scratch, AddressGate& gate)
      : loop_(loop), owner_(owner), scratch_(scratch), gate_(gate) {}
  ~Connection() { close(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Begins to connect, trying the addresses in order: the target's own, or its proxy's, which then has to
  /// open a tunnel. With `context`, TLS to the target follows. All of it outlives the connection.
  Progress connect(Addresses addresses, const Target& target, TlsContext* context, TlsSession& session);
  /// Goes on after an event.
  Progress advance();
  /// Gives up the address being tried.
  Progress try_next_address();
  /// The one being tried included.
  [[nodiscard]] std::size_t addresses_left() const { return addresses_.size() - next_address_ + 1; }
  [[nodiscard]] bool shaking_hands() const { return phase_ == Phase::Handshaking; }
  /// Whether a proxy is what is waited for.
  [[nodiscard]] bool awaits_proxy() const {
    return target_->proxy != nullptr && (phase_ == Phase::Connecting || phase_ == Phase::Tunnelling);
  }
  /// After Failed.
  [[nodiscard]] FailureKind failure_kind() const { return failure_kind_; }
  [[nodiscard]] const std::string& failure() const { return failure_; }
  /// The address that connected.
  [[nodiscard]] const SocketAddress& peer() const { return addresses_[next_address_ - 1]; }

  IoResult read(char* buffer, std::size_t size);
  /// Writes from `offset` of head and body taken together.
  IoResult write(std::string_view head, std::string_view body, std::size_t offset);
  /// Whether an idle connection is still what it was: nothing came but TLS's own business.
  bool still_quiet();
  /// Whether bytes may wait that no event will announce: the last read did not empty the socket.
  [[nodiscard]] bool may_hold_more() const {
    return tls_.is_open() ? tls_.may_hold_more() : last_read_was_full_;
  }
  [[nodiscard]] bool resumed() const { return tls_.resumed(); }
  void close();

  void on_ready(reactor::Readiness readiness) override { owner_.on_connection_ready(*this, readiness); }

  // The pool's own notes.
  Call* call = nullptr;
  TargetPool* home = nullptr;
  /// It has served a request before.
  bool reused = false;
  MonotonicTime idle_since{};

 private:
  enum class Phase : std::uint8_t { Closed, Connecting, Tunnelling, Handshaking, Open };

  Progress begin_attempt();
  Progress attempt_failed(FailureKind kind, std::string why);
  Progress connect_failed(std::string why);
  Progress connected();
  Progress talk_to_proxy();
  /// False when it has to wait or has failed.
  bool write_to_proxy(Progress& progress);
  Progress secure();
  Progress shake_hands();
  IoResult write_plain(std::string_view head, std::string_view body, std::size_t offset);
  IoResult write_tls(std::string_view head, std::string_view body, std::size_t offset);
  void close_socket();

  reactor::EventLoop& loop_;
  ConnectionOwner& owner_;
  std::string& scratch_;
  int socket_ = -1;
  bool last_read_was_full_ = false;
  Phase phase_ = Phase::Closed;
  Addresses addresses_;
  std::size_t next_address_ = 0;
  AddressGate& gate_;
  const Target* target_ = nullptr;
  TlsContext* context_ = nullptr;
  TlsSession* session_ = nullptr;
  /// Made by the first connection that needs it.
  std::unique_ptr<ProxyTunnel> tunnel_;
  TlsStream tls_;
  FailureKind failure_kind_ = FailureKind::Connect;
  std::string failure_;
};

}  // namespace geminate::upstream
