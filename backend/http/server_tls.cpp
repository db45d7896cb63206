#include "backend/http/server_tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <string_view>
#include <utility>

namespace geminate::http {
namespace {

/// What every client of the last ten years has: forward secrecy and authenticated encryption. (TLS 1.3 has a
/// list of its own, and nothing else in it.)
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr std::string_view kProtocol = "\x08http/1.1";
constexpr unsigned char kSessionContext[] = "geminate";

Error refused(const std::string& what, const std::filesystem::path& file) {
  const std::string why = tls::openssl_errors();
  return {ErrorCode::Internal, what + ": " + file.string() + " (" + why + ")", why, {}, {}};
}

/// OpenSSL would ask on the terminal.
int no_passphrase(char*, int, int, void*) { return 0; }

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                    unsigned int offered_length, void*) {
  unsigned char* selected = nullptr;
  const auto* const ours = reinterpret_cast<const unsigned char*>(kProtocol.data());
  const int result = SSL_select_next_proto(&selected, length, ours, static_cast<unsigned>(kProtocol.size()),
                                           offered, offered_length);
  *chosen = selected;
  // RFC 7301: who speaks nothing that we do is told so.
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void set_rules(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, kCiphers);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // One recv per record instead of one for its header and one for the rest.
  SSL_CTX_set_read_ahead(context, 1);
  // Tickets only: what a client keeps needs no memory here.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_session_id_context(context, kSessionContext, sizeof kSessionContext - 1);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
}

/// All that tells one state of a file from another; empty where it is not there.
std::string stamp_of(const std::filesystem::path& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) return {};
  std::string stamp;
  for (const auto number :
       {static_cast<long long>(facts.st_ino), static_cast<long long>(facts.st_size),
        static_cast<long long>(facts.st_mtim.tv_sec), static_cast<long long>(facts.st_mtim.tv_nsec)}) {
    stamp.append(std::to_string(number)).append(" ");
  }
  return stamp;
}

}  // namespace

Result<std::shared_ptr<const ServerTls>> ServerTls::load(const TlsFiles& files) {
  ERR_clear_error();
  std::shared_ptr<ServerTls> made(new ServerTls);
  made->context_ = SSL_CTX_new(TLS_server_method());
  if (made->context_ == nullptr)
    return Error{ErrorCode::Internal, "TLS cannot be set up", tls::openssl_errors(), {}, {}};
  SSL_CTX* const context = made->context_;
  set_rules(context);
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
    return refused("TLS_CERT_FILE cannot be read as a PEM certificate chain", files.certificate);
  // Also checks that it belongs to the certificate.
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return refused("TLS_KEY_FILE cannot be read as the unencrypted PEM key of TLS_CERT_FILE's certificate",
                   files.key);
  }
  return std::shared_ptr<const ServerTls>(std::move(made));
}

ServerTls::~ServerTls() { SSL_CTX_free(context_); }

bool is_open_to_others(const std::filesystem::path& file) {
  struct stat facts {};
  return ::stat(file.c_str(), &facts) == 0 && (facts.st_mode & S_IRWXO) != 0;
}

TlsFileWatch::TlsFileWatch(TlsFiles files) : files_(std::move(files)), known_(look()), last_seen_(known_) {}

std::string TlsFileWatch::look() const { return stamp_of(files_.certificate) + "/ " + stamp_of(files_.key); }

bool TlsFileWatch::has_changed() {
  auto seen = look();
  const bool is_settled = seen == last_seen_;
  last_seen_ = std::move(seen);
  if (!is_settled || last_seen_ == known_) return false;
  known_ = last_seen_;
  return true;
}

}  // namespace geminate::http
