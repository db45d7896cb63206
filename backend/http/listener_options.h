#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "backend/http/forwarded_client.h"
#include "backend/http/framing_fault.h"
#include "backend/http/server_tls.h"

namespace geminate::http {

/// How long a client may take for what. Coarse: up to 40 ms later than said.
struct ClientTimeouts {
  /// From a request's first byte to the end of its head.
  std::chrono::milliseconds header{15'000};
  /// Between two pieces of a body.
  std::chrono::milliseconds body_idle{30'000};
  /// Of TLS, from the connection's beginning.
  std::chrono::milliseconds handshake{10'000};
  /// Between two requests, and before the first.
  std::chrono::milliseconds keep_alive{75'000};
  /// Without a single byte of a waiting answer taken.
  std::chrono::milliseconds stalled{60'000};
  /// After the last answer: what the client still sends is read and dropped, so that the answer arrives.
  std::chrono::milliseconds linger{2'000};
};

struct ListenerOptions {
  /// An address or a name: "127.0.0.1", "::1", "[::]", "localhost".
  std::string host = "127.0.0.1";
  /// 0 takes a free one.
  std::uint16_t port = 0;
  unsigned workers = 1;
  FramingLimits framing;
  /// Of all bodies together, over all workers.
  std::uint64_t body_budget_bytes = 512ULL * 1024 * 1024;
  std::size_t max_connections = 16'384;
  ClientTimeouts timeouts;
  TrustedProxies trusted_proxies;
  /// Clients speak TLS; null: plain HTTP.
  std::shared_ptr<const ServerTls> tls;
  /// Connections that the kernel keeps until they are accepted.
  int backlog = 4096;
};

/// Since the start; for metrics.
struct ListenerStats {
  std::uint64_t accepted = 0;
  /// Over max_connections, or out of descriptors.
  std::uint64_t refused = 0;
  /// Requests that framing refused.
  std::uint64_t framing_faults = 0;
  /// Open now.
  std::uint64_t connections = 0;
  /// Held by request bodies now.
  std::uint64_t body_bytes = 0;
};

}  // namespace geminate::http
