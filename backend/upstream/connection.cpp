#include "backend/upstream/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace geminate::upstream {
namespace {

/// The most a TLS record takes.
constexpr std::size_t kRecordBytes = 16 * 1024;
constexpr std::size_t kSmallBody = 4 * 1024;

IoResult from_system(ssize_t moved) {
  if (moved > 0) return {IoOutcome::Moved, static_cast<std::size_t>(moved)};
  if (moved == 0) return {IoOutcome::Closed, 0};
  return {errno == EAGAIN ? IoOutcome::Again : IoOutcome::Failed, 0};
}

}  // namespace

Connection::Progress Connection::connect(Addresses addresses, const Target& target, TlsContext* context,
                                         TlsSession& session) {
  close_socket();
  addresses_ = std::move(addresses);
  next_address_ = 0;
  target_ = &target;
  context_ = context;
  session_ = &session;
  failure_.clear();
  return try_next_address();
}

Connection::Progress Connection::try_next_address() {
  while (next_address_ < addresses_.size()) {
    close_socket();
    ++next_address_;
    const Progress progress = begin_attempt();
    if (progress != Progress::Failed) return progress;
  }
  close_socket();
  return Progress::Failed;
}

Connection::Progress Connection::begin_attempt() {
  const SocketAddress& address = peer();
  const std::string& dialled = target_->proxy == nullptr ? target_->host : target_->proxy->host;
  // Here and nowhere earlier: what is checked is what connect() is given.
  if (std::string refusal = gate_.refusal(dialled, address); !refusal.empty())
    return attempt_failed(FailureKind::Address, std::move(refusal));
  socket_ = ::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) return connect_failed(std::strerror(errno));
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  phase_ = Phase::Connecting;
  const int result = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address.storage), address.length);
  if (result != 0 && errno != EINPROGRESS) return connect_failed(std::strerror(errno));
  // Only now: an unconnected socket counts as hung up, and would say so at once.
  const Status watched = loop_.watch(socket_, reactor::Interest::ReadWrite, *this);
  if (!watched.ok()) {
    ::close(std::exchange(socket_, -1));
    return connect_failed(watched.error().detail);
  }
  return result == 0 ? connected() : Progress::Waiting;
}

Connection::Progress Connection::connect_failed(std::string why) {
  return attempt_failed(target_->proxy == nullptr ? FailureKind::Connect : FailureKind::Proxy,
                        std::move(why));
}

Connection::Progress Connection::attempt_failed(FailureKind kind, std::string why) {
  failure_kind_ = kind;
  failure_ = peer().text() + ": " + std::move(why);
  return Progress::Failed;
}

Connection::Progress Connection::advance() {
  Progress progress = Progress::Failed;
  if (phase_ == Phase::Connecting) {
    int fault = 0;
    socklen_t size = sizeof fault;
    ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &fault, &size);
    if (fault == 0) {
      // Readiness without an outcome yet: a peer address tells the difference.
      sockaddr_storage peer_address{};
      socklen_t length = sizeof peer_address;
      if (::getpeername(socket_, reinterpret_cast<sockaddr*>(&peer_address), &length) != 0)
        return Progress::Waiting;
      progress = connected();
    } else {
      progress = connect_failed(std::strerror(fault));
    }
  } else if (phase_ == Phase::Tunnelling) {
    progress = talk_to_proxy();
  } else if (phase_ == Phase::Handshaking) {
    progress = shake_hands();
  } else {
    return Progress::Open;
  }
  return progress == Progress::Failed ? try_next_address() : progress;
}

Connection::Progress Connection::connected() {
  if (target_->proxy == nullptr) return secure();
  if (tunnel_ == nullptr) tunnel_ = std::make_unique<ProxyTunnel>();
  tunnel_->begin(*target_->proxy, target_->host, target_->port);
  phase_ = Phase::Tunnelling;
  return talk_to_proxy();
}

bool Connection::write_to_proxy(Progress& progress) {
  while (!tunnel_->to_write().empty()) {
    const std::string_view bytes = tunnel_->to_write();
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      tunnel_->written(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      progress = Progress::Waiting;
      return false;
    } else if (errno != EINTR) {
      progress = connect_failed(std::strerror(errno));
      return false;
    }
  }
  return true;
}

Connection::Progress Connection::talk_to_proxy() {
  std::array<char, 2048> buffer{};
  for (;;) {
    Progress progress = Progress::Waiting;
    if (!write_to_proxy(progress)) return progress;
    const IoResult got = read(buffer.data(), buffer.size());
    if (got.outcome == IoOutcome::Again) return Progress::Waiting;
    const bool has_ended = got.outcome != IoOutcome::Moved;
    const auto step = has_ended ? tunnel_->closed() : tunnel_->take({buffer.data(), got.bytes});
    if (step == ProxyTunnel::Step::Going) continue;
    tunnel_->end();
    if (step == ProxyTunnel::Step::Open) return secure();
    return attempt_failed(FailureKind::Proxy, tunnel_->failure());
  }
}

Connection::Progress Connection::secure() {
  if (context_ == nullptr) {
    phase_ = Phase::Open;
    return Progress::Open;
  }
  const Status opened = tls_.open(*context_, socket_, target_->host, *session_);
  if (!opened.ok())
    return attempt_failed(FailureKind::Tls, opened.error().message + ": " + opened.error().detail);
  phase_ = Phase::Handshaking;
  return shake_hands();
}

Connection::Progress Connection::shake_hands() {
  switch (tls_.handshake()) {
    case IoOutcome::Moved:
      phase_ = Phase::Open;
      return Progress::Open;
    case IoOutcome::Again:
      return Progress::Waiting;
    default:
      return attempt_failed(FailureKind::Tls, tls_.failure());
  }
}

IoResult Connection::read(char* buffer, std::size_t size) {
  if (tls_.is_open()) return tls_.read(buffer, size);
  ssize_t got = 0;
  do {
    got = ::recv(socket_, buffer, size, 0);
  } while (got < 0 && errno == EINTR);
  last_read_was_full_ = got == static_cast<ssize_t>(size);
  return from_system(got);
}

IoResult Connection::write(std::string_view head, std::string_view body, std::size_t offset) {
  return tls_.is_open() ? write_tls(head, body, offset) : write_plain(head, body, offset);
}

IoResult Connection::write_plain(std::string_view head, std::string_view body, std::size_t offset) {
  // Copying a few bytes together is cheaper for the kernel than taking them from two places.
  if (offset == 0 && body.size() <= kSmallBody) {
    scratch_.assign(head);
    scratch_.append(body);
    ssize_t whole = 0;
    do {
      whole = ::send(socket_, scratch_.data(), scratch_.size(), MSG_NOSIGNAL);
    } while (whole < 0 && errno == EINTR);
    return from_system(whole);
  }
  std::array<iovec, 2> parts{};
  std::size_t count = 0;
  const auto add = [&](std::string_view part) {
    if (part.empty()) return;
    // sendmsg does not write to what it sends; its struct is older than const.
    parts[count++] = {const_cast<char*>(part.data()), part.size()};
  };
  if (offset < head.size()) {
    add(head.substr(offset));
    add(body);
  } else {
    add(body.substr(offset - head.size()));
  }
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket_, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return from_system(sent);
}

IoResult Connection::write_tls(std::string_view head, std::string_view body, std::size_t offset) {
  // What is offered depends on the offset alone, so that a repeated write offers the same bytes.
  if (offset >= head.size()) return tls_.write(body.substr(offset - head.size(), kRecordBytes));
  const std::string_view first = head.substr(offset, kRecordBytes);
  if (body.empty() || first.size() == kRecordBytes) return tls_.write(first);
  scratch_.assign(first);
  scratch_.append(body.substr(0, kRecordBytes - first.size()));
  return tls_.write(scratch_);
}

bool Connection::still_quiet() {
  char byte = 0;
  return read(&byte, 1).outcome == IoOutcome::Again;
}

void Connection::close() {
  close_socket();
  phase_ = Phase::Closed;
  reused = false;
  call = nullptr;
}

void Connection::close_socket() {
  tls_.close();
  if (socket_ < 0) return;
  loop_.unwatch(socket_);
  ::close(std::exchange(socket_, -1));
}

}  // namespace geminate::upstream
