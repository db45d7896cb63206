#include "backend/http/client_socket.h"

#include <sys/socket.h>

#include <cerrno>

namespace geminate::http {
namespace {

Transfer outcome_of(ssize_t moved) {
  if (moved > 0) return {Transfer::State::Moved, static_cast<std::size_t>(moved)};
  if (moved == 0) return {Transfer::State::Ended, 0};
  if (errno == EAGAIN) return {Transfer::State::Again, 0};
  return {Transfer::State::Broken, 0};
}

}  // namespace

Transfer ClientSocket::receive(std::span<char> buffer) {
  if (!tls_) [[likely]]
    return receive_plain(buffer);
  const auto got = tls_->receive(buffer);
  if (got.state == Transfer::State::NotTls) tls_.reset();
  return got;
}

Transfer ClientSocket::send(std::span<const iovec> pieces) {
  if (!tls_) [[likely]]
    return send_plain(pieces);
  return tls_->send(pieces);
}

void ClientSocket::say_goodbye() {
  if (tls_) tls_->say_goodbye();
}

Transfer ClientSocket::receive_plain(std::span<char> buffer) const {
  ssize_t got = 0;
  do {
    got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
  } while (got < 0 && errno == EINTR);
  return outcome_of(got);
}

Transfer ClientSocket::send_plain(std::span<const iovec> pieces) const {
  ssize_t sent = 0;
  do {
    if (pieces.size() == 1) {
      sent = ::send(descriptor_, pieces[0].iov_base, pieces[0].iov_len, MSG_NOSIGNAL);
    } else {
      msghdr message{};
      // sendmsg does not write to the pieces; its type merely cannot say so.
      message.msg_iov = const_cast<iovec*>(pieces.data());
      message.msg_iovlen = pieces.size();
      sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL);
    }
  } while (sent < 0 && errno == EINTR);
  return outcome_of(sent);
}

void ClientSocket::shut_down_writing() {
  say_goodbye();
  ::shutdown(descriptor_, SHUT_WR);
}

void ClientSocket::reset_on_close() {
  const linger at_once{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace geminate::http
