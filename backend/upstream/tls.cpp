#include "backend/upstream/tls.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace geminate::upstream {
namespace {

Error tls_error(std::string message) {
  return Error{ErrorCode::Internal, std::move(message), tls::openssl_errors(), {}, {}};
}

bool is_ip_address(const std::string& host) {
  unsigned char address[sizeof(in6_addr)];
  return ::inet_pton(AF_INET, host.c_str(), address) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), address) == 1;
}

/// Which TlsSession a connection belongs to; an OpenSSL index, made once.
int session_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

}  // namespace

Result<std::unique_ptr<TlsContext>> TlsContext::create(const TlsOptions& options) {
  std::unique_ptr<TlsContext> made(new TlsContext);
  ERR_clear_error();
  made->context_ = SSL_CTX_new(TLS_client_method());
  if (made->context_ == nullptr) return tls_error("TLS cannot be set up");
  SSL_CTX* context = made->context_;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  const bool trusting = options.ca_file.empty()
                            ? SSL_CTX_set_default_verify_paths(context) == 1
                            : SSL_CTX_load_verify_file(context, options.ca_file.c_str()) == 1;
  if (!trusting) {
    return tls_error(options.ca_file.empty()
                         ? "the system's certificate authorities cannot be read"
                         : "the certificate authorities cannot be read: " + options.ca_file);
  }
  static constexpr unsigned char kProtocols[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(context, kProtocols, sizeof kProtocols - 1);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // One recv per record instead of one for its header and one for the rest.
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, TlsSession::on_new_session);
  return made;
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

TlsSession::~TlsSession() { keep(nullptr); }

void TlsSession::keep(ssl_session_st* session) {
  if (session_ != nullptr) SSL_SESSION_free(session_);
  session_ = session;
}

int TlsSession::on_new_session(ssl_st* ssl, ssl_session_st* session) {
  auto* slot = static_cast<TlsSession*>(SSL_get_ex_data(ssl, session_index()));
  if (slot == nullptr) return 0;
  slot->keep(session);
  // One: the reference is ours now.
  return 1;
}

Status TlsStream::open(TlsContext& context, int socket, const std::string& host, TlsSession& session) {
  close();
  ERR_clear_error();
  ssl_ = SSL_new(context.context_);
  socket_ = {socket, false};
  BIO* bio = ssl_ == nullptr ? nullptr : context.socket_method_.open(socket_);
  if (bio == nullptr) return tls_error("no memory for a TLS connection");
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_connect_state(ssl_);
  bool bound = false;
  if (is_ip_address(host)) {
    bound = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), host.c_str()) == 1;
  } else {
    SSL_set_hostflags(ssl_, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // What SSL_set_tlsext_host_name is a macro for, without its cast.
    bound = SSL_set1_host(ssl_, host.c_str()) == 1 &&
            SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                     const_cast<char*>(host.c_str())) == 1;
  }
  if (!bound || SSL_set_ex_data(ssl_, session_index(), &session) != 1) {
    close();
    return tls_error("the upstream's name cannot be used for TLS");
  }
  if (session.session_ != nullptr) SSL_set_session(ssl_, session.session_);
  return Status::success();
}

IoOutcome TlsStream::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  if (result == 1) return IoOutcome::Moved;
  const IoOutcome outcome = outcome_of(result).outcome;
  if (outcome == IoOutcome::Again) return outcome;
  const long verified = SSL_get_verify_result(ssl_);
  if (verified != X509_V_OK)
    failure_ = std::string("certificate: ") + X509_verify_cert_error_string(verified);
  return IoOutcome::Failed;
}

IoResult TlsStream::read(char* buffer, std::size_t size) {
  ERR_clear_error();
  std::size_t got = 0;
  const int result = SSL_read_ex(ssl_, buffer, size, &got);
  return result == 1 ? IoResult{IoOutcome::Moved, got} : outcome_of(result);
}

IoResult TlsStream::write(std::string_view bytes) {
  ERR_clear_error();
  std::size_t sent = 0;
  const int result = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &sent);
  return result == 1 ? IoResult{IoOutcome::Moved, sent} : outcome_of(result);
}

IoResult TlsStream::outcome_of(int result) {
  const int system_error = errno;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return {IoOutcome::Again, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {IoOutcome::Closed, 0};
    case SSL_ERROR_SYSCALL:
      failure_ = system_error == 0 ? "the connection ended" : std::strerror(system_error);
      return {IoOutcome::Failed, 0};
    default:
      failure_ = tls::openssl_errors();
      return {IoOutcome::Failed, 0};
  }
}

bool TlsStream::may_hold_more() const { return socket_.last_read_was_full || SSL_has_pending(ssl_) == 1; }

bool TlsStream::resumed() const { return ssl_ != nullptr && SSL_session_reused(ssl_) == 1; }

void TlsStream::close() {
  if (ssl_ == nullptr) return;
  // Sends nothing; it only keeps OpenSSL from spoiling the session for later connections.
  if (SSL_is_init_finished(ssl_) == 1) SSL_set_shutdown(ssl_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free(ssl_);
  ssl_ = nullptr;
}

}  // namespace geminate::upstream
