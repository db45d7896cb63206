// A thousand wrong log-ins a minute from many addresses, at the built server, and the real admin among them.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "tests/support/plain_client.h"
#include "tests/support/promise.h"
#include "tests/support/server_process.h"

namespace geminate {
namespace {

using namespace std::chrono_literals;
using test::ServerProcess;

/// The status of a log-in that comes from 127.x.y.z; 0 when there was no answer.
int log_in_from(std::uint32_t address, std::uint16_t port, const std::string& name,
                const std::string& password) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in from{};
  from.sin_family = AF_INET;
  from.sin_addr.s_addr = htonl(address);
  sockaddr_in to = from;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(port);
  const std::string body = R"({"name":")" + name + R"(","password":")" + password + "\"}";
  const std::string request =
      "POST /api/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
      "Content-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body;
  const timeval patience{20, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::string answer;
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0 &&
      ::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 &&
      ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    char bytes[4096];
    for (ssize_t count = 0; (count = ::recv(socket, bytes, sizeof bytes, 0)) > 0;)
      answer.append(bytes, static_cast<std::size_t>(count));
  }
  ::close(socket);
  return answer.size() < 12 ? 0 : std::stoi(answer.substr(9, 3));
}

TEST(LoginStorm, IsThrottledAndTheRealAdminGetsInFromAnAddressOfTheirOwn) {
  constexpr std::uint32_t kAddresses = 100;
  constexpr std::uint32_t kFirst = 0x7F010001;  // 127.1.0.1
  test::ScratchFolder folder;
  ServerProcess server(folder.path(),
                       {{"KEY_STORAGE_MODE", "database"}, {"GEMINI_BASE_URL", "http://127.0.0.1:1"}});
  ASSERT_TRUE(server.running()) << server.log();
  const int attempts = test::is_long_run() ? 1000 : 300;
  const auto pace = test::is_long_run() ? 60ms : 1ms;
  const char* const names[] = {"admin", "admin", "anna"};
  int looked_at = 0;
  int turned_away = 0;
  auto next = std::chrono::steady_clock::now();
  for (int i = 0; i < attempts; ++i) {
    const auto address = kFirst + static_cast<std::uint32_t>(i) % kAddresses;
    const int status = log_in_from(address, server.port(), names[i % 3], "wrong " + std::to_string(i));
    looked_at += status == 401 ? 1 : 0;
    turned_away += status == 429 ? 1 : 0;
    std::this_thread::sleep_until(next += pace);
  }
  EXPECT_EQ(looked_at + turned_away, attempts);
  EXPECT_GE(turned_away, attempts / 3);
  EXPECT_EQ(log_in_from(INADDR_LOOPBACK, server.port(), "admin", ServerProcess::kAdmin), 200);
  const auto edit = test::ask(server.port(), "POST", "/api/manage/keys/add",
                              "Content-Type: application/json\r\nAuthorization: Bearer " +
                                  std::string(ServerProcess::kAdmin) + "\r\n",
                              R"({"key_string":"a-key-that-is-added-in-a-storm"})");
  ASSERT_TRUE(edit);
  EXPECT_EQ(edit->status, 201);
  test::note_promise("login-throttle",
                     std::to_string(attempts) + " wrong log-ins from " + std::to_string(kAddresses) +
                         " addresses" + (test::is_long_run() ? " within a minute" : " at once") + ": " +
                         std::to_string(looked_at) + " were looked at, " + std::to_string(turned_away) +
                         " turned away; the admin got in at the first try");
}

}  // namespace
}  // namespace geminate
