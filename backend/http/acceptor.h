#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <string>

#include "backend/http/client_set.h"
#include "backend/http/listener_options.h"
#include "backend/reactor/event_loop.h"
#include "shared/core/result.h"

struct addrinfo;

namespace geminate::http {

/// Accepts clients and hands them out. Lives on one worker's loop, until that runs no more; Pistache's own
/// accept thread is not used, because it spins for as long as the process is out of descriptors, can lose the
/// wake-up that announces a client to its worker, and cannot stop without stopping the workers.
class Acceptor final : public reactor::ReadyTarget {
 public:
  /// Takes an accepted socket (non-blocking); `refused` when there are too many already.
  using Sink = std::function<void(int descriptor, const sockaddr_storage& address, bool refused)>;

  Acceptor(reactor::EventLoop& loop, const ListenerOptions& options, ClientCounters& counters, Sink sink);
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;
  ~Acceptor();

  /// Binds and listens. Before the loop runs.
  Status open();
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Accepts whoever waits; the port is free afterwards. Loop's thread.
  void close();

  void on_ready(reactor::Readiness readiness) override;

 private:
  Status bind_to(const ::addrinfo& address);
  void close_sockets();
  void accept_waiting();
  bool accept_one();
  /// Out of descriptors: takes a waiting client on the spare one and lets it go, so that nobody waits in
  /// vain.
  bool shed_one();

  reactor::EventLoop* loop_;
  const ListenerOptions* options_;
  ClientCounters* counters_;
  Sink sink_;
  int listening_ = -1;
  int spare_ = -1;
  std::uint16_t port_ = 0;
  /// Accepting goes on when it fires, after even the spare descriptor was gone.
  reactor::Timer again_;
};

}  // namespace geminate::http
