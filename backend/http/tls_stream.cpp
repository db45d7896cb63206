#include "backend/http/tls_stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace geminate::http {
namespace {

using State = Transfer::State;

/// A method of HTTP begins with one; TLS's first byte is 0x16.
bool begins_plain_http(char first) { return first >= 'A' && first <= 'Z'; }

}  // namespace

TlsStream::TlsStream(std::shared_ptr<const ServerTls> tls, int descriptor, Scratch& scratch)
    : tls_(std::move(tls)), socket_{descriptor, false}, scratch_(&scratch) {}

TlsStream::~TlsStream() { SSL_free(ssl_); }

State TlsStream::begin() {
  char first = 0;
  const auto got = ::recv(socket_.descriptor, &first, 1, MSG_PEEK);
  if (got == 0) return State::Ended;
  if (got < 0) return errno == EAGAIN || errno == EINTR ? State::Again : State::Broken;
  if (begins_plain_http(first)) return State::NotTls;
  ERR_clear_error();
  ssl_ = SSL_new(tls_->context());
  BIO* const bio = ssl_ == nullptr ? nullptr : tls_->socket_method().open(socket_);
  if (bio == nullptr) return State::Broken;
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_accept_state(ssl_);
  return State::Moved;
}

State TlsStream::shake_hands() {
  if (ssl_ == nullptr) {
    if (const State begun = begin(); begun != State::Moved) return begun;
  }
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  if (result != 1) return state_of(result);
  is_open_ = true;
  wants_to_write_ = false;
  return State::Moved;
}

Transfer TlsStream::receive(std::span<char> buffer) {
  if (end_ != State::Again) return {end_, 0};
  if (!is_open_) {
    if (const State state = shake_hands(); state != State::Moved) return {state, 0};
  }
  std::size_t total = 0;
  while (total < buffer.size()) {
    ERR_clear_error();
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_, buffer.data() + total, buffer.size() - total, &got);
    if (result != 1) {
      const State state = state_of(result);
      if (total == 0) return {state, 0};
      break;
    }
    total += got;
    // Another read would only cost a system call to hear that there is nothing.
    if (!may_hold_more()) break;
  }
  return {State::Moved, total};
}

Transfer TlsStream::send(std::span<const iovec> pieces) {
  if (!is_open_) return {State::Again, 0};
  std::size_t sent = 0;
  while (true) {
    const auto record = next_record(pieces, sent);
    if (record.empty()) return {State::Moved, sent};
    ERR_clear_error();
    std::size_t moved = 0;
    const int result = SSL_write_ex(ssl_, record.data(), record.size(), &moved);
    if (result != 1) {
      const State state = state_of(result);
      if (state != State::Again) return {State::Broken, sent};
      return {sent == 0 ? State::Again : State::Moved, sent};
    }
    sent += moved;
  }
}

std::string_view TlsStream::next_record(std::span<const iovec> pieces, std::size_t offset) {
  std::size_t first = 0;
  while (first < pieces.size() && offset >= pieces[first].iov_len) offset -= pieces[first++].iov_len;
  if (first == pieces.size()) return {};
  const std::string_view head(static_cast<const char*>(pieces[first].iov_base) + offset,
                              pieces[first].iov_len - offset);
  if (head.size() >= kRecord || first + 1 == pieces.size()) return head.substr(0, kRecord);
  scratch_->assign(head.begin(), head.end());
  for (auto next = first + 1; next < pieces.size() && scratch_->size() < kRecord; ++next) {
    const auto* const bytes = static_cast<const char*>(pieces[next].iov_base);
    scratch_->insert(scratch_->end(), bytes,
                     bytes + std::min(pieces[next].iov_len, kRecord - scratch_->size()));
  }
  return {scratch_->data(), scratch_->size()};
}

State TlsStream::state_of(int result) {
  const int reason = SSL_get_error(ssl_, result);
  wants_to_write_ = reason == SSL_ERROR_WANT_WRITE && !is_open_;
  switch (reason) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return State::Again;
    case SSL_ERROR_ZERO_RETURN:
      return end_ = State::Ended;
    default:
      // A reset, an end without goodbye, or nonsense: what came last may not be all that was sent.
      return end_ = State::Broken;
  }
}

bool TlsStream::may_hold_more() const { return socket_.last_read_was_full || SSL_has_pending(ssl_) == 1; }

void TlsStream::say_goodbye() {
  if (!is_open_ || end_ == State::Broken) return;
  ERR_clear_error();
  SSL_shutdown(ssl_);
}

}  // namespace geminate::http
