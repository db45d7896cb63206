#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "backend/http/server_tls.h"
#include "backend/http/transfer.h"

struct ssl_st;

namespace geminate::http {

/// The server's end of TLS on one accepted, non-blocking socket that somebody else owns. OpenSSL's part is
/// made when the client's first byte comes: until then a connection costs what a plain one does. One thread.
class TlsStream {
 public:
  /// Where small pieces are put together to one record; shared by a worker's connections.
  using Scratch = std::vector<char>;
  /// TLS's largest record.
  static constexpr std::size_t kRecord = 16 * 1024;

  TlsStream(std::shared_ptr<const ServerTls> tls, int descriptor, Scratch& scratch);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  /// Goes on with the handshake until it is complete; after that gives what the client sends, as much as is
  /// there and fits. NotTls, once, where the client speaks plain HTTP: nothing was taken from the socket.
  Transfer receive(std::span<char> buffer);
  /// Takes pieces in order. After Again the same bytes have to be offered again, or more that begin with
  /// them; before the handshake is complete it takes none.
  Transfer send(std::span<const iovec> pieces);
  /// Tells the client that no more comes: without it, an end may be an attacker's. Nothing may be waiting to
  /// be sent.
  void say_goodbye();

  [[nodiscard]] bool is_open() const { return is_open_; }
  /// The client has ended, or broken off, though the last receive gave bytes.
  [[nodiscard]] bool has_ended() const { return end_ != Transfer::State::Again; }
  /// Reading goes on only when the socket can be written.
  [[nodiscard]] bool wants_to_write() const { return wants_to_write_; }

 private:
  Transfer::State begin();
  Transfer::State shake_hands();
  Transfer::State state_of(int result);
  [[nodiscard]] bool may_hold_more() const;
  std::string_view next_record(std::span<const iovec> pieces, std::size_t offset);

  std::shared_ptr<const ServerTls> tls_;
  tls::TlsSocket socket_;
  Scratch* scratch_;
  ssl_st* ssl_ = nullptr;
  bool is_open_ = false;
  bool wants_to_write_ = false;
  /// Ended or Broken, once that was found; bytes before it may have had to be given first.
  Transfer::State end_ = Transfer::State::Again;
};

}  // namespace geminate::http
