#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "backend/tls/tls_socket.h"
#include "shared/core/result.h"

struct ssl_ctx_st;
struct ssl_st;
struct ssl_session_st;

namespace geminate::upstream {

/// What a non-blocking read or write came to.
enum class IoOutcome : std::uint8_t {
  /// `bytes` were moved.
  Moved,
  /// Nothing now; the loop will tell.
  Again,
  /// The other end has finished, in good order.
  Closed,
  Failed,
};
struct IoResult {
  IoOutcome outcome = IoOutcome::Again;
  std::size_t bytes = 0;
};

struct TlsOptions {
  /// PEM file of the authorities to trust; empty for the system's. Verification itself cannot be switched
  /// off.
  std::string ca_file;
};

/// What TLS towards upstream is done with: authorities, versions, protocols. Shared by all workers,
/// unchanging.
class TlsContext {
 public:
  static Result<std::unique_ptr<TlsContext>> create(const TlsOptions& options);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

 private:
  friend class TlsStream;
  TlsContext() = default;

  ssl_ctx_st* context_ = nullptr;
  tls::TlsSocketMethod socket_method_;
};

/// The last session of one target on one worker, so that the next connection resumes it. Must outlive the
/// streams that were opened with it.
class TlsSession {
 public:
  TlsSession() = default;
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;
  [[nodiscard]] bool known() const { return session_ != nullptr; }

 private:
  friend class TlsContext;
  friend class TlsStream;
  void keep(ssl_session_st* session);
  static int on_new_session(ssl_st* ssl, ssl_session_st* session);

  ssl_session_st* session_ = nullptr;
};

/// TLS on one connected, non-blocking socket that somebody else owns. One thread.
class TlsStream {
 public:
  TlsStream() = default;
  ~TlsStream() { close(); }
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  /// `host` is what the certificate must be for: a name, or an IP address.
  Status open(TlsContext& context, int socket, const std::string& host, TlsSession& session);
  [[nodiscard]] bool is_open() const { return ssl_ != nullptr; }

  /// Moved once it is complete. On Failed, failure() says why.
  IoOutcome handshake();
  IoResult read(char* buffer, std::size_t size);
  /// At most one record at a time. After Again the same bytes (wherever they lie) have to be offered again.
  IoResult write(std::string_view bytes);
  /// Whether bytes may wait, here or in the socket, that no event will announce.
  [[nodiscard]] bool may_hold_more() const;
  [[nodiscard]] bool resumed() const;
  [[nodiscard]] const std::string& failure() const { return failure_; }
  void close();

 private:
  IoResult outcome_of(int result);

  ssl_st* ssl_ = nullptr;
  tls::TlsSocket socket_;
  std::string failure_;
};

}  // namespace geminate::upstream
