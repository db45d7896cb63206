#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "backend/tls/tls_socket.h"
#include "shared/core/result.h"

struct ssl_ctx_st;

namespace geminate::http {

/// Where a server's certificate is; both PEM.
struct TlsFiles {
  /// The server's own first, then the chain up to (without) the authority.
  std::filesystem::path certificate;
  /// Not encrypted: nobody is there to be asked for a passphrase.
  std::filesystem::path key;
};

/// What TLS towards clients is done with: certificate, versions, ciphers, ticket keys. Shared by all workers,
/// unchanging; a new certificate is a new one of these, and connections stay with the one they began with.
class ServerTls {
 public:
  /// Reads the files. The error says which of them will not do, and why.
  static Result<std::shared_ptr<const ServerTls>> load(const TlsFiles& files);
  ~ServerTls();
  ServerTls(const ServerTls&) = delete;
  ServerTls& operator=(const ServerTls&) = delete;

  // For streams.
  [[nodiscard]] ssl_ctx_st* context() const { return context_; }
  [[nodiscard]] const tls::TlsSocketMethod& socket_method() const { return socket_method_; }

 private:
  ServerTls() = default;

  ssl_ctx_st* context_ = nullptr;
  tls::TlsSocketMethod socket_method_;
};

/// Whether accounts other than the owner and its group may read the file; false where it is not there.
bool is_open_to_others(const std::filesystem::path& file);

/// Notices that a certificate or its key was replaced, by what the file system says of the two files. One
/// thread.
class TlsFileWatch {
 public:
  explicit TlsFileWatch(TlsFiles files);

  /// To be asked every few seconds: true once for each change, when a further look has found the files as the
  /// last one did, since whoever replaces them writes one after the other.
  bool has_changed();

 private:
  [[nodiscard]] std::string look() const;

  TlsFiles files_;
  std::string known_;
  std::string last_seen_;
};

}  // namespace geminate::http
