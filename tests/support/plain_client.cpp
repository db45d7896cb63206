#include "tests/support/plain_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <utility>

namespace geminate::test {
namespace {

using Clock = std::chrono::steady_clock;

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return result;
}

PlainAnswer parse_head(std::string_view head) {
  PlainAnswer answer;
  const auto space = head.find(' ');
  answer.status =
      space == std::string_view::npos ? 0 : std::atoi(std::string(head.substr(space + 1, 3)).c_str());
  auto rest = head.substr(std::min(head.find("\r\n"), head.size()));
  while (rest.size() > 2) {
    rest.remove_prefix(2);
    const auto line = rest.substr(0, rest.find("\r\n"));
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) {
      auto value = line.substr(colon + 1);
      while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
      answer.fields[lower(line.substr(0, colon))] = std::string(value);
    }
    rest.remove_prefix(line.size());
  }
  return answer;
}

}  // namespace

PlainClient::PlainClient(std::uint16_t port, int receive_buffer_bytes) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  // Before connect: the window is agreed on then.
  if (receive_buffer_bytes > 0) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
  }
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) close();
}

PlainClient::~PlainClient() { close(); }

PlainClient::PlainClient(PlainClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), pending_(std::move(other.pending_)) {}

void PlainClient::close(bool with_reset) {
  if (socket_ < 0) return;
  if (with_reset) {
    const linger immediately{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &immediately, sizeof immediately);
  }
  ::close(socket_);
  socket_ = -1;
}

bool PlainClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = transmit(bytes);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

long PlainClient::transmit(std::string_view bytes) {
  return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

long PlainClient::receive(char* bytes, std::size_t size) { return ::recv(socket_, bytes, size, 0); }

bool PlainClient::hears_within(std::chrono::milliseconds patience) const {
  pollfd waiting{socket_, POLLIN, 0};
  return !pending_.empty() || holds_more() || ::poll(&waiting, 1, static_cast<int>(patience.count())) > 0;
}

bool PlainClient::fill(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  if (left <= 0 || socket_ < 0) return false;
  pollfd waiting{socket_, POLLIN, 0};
  if (!holds_more() && ::poll(&waiting, 1, static_cast<int>(left)) <= 0) return false;
  char bytes[16384];
  const auto count = receive(bytes, sizeof bytes);
  if (count <= 0) return false;
  pending_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

std::optional<PlainAnswer> PlainClient::read_answer(std::chrono::milliseconds patience, bool head_only) {
  const auto deadline = Clock::now() + patience;
  for (;;) {
    std::size_t end = 0;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos) {
      if (!fill(deadline)) return std::nullopt;
    }
    auto answer = parse_head(std::string_view(pending_).substr(0, end + 2));
    pending_.erase(0, end + 4);
    if (answer.status >= 100 && answer.status < 200) continue;
    if (head_only || answer.status == 204 || answer.status == 304) return answer;
    if (!read_body(answer, deadline)) return std::nullopt;
    return answer;
  }
}

bool PlainClient::read_body(PlainAnswer& answer, Clock::time_point deadline) {
  if (answer.fields.count("transfer-encoding") != 0) return read_chunks(answer, deadline);
  const auto length = answer.fields.find("content-length");
  if (length == answer.fields.end()) {
    while (fill(deadline)) {
    }
    answer.body = std::exchange(pending_, {});
    return true;
  }
  const auto wanted = static_cast<std::size_t>(std::strtoull(length->second.c_str(), nullptr, 10));
  while (pending_.size() < wanted) {
    if (!fill(deadline)) return false;
  }
  answer.body = pending_.substr(0, wanted);
  pending_.erase(0, wanted);
  return true;
}

bool PlainClient::read_chunks(PlainAnswer& answer, Clock::time_point deadline) {
  for (;;) {
    std::size_t line_end = 0;
    while ((line_end = pending_.find("\r\n")) == std::string::npos) {
      if (!fill(deadline)) return false;
    }
    const auto size = static_cast<std::size_t>(std::strtoull(pending_.c_str(), nullptr, 16));
    while (pending_.size() < line_end + 2 + size + 2) {
      if (!fill(deadline)) return false;
    }
    answer.body.append(pending_, line_end + 2, size);
    pending_.erase(0, line_end + 2 + size + 2);
    if (size == 0) return true;
  }
}

std::string PlainClient::read_until(std::string_view wanted, std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  while (pending_.find(wanted) == std::string::npos && fill(deadline)) {
  }
  return std::exchange(pending_, {});
}

bool PlainClient::closed_within(std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  while (fill(deadline)) pending_.clear();
  return Clock::now() < deadline;
}

std::optional<PlainAnswer> ask(std::uint16_t port, std::string_view method, std::string_view target,
                               std::string_view fields, std::string_view body) {
  PlainClient client(port);
  if (!client.connected()) return std::nullopt;
  std::string request;
  request.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n").append(fields);
  if (!body.empty()) request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  request.append("\r\n").append(body);
  if (!client.send(request)) return std::nullopt;
  return client.read_answer(std::chrono::seconds{30}, method == "HEAD");
}

}  // namespace geminate::test
