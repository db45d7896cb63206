#include "tests/support/fake_upstream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace geminate::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

testing::AssertionResult failure(const std::string& what) { return testing::AssertionFailure() << what; }

milliseconds left_until(steady_clock::time_point end) {
  return std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(end - steady_clock::now()));
}

bool wait_for(int descriptor, short events, milliseconds patience) {
  pollfd one{descriptor, events, 0};
  const auto end = steady_clock::now() + patience;
  for (;;) {
    const int count = ::poll(&one, 1, static_cast<int>(left_until(end).count()));
    if (count >= 0 || errno != EINTR) return count > 0;
  }
}

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* in,
                    unsigned in_length, void*) {
  static constexpr unsigned char kOurs[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_length, kOurs, sizeof kOurs - 1, in, in_length);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

SSL_CTX* server_context(const TestCertificates& certificates) {
  // OpenSSL writes with write(); a client that has left must not end the test.
  std::signal(SIGPIPE, SIG_IGN);
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  static constexpr unsigned char kName[] = "fake";
  SSL_CTX_set_session_id_context(context, kName, sizeof kName);
  if (SSL_CTX_use_certificate_file(context, certificates.certificate_file().c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, certificates.key_file().c_str(), SSL_FILETYPE_PEM) != 1) {
    SSL_CTX_free(context);
    throw std::runtime_error("the fake upstream cannot use its certificate");
  }
  return context;
}

}  // namespace

struct FakeConnection::Impl {
  ~Impl() { close(false); }

  void close(bool say_good_bye) {
    if (ssl != nullptr) {
      if (say_good_bye) SSL_shutdown(ssl);
      SSL_free(std::exchange(ssl, nullptr));
    }
    if (socket >= 0) ::close(std::exchange(socket, -1));
  }

  /// Bytes, 0 at the end, -1 when nothing came in time, -2 for an error.
  ssize_t read(char* buffer, std::size_t size, milliseconds patience) {
    const auto end = steady_clock::now() + patience;
    for (;;) {
      ssize_t got = 0;
      if (ssl != nullptr) {
        got = SSL_read(ssl, buffer, static_cast<int>(size));
        if (got > 0) return got;
        const int error = SSL_get_error(ssl, static_cast<int>(got));
        if (error == SSL_ERROR_ZERO_RETURN) return 0;
        if (error != SSL_ERROR_WANT_READ) return -2;
      } else {
        got = ::recv(socket, buffer, size, 0);
        if (got >= 0) return got;
        if (errno != EAGAIN) return -2;
      }
      if (!wait_for(socket, POLLIN, left_until(end))) return -1;
    }
  }

  ssize_t write(std::string_view bytes, milliseconds patience) {
    const auto end = steady_clock::now() + patience;
    for (;;) {
      ssize_t sent = 0;
      if (ssl != nullptr) {
        sent = SSL_write(ssl, bytes.data(), static_cast<int>(bytes.size()));
        if (sent > 0) return sent;
        if (SSL_get_error(ssl, static_cast<int>(sent)) != SSL_ERROR_WANT_WRITE) return -2;
      } else {
        sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) return sent;
        if (errno != EAGAIN) return -2;
      }
      if (!wait_for(socket, POLLOUT, left_until(end))) return -1;
    }
  }

  testing::AssertionResult secure(SSL_CTX* context, milliseconds patience) {
    const auto end = steady_clock::now() + patience;
    ssl = SSL_new(context);
    SSL_set_fd(ssl, socket);
    for (;;) {
      const int result = SSL_accept(ssl);
      if (result == 1) return testing::AssertionSuccess();
      const int error = SSL_get_error(ssl, result);
      const bool waiting = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
      if (!waiting || !wait_for(socket, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, left_until(end)))
        return failure("TLS was not set up");
    }
  }

  int socket = -1;
  SSL* ssl = nullptr;
  std::string buffered;
  std::size_t received = 0;
};

FakeConnection::FakeConnection() : impl_(std::make_unique<Impl>()) {}
FakeConnection::FakeConnection(FakeConnection&&) noexcept = default;
FakeConnection& FakeConnection::operator=(FakeConnection&&) noexcept = default;
FakeConnection::~FakeConnection() = default;

testing::AssertionResult FakeConnection::read_request(std::string& request, milliseconds patience) {
  const auto end = steady_clock::now() + patience;
  for (;;) {
    const std::size_t head_end = impl_->buffered.find("\r\n\r\n");
    if (head_end != std::string::npos) {
      std::size_t length = 0;
      const std::size_t field = impl_->buffered.find("content-length: ");
      if (field < head_end) {
        const char* digits = impl_->buffered.data() + field + 16;
        std::from_chars(digits, impl_->buffered.data() + head_end, length);
      }
      if (impl_->buffered.size() >= head_end + 4 + length) {
        request = impl_->buffered.substr(0, head_end + 4 + length);
        impl_->buffered.erase(0, request.size());
        return testing::AssertionSuccess();
      }
    }
    std::array<char, 65536> buffer{};
    const ssize_t got = impl_->read(buffer.data(), buffer.size(), left_until(end));
    if (got <= 0)
      return failure(got == -1 ? "no whole request came in time" : "the connection ended within a request");
    impl_->buffered.append(buffer.data(), static_cast<std::size_t>(got));
    impl_->received += static_cast<std::size_t>(got);
  }
}

testing::AssertionResult FakeConnection::read_bytes(std::size_t count, milliseconds patience) {
  const auto end = steady_clock::now() + patience;
  std::array<char, 65536> buffer{};
  while (impl_->received < count) {
    const ssize_t got = impl_->read(buffer.data(), buffer.size(), left_until(end));
    if (got <= 0) return failure("only " + std::to_string(impl_->received) + " bytes came");
    impl_->received += static_cast<std::size_t>(got);
  }
  return testing::AssertionSuccess();
}

testing::AssertionResult FakeConnection::write(std::string_view bytes, milliseconds patience) {
  const auto end = steady_clock::now() + patience;
  while (!bytes.empty()) {
    const ssize_t sent = impl_->write(bytes, left_until(end));
    if (sent <= 0) return failure("the other end took no more bytes");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return testing::AssertionSuccess();
}

std::size_t FakeConnection::write_until_stuck(std::string_view bytes, milliseconds quiet) {
  std::size_t total = 0;
  while (!bytes.empty()) {
    const ssize_t sent = impl_->write(bytes, quiet);
    if (sent <= 0) break;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
    total += static_cast<std::size_t>(sent);
  }
  return total;
}

testing::AssertionResult FakeConnection::wait_for_end(milliseconds patience) {
  const auto end = steady_clock::now() + patience;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t got = impl_->read(buffer.data(), buffer.size(), left_until(end));
    if (got == 0 || got == -2) return testing::AssertionSuccess();
    if (got == -1) return failure("the other end did not hang up");
  }
}

testing::AssertionResult FakeConnection::stays_quiet(milliseconds duration) {
  char byte = 0;
  const ssize_t got = impl_->read(&byte, 1, duration);
  if (got == -1) return testing::AssertionSuccess();
  return failure(got > 0 ? "something came" : "the connection ended");
}

testing::AssertionResult FakeConnection::secure(const TestCertificates& certificates, milliseconds patience) {
  SSL_CTX* context = server_context(certificates);
  const auto secured = impl_->secure(context, patience);
  SSL_CTX_free(context);
  return secured;
}

void FakeConnection::close() { impl_->close(true); }
void FakeConnection::cut() { impl_->close(false); }

void FakeConnection::reset() {
  const linger at_once{1, 0};
  ::setsockopt(impl_->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  impl_->close(false);
}

bool FakeConnection::resumed() const { return impl_->ssl != nullptr && SSL_session_reused(impl_->ssl) == 1; }

std::string FakeConnection::server_name() const {
  const char* name =
      impl_->ssl == nullptr ? nullptr : SSL_get_servername(impl_->ssl, TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

std::string FakeConnection::protocol() const {
  const unsigned char* name = nullptr;
  unsigned length = 0;
  if (impl_->ssl != nullptr) SSL_get0_alpn_selected(impl_->ssl, &name, &length);
  return {reinterpret_cast<const char*>(name), length};
}

struct FakeUpstream::Tls {
  ~Tls() { SSL_CTX_free(context); }
  SSL_CTX* context = nullptr;
};

FakeUpstream::FakeUpstream(const TestCertificates* certificates) : tls_(std::make_unique<Tls>()) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, any, length) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, any, &length) != 0) {
    throw std::runtime_error("the fake upstream cannot listen");
  }
  port_ = ntohs(address.sin_port);
  if (certificates != nullptr) tls_->context = server_context(*certificates);
}

FakeUpstream::~FakeUpstream() { stop_listening(); }

void FakeUpstream::stop_listening() {
  if (listener_ >= 0) ::close(std::exchange(listener_, -1));
}

testing::AssertionResult FakeUpstream::accept(FakeConnection& connection, milliseconds patience) {
  connection = FakeConnection();
  if (!wait_for(listener_, POLLIN, patience)) return failure("nobody connected");
  auto& impl = *connection.impl_;
  impl.socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (impl.socket < 0) return failure(std::strerror(errno));
  const int on = 1;
  ::setsockopt(impl.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (tls_->context == nullptr) return testing::AssertionSuccess();
  // Not what is left: whoever connects late in the wait has not been slow.
  return impl.secure(tls_->context, patience);
}

testing::AssertionResult FakeUpstream::nobody_connects(milliseconds duration) {
  if (wait_for(listener_, POLLIN, duration)) return failure("somebody connected");
  return testing::AssertionSuccess();
}

std::future<testing::AssertionResult> FakeUpstream::play(Script script) {
  return std::async(std::launch::async, [this, script = std::move(script)] { return script(*this); });
}

}  // namespace geminate::test
