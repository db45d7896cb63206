#include "backend/tls/tls_socket.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>

namespace geminate::tls {
namespace {

TlsSocket& socket_of(BIO* bio) { return *static_cast<TlsSocket*>(BIO_get_data(bio)); }

int write_bytes(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const auto sent = ::send(socket_of(bio).descriptor, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int read_bytes(BIO* bio, char* buffer, int size) {
  BIO_clear_retry_flags(bio);
  auto& socket = socket_of(bio);
  const auto got = ::recv(socket.descriptor, buffer, static_cast<std::size_t>(size), 0);
  socket.last_read_was_full = got == size;
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  return static_cast<int>(got);
}

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

int create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

}  // namespace

TlsSocketMethod::TlsSocketMethod()
    : method_(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "geminate socket")) {
  if (method_ == nullptr) return;
  BIO_meth_set_write(method_, write_bytes);
  BIO_meth_set_read(method_, read_bytes);
  BIO_meth_set_ctrl(method_, control);
  BIO_meth_set_create(method_, create);
}

TlsSocketMethod::~TlsSocketMethod() { BIO_meth_free(method_); }

bio_st* TlsSocketMethod::open(TlsSocket& socket) const {
  BIO* bio = method_ == nullptr ? nullptr : BIO_new(method_);
  if (bio != nullptr) BIO_set_data(bio, &socket);
  return bio;
}

std::string openssl_errors() {
  std::string text;
  while (const unsigned long code = ERR_get_error()) {
    char line[256];
    ERR_error_string_n(code, line, sizeof line);
    if (!text.empty()) text += "; ";
    text += line;
  }
  return text.empty() ? "unknown" : text;
}

}  // namespace geminate::tls
