#include "backend/http/acceptor.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace geminate::http {
namespace {

/// Clients accepted in a row before those that are there have their turn.
constexpr int kAcceptsPerTurn = 256;
/// Connections over the limit that are told so; any more are closed without a word.
constexpr std::uint64_t kPolitelyRefused = 128;
constexpr std::chrono::milliseconds kRetry{50};

int open_spare() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

Error cannot_listen(const ListenerOptions& options, const std::string& why) {
  return {ErrorCode::Internal,
          "cannot listen on " + options.host + " port " + std::to_string(options.port) + ": " + why,
          why,
          {},
          {}};
}

std::string without_brackets(const std::string& host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') return host.substr(1, host.size() - 2);
  return host;
}

std::uint16_t bound_port(int descriptor) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6&>(address).sin6_port);
  return ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port);
}

bool out_of_descriptors() {
  return errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
}

}  // namespace

Acceptor::Acceptor(reactor::EventLoop& loop, const ListenerOptions& options, ClientCounters& counters,
                   Sink sink)
    : loop_(&loop),
      options_(&options),
      counters_(&counters),
      sink_(std::move(sink)),
      again_(
          loop.timers(), [](void* self) { static_cast<Acceptor*>(self)->accept_waiting(); }, this) {}

Acceptor::~Acceptor() { close_sockets(); }

Status Acceptor::open() {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const auto host = without_brackets(options_->host);
  const int failed = ::getaddrinfo(host.c_str(), std::to_string(options_->port).c_str(), &hints, &found);
  if (failed != 0) return cannot_listen(*options_, ::gai_strerror(failed));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  Status last = cannot_listen(*options_, "the name has no address");
  for (const auto* address = found; address != nullptr; address = address->ai_next) {
    last = bind_to(*address);
    if (last.ok()) break;
  }
  if (!last.ok()) return last;
  spare_ = open_spare();
  port_ = bound_port(listening_);
  return loop_->watch(listening_, reactor::Interest::Read, *this);
}

Status Acceptor::bind_to(const addrinfo& address) {
  const int descriptor = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return cannot_listen(*options_, std::strerror(errno));
  const int on = 1;
  // Accepted sockets inherit the second.
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::bind(descriptor, address.ai_addr, address.ai_addrlen) != 0 ||
      ::listen(descriptor, options_->backlog) != 0) {
    const std::string why = std::strerror(errno);
    ::close(descriptor);
    return cannot_listen(*options_, why);
  }
  listening_ = descriptor;
  return Status::success();
}

void Acceptor::close() {
  // Whose handshake the kernel has finished has reached us, and may have sent its request already.
  for (int accepted = 0; listening_ >= 0 && accepted < options_->backlog; ++accepted) {
    if (!accept_one()) break;
  }
  close_sockets();
}

void Acceptor::close_sockets() {
  again_.cancel();
  if (listening_ >= 0) {
    loop_->unwatch(listening_);
    ::close(listening_);
  }
  if (spare_ >= 0) ::close(spare_);
  listening_ = spare_ = -1;
}

void Acceptor::on_ready(reactor::Readiness) { accept_waiting(); }

void Acceptor::accept_waiting() {
  for (int accepted = 0; listening_ >= 0; ++accepted) {
    if (accepted == kAcceptsPerTurn) {
      loop_->post([this] { accept_waiting(); });
      return;
    }
    if (!accept_one()) return;
  }
}

bool Acceptor::accept_one() {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  const int descriptor =
      ::accept4(listening_, reinterpret_cast<sockaddr*>(&address), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor < 0) {
    if (out_of_descriptors()) return shed_one();
    // Anything else but "none waits" is the fault of a client that left again.
    return errno != EAGAIN && errno != EBADF && errno != EINVAL;
  }
  const auto connections = counters_->connections.load(std::memory_order_relaxed);
  const bool refused = connections >= options_->max_connections;
  (refused ? counters_->refused : counters_->accepted).fetch_add(1, std::memory_order_relaxed);
  if (connections >= options_->max_connections + kPolitelyRefused) {
    ::close(descriptor);
  } else {
    sink_(descriptor, address, refused);
  }
  return true;
}

bool Acceptor::shed_one() {
  if (spare_ < 0) spare_ = open_spare();
  if (spare_ < 0) {
    again_.set(kRetry);
    return false;
  }
  ::close(spare_);
  const int descriptor = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
  const bool one_waited = descriptor >= 0;
  if (one_waited) {
    counters_->refused.fetch_add(1, std::memory_order_relaxed);
    ::close(descriptor);
  }
  spare_ = open_spare();
  return one_waited;
}

}  // namespace geminate::http
