#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tests/support/plain_client.h"

namespace geminate::test {

/// How a TlsClient begins.
struct TlsClientOptions {
  /// PEM; the server's certificate must come from this authority and be for 127.0.0.1.
  std::string ca_file = {};
  /// The only version it speaks, as "1.1", "1.2" or "1.3"; empty: the library's choice.
  std::string version = {};
  /// ALPN, one protocol; empty: it says nothing of it.
  std::string protocol = {};
  /// The connection whose session is resumed.
  const class TlsClient* resumed = nullptr;
  int receive_buffer_bytes = 0;
};

/// A PlainClient that speaks TLS, with the handshake done when it is made (or failed: then `is_open` is false
/// and `failure` says why).
class TlsClient final : public PlainClient {
 public:
  TlsClient(std::uint16_t port, const TlsClientOptions& options);
  ~TlsClient() override;
  TlsClient(TlsClient&&) noexcept;

  [[nodiscard]] bool is_open() const;
  [[nodiscard]] const std::string& failure() const;
  /// "TLSv1.3".
  [[nodiscard]] std::string version() const;
  /// What ALPN agreed on.
  [[nodiscard]] std::string protocol() const;
  [[nodiscard]] std::string cipher() const;
  [[nodiscard]] bool resumed() const;
  /// Of the server's certificate: two with the same are the same.
  [[nodiscard]] std::string fingerprint() const;
  /// The server said goodbye in TLS's way, so that an end is known to be its own.
  [[nodiscard]] bool was_told_goodbye() const;

 protected:
  long receive(char* bytes, std::size_t size) override;
  long transmit(std::string_view bytes) override;
  [[nodiscard]] bool holds_more() const override;

 private:
  struct Tls;
  std::unique_ptr<Tls> tls_;
};

}  // namespace geminate::test
