#pragma once

#include <memory>
#include <string>

struct bio_st;
struct bio_method_st;

namespace geminate::tls {

/// A connected, non-blocking socket that somebody else owns, as OpenSSL reads and writes it.
struct TlsSocket {
  int descriptor = -1;
  /// The last read took all it had asked for: the kernel may hold more.
  bool last_read_was_full = false;
};

/// How OpenSSL moves bytes over a TlsSocket. Its own socket BIO uses write(), whose SIGPIPE would have to be
/// ignored by the whole process, and does not tell whether a read has emptied the socket, which costs one
/// more for each record. Must outlive what is made with it.
class TlsSocketMethod {
 public:
  TlsSocketMethod();
  ~TlsSocketMethod();
  TlsSocketMethod(const TlsSocketMethod&) = delete;
  TlsSocketMethod& operator=(const TlsSocketMethod&) = delete;

  /// For SSL_set_bio, which takes it over; `socket` must outlive it. Null when there is no memory.
  [[nodiscard]] bio_st* open(TlsSocket& socket) const;

 private:
  bio_method_st* method_ = nullptr;
};

/// What OpenSSL has to say about this thread's last failure, taken out of its queue; "unknown" for nothing.
std::string openssl_errors();

}  // namespace geminate::tls
