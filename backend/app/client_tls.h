#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "backend/config/config.h"
#include "backend/http/pistache_listener.h"
#include "backend/http/server_tls.h"
#include "backend/observe/log.h"
#include "shared/core/time.h"

namespace geminate::app {

/// The certificate that clients are shown: read at the start, and again whenever its files are replaced. Does
/// nothing where none is configured.
class ClientTls {
 public:
  /// How long a replaced file waits to be seen, twice: once for the change, once for its end.
  static constexpr std::chrono::seconds kLookEvery{2};

  /// Tickets are sealed with keys that come and go with a ServerTls: whoever got hold of them reads no more
  /// than that day's resumed TLS 1.2 connections.
  static constexpr std::chrono::hours kTicketKeysFor{24};

  /// What it is given outlives it.
  ClientTls(const config::Config& config, observe::Log& log, http::PistacheListener& listener);

  /// Before the listener starts. The error says which file will not do.
  Status begin();
  /// Takes replaced files over for the clients that come from now on. A pair that will not do is logged, and
  /// the one before stays. One thread.
  void look();

 private:
  Status read();

  std::optional<http::TlsFiles> files_;
  std::optional<http::TlsFileWatch> watch_;
  MonotonicTime read_at_{};
  observe::Log& log_;
  http::PistacheListener& listener_;
};

/// Whether clients reach this server over a network, with their secrets in clear: it listens beyond loopback,
/// speaks no TLS, and names no proxy that does. Pure.
bool is_plain_on_network(const config::Config& config);

}  // namespace geminate::app
