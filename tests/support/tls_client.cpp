#include "tests/support/tls_client.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>

#include "backend/tls/tls_socket.h"

namespace geminate::test {
namespace {

int version_number(const std::string& version) {
  if (version == "1.1") return TLS1_1_VERSION;
  if (version == "1.2") return TLS1_2_VERSION;
  return version == "1.3" ? TLS1_3_VERSION : 0;
}

}  // namespace

struct TlsClient::Tls {
  ~Tls() {
    SSL_free(ssl);
    SSL_CTX_free(context);
  }
  Tls() = default;
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;

  tls::TlsSocketMethod method;
  tls::TlsSocket socket;
  SSL_CTX* context = nullptr;
  SSL* ssl = nullptr;
  bool is_open = false;
  std::string failure;
};

TlsClient::TlsClient(std::uint16_t port, const TlsClientOptions& options)
    : PlainClient(port, options.receive_buffer_bytes), tls_(std::make_unique<Tls>()) {
  if (!connected()) {
    tls_->failure = "not connected";
    return;
  }
  // Nothing here waits for ever.
  const timeval patience{20, 0};
  ::setsockopt(socket(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  tls_->context = SSL_CTX_new(TLS_client_method());
  // Old versions want weaker signatures than the library allows by itself.
  if (options.version == "1.1") SSL_CTX_set_cipher_list(tls_->context, "ALL:@SECLEVEL=0");
  SSL_CTX_set_min_proto_version(tls_->context, version_number(options.version));
  SSL_CTX_set_max_proto_version(tls_->context, version_number(options.version));
  SSL_CTX_load_verify_file(tls_->context, options.ca_file.c_str());
  SSL_CTX_set_verify(tls_->context, SSL_VERIFY_PEER, nullptr);
  tls_->ssl = SSL_new(tls_->context);
  X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_->ssl), "127.0.0.1");
  if (!options.protocol.empty()) {
    const std::string listed = static_cast<char>(options.protocol.size()) + options.protocol;
    SSL_set_alpn_protos(tls_->ssl, reinterpret_cast<const unsigned char*>(listed.data()),
                        static_cast<unsigned>(listed.size()));
  }
  if (options.resumed != nullptr) {
    SSL_SESSION* const session = SSL_get1_session(options.resumed->tls_->ssl);
    SSL_set_session(tls_->ssl, session);
    SSL_SESSION_free(session);
  }
  tls_->socket.descriptor = socket();
  BIO* const bio = tls_->method.open(tls_->socket);
  SSL_set_bio(tls_->ssl, bio, bio);
  ERR_clear_error();
  tls_->is_open = SSL_connect(tls_->ssl) == 1;
  if (tls_->is_open) return;
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  tls_->failure = text.data();
}

TlsClient::~TlsClient() = default;
TlsClient::TlsClient(TlsClient&&) noexcept = default;

bool TlsClient::is_open() const { return tls_->is_open; }
const std::string& TlsClient::failure() const { return tls_->failure; }
std::string TlsClient::version() const { return SSL_get_version(tls_->ssl); }
std::string TlsClient::cipher() const { return SSL_get_cipher_name(tls_->ssl); }
bool TlsClient::resumed() const { return SSL_session_reused(tls_->ssl) == 1; }

std::string TlsClient::protocol() const {
  const unsigned char* chosen = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(tls_->ssl, &chosen, &length);
  return {reinterpret_cast<const char*>(chosen), length};
}

std::string TlsClient::fingerprint() const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  X509* const certificate = SSL_get0_peer_certificate(tls_->ssl);
  if (certificate == nullptr || X509_digest(certificate, EVP_sha256(), digest.data(), &length) != 1)
    return {};
  return {reinterpret_cast<const char*>(digest.data()), length};
}

bool TlsClient::was_told_goodbye() const {
  return (SSL_get_shutdown(tls_->ssl) & SSL_RECEIVED_SHUTDOWN) != 0;
}

long TlsClient::receive(char* bytes, std::size_t size) {
  ERR_clear_error();
  return SSL_read(tls_->ssl, bytes, static_cast<int>(size));
}

long TlsClient::transmit(std::string_view bytes) {
  ERR_clear_error();
  return SSL_write(tls_->ssl, bytes.data(), static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 20)));
}

bool TlsClient::holds_more() const { return tls_->is_open && SSL_has_pending(tls_->ssl) == 1; }

}  // namespace geminate::test
