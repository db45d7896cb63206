#include "tools/simulator/wire.h"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace geminate::simulator {
namespace {

using Failure = boost::system::error_code;

auto into(Failure& failure) { return asio::redirect_error(asio::use_awaitable, failure); }

}  // namespace

Wire::Wire(tcp::socket socket, asio::ssl::context* tls)
    : socket_(std::move(socket)),
      arrived_(socket_.get_executor(), asio::steady_timer::time_point::max()),
      room_(socket_.get_executor(), asio::steady_timer::time_point::max()),
      pause_(socket_.get_executor()),
      buffer_(kReadSize, '\0') {
  if (tls != nullptr) tls_.emplace(socket_, *tls);
  Failure ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
}

asio::awaitable<std::size_t> Wire::read_some() {
  Failure failure;
  std::size_t size = 0;
  if (tls_) {
    size = co_await tls_->async_read_some(asio::buffer(buffer_), into(failure));
  } else {
    size = co_await socket_.async_read_some(asio::buffer(buffer_), into(failure));
  }
  co_return failure ? 0 : size;
}

asio::awaitable<void> Wire::read_on() {
  const auto self = shared_from_this();
  Failure failure;
  if (tls_) co_await tls_->async_handshake(asio::ssl::stream_base::server, into(failure));
  ready_ = !failure;
  while (ready_ && !gone_) {
    if (input_.size() > kInputLimit) {
      Failure woken;
      co_await room_.async_wait(into(woken));
      continue;
    }
    const std::size_t size = co_await read_some();
    if (size == 0) break;
    input_.append(buffer_, 0, size);
    arrived_.cancel();
  }
  leave();
}

asio::awaitable<void> Wire::more_input() {
  Failure woken;
  room_.cancel();
  if (!gone_) co_await arrived_.async_wait(into(woken));
}

asio::awaitable<bool> Wire::write(std::string_view bytes, std::size_t write_bytes) {
  while (!bytes.empty() && !gone_) {
    const std::string_view piece = write_bytes == 0 ? bytes : bytes.substr(0, write_bytes);
    Failure failure;
    if (tls_) {
      co_await asio::async_write(*tls_, asio::buffer(piece), into(failure));
    } else {
      co_await asio::async_write(socket_, asio::buffer(piece), into(failure));
    }
    if (failure) {
      leave();
      break;
    }
    bytes.remove_prefix(piece.size());
  }
  co_return bytes.empty() && !gone_;
}

asio::awaitable<bool> Wire::pause(std::chrono::milliseconds time) {
  if (time.count() > 0 && !gone_) {
    Failure woken;
    pause_.expires_after(time);
    co_await pause_.async_wait(into(woken));
  }
  co_return !gone_;
}

asio::awaitable<void> Wire::until_gone() {
  while (!gone_) co_await more_input();
}

void Wire::close() { leave(); }

void Wire::reset() {
  Failure ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  leave();
}

void Wire::leave() {
  gone_ = true;
  Failure ignored;
  socket_.close(ignored);
  arrived_.cancel();
  room_.cancel();
  pause_.cancel();
}

}  // namespace geminate::simulator
