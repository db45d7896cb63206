#pragma once

#include <sys/uio.h>

#include <memory>
#include <span>
#include <utility>

#include "backend/http/tls_stream.h"
#include "backend/http/transfer.h"

namespace geminate::http {

/// A client's end of the wire, non-blocking: the one place with its system calls, where TLS has its seam: a
/// plain one pays a look at a pointer for it. Does not own the descriptor; its registration's owner closes
/// it.
class ClientSocket {
 public:
  /// `tls` is null for a plain one.
  explicit ClientSocket(int descriptor, std::unique_ptr<TlsStream> tls = nullptr)
      : descriptor_(descriptor), tls_(std::move(tls)) {}

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] bool is_tls() const { return tls_ != nullptr; }
  /// TLS's handshake is not complete: nothing can be sent, and nothing that comes is the client's yet.
  [[nodiscard]] bool shakes_hands() const { return tls_ && !tls_->is_open(); }
  /// As TlsStream says.
  [[nodiscard]] bool has_ended() const { return tls_ && tls_->has_ended(); }
  [[nodiscard]] bool reads_when_writable() const { return tls_ && tls_->wants_to_write(); }

  /// After NotTls it is a plain one.
  Transfer receive(std::span<char> buffer);
  /// All pieces in one go; never raises SIGPIPE.
  Transfer send(std::span<const iovec> pieces);
  /// Before an end in good order; nothing is waiting to be sent.
  void say_goodbye();
  /// No more will be sent; the client sees the end.
  void shut_down_writing();
  /// Closing will reset the connection: the client sees that the answer was cut.
  void reset_on_close();

 private:
  Transfer receive_plain(std::span<char> buffer) const;
  Transfer send_plain(std::span<const iovec> pieces) const;

  int descriptor_;
  std::unique_ptr<TlsStream> tls_;
};

}  // namespace geminate::http
