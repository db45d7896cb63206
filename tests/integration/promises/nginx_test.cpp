// Behind nginx as it is usually set up: however requests are disguised, each answer is that of its request.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/integration/promises/promise_stand.h"

namespace geminate {
namespace {

using namespace std::chrono_literals;
using test::PlainClient;

const char* nginx_program() {
  for (const char* path : {"/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"}) {
    if (::access(path, X_OK) == 0) return path;
  }
  return nullptr;
}

/// nginx takes no port 0: one that is free now, and nearly surely a moment later.
std::uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ::bind(probe, reinterpret_cast<const sockaddr*>(&address), length);
  ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &length);
  ::close(probe);
  return ntohs(address.sin_port);
}

/// A reverse proxy with connections to us that it keeps.
class Nginx {
 public:
  Nginx(const std::filesystem::path& folder, std::uint16_t server) : port_(free_port()) {
    const auto file = folder / "nginx.conf";
    const std::string at = folder.string();
    std::ofstream(file)
        << "daemon off; master_process off; worker_processes 1; pid " << at << "/nginx.pid; error_log " << at
        << "/nginx.log;\nevents { worker_connections 512; }\nhttp { access_log off;\n"
        << "client_body_temp_path " << at << "/b; proxy_temp_path " << at << "/p; fastcgi_temp_path " << at
        << "/f; uwsgi_temp_path " << at << "/u; scgi_temp_path " << at << "/s;\n"
        << "upstream geminate { server 127.0.0.1:" << server << "; keepalive 4; }\n"
        << "server { listen 127.0.0.1:" << port_
        << "; ignore_invalid_headers off; underscores_in_headers on;\n"
        << "location / { proxy_pass http://geminate; proxy_http_version 1.1; proxy_set_header Connection '';"
        << " proxy_request_buffering off; proxy_buffering off;"
        << " proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; } } }\n";
    pid_ = ::fork();
    if (pid_ == 0) {
      ::execl(nginx_program(), "nginx", "-p", at.c_str(), "-c", file.c_str(), static_cast<char*>(nullptr));
      ::_exit(127);
    }
  }
  ~Nginx() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  std::uint16_t port_;
  pid_t pid_ = -1;
};

class BehindNginx : public test::PromiseStand {};

/// What has smuggled requests past one server or another. Each hides a request for /smuggled in what one of
/// the two might take for a body, or leaves its end open to interpretation.
std::vector<std::string> disguises() {
  const std::string hidden = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string length = std::to_string(hidden.size());
  const std::string whole = std::to_string(hidden.size() + 5);
  const auto post = [](const std::string& fields, const std::string& body) {
    return "POST /v1beta/models/x:y HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
  };
  std::vector<std::string> all = {
      post("Content-Length: " + whole + "\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + hidden),
      post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "1\r\nA\r\n0\r\n\r\n" + hidden),
      post("Content-Length: 0\r\nContent-Length: " + length + "\r\n", hidden),
      post("Content-Length: +" + length + "\r\n", hidden),
      post("Content-Length: " + length + ", " + length + "\r\n", hidden),
      post("Content-Length: 0" + length + "\r\n", hidden),
      post("Content-Length : " + length + "\r\n", hidden),
      post("Content-Length: 5\r\n", "0\r\n\r\n" + hidden),
      post("X: y\nContent-Length: " + length + "\r\n", hidden),
      post("X: y\rContent-Length: " + length + "\r\n", hidden),
      post("Content-Length: " + length + "\r\nX-A: b\r\n folded\r\n", hidden),
      "GET /v1beta/models HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n" + hidden,
      "GET /v1beta/models HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
      "GET http://a/v1beta/models HTTP/1.1\r\nHost: b\r\n\r\n" + hidden,
      "GET /v1beta/models HTTP/1.1\r\nHost: a\r\nConnection: Content-Length\r\nContent-Length: " + length +
          "\r\n\r\n" + hidden,
      "GET /v1beta/models HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: " + length +
          "\r\n\r\n" + hidden,
  };
  for (const char* coding : {"xchunked", " chunked", "chunked, identity", "identity, chunked", "\"chunked\"",
                             "chunked\x0b", "chunked, chunked", "CHUNKED"}) {
    all.push_back(
        post("Content-Length: " + whole + "\r\nTransfer-Encoding:" + coding + "\r\n", "0\r\n\r\n" + hidden));
    all.push_back(post(std::string("Transfer-Encoding: ") + coding + "\r\n", "0\r\n\r\n" + hidden));
  }
  for (const char* name :
       {"Transfer_Encoding", "Transfer-Encoding ", "\tTransfer-Encoding", "Transfer-Encoding\x01"})
    all.push_back(post("Content-Length: " + whole + "\r\n" + name + ": chunked\r\n", "0\r\n\r\n" + hidden));
  for (const char* chunk : {"0x0\r\n\r\n", "00000000000000000\r\n\r\n", "0;a=\"\r\n\r\n\"\r\n\r\n",
                            "-0\r\n\r\n", "0\n\n", "0 \r\n\r\n", "1\r\nA0\r\n\r\n", "g\r\n\r\n"}) {
    all.push_back(post("Transfer-Encoding: chunked\r\n", chunk + hidden));
  }
  return all;
}

// nginx-framing: no desync behind nginx.
TEST_F(BehindNginx, NoDisguisedRequestMovesAnothersAnswer) {
  if (nginx_program() == nullptr) GTEST_SKIP() << "nginx is not installed here (apt package nginx-light)";
  start({{"GEMINI_API_KEYS", "first-key-aaaa"}, {"TRUSTED_PROXIES", "127.0.0.1"}, {"WORKERS", "1"}});
  const Nginx nginx(folder_.path(), server_->port());
  ASSERT_TRUE(
      test::eventually_within(20s, [&] { return test::ask(nginx.port(), "GET", "/healthz").has_value(); }));
  const auto tries = disguises();
  int asked = 0;
  for (const auto& disguise : tries) {
    PlainClient attacker(nginx.port());
    attacker.send(disguise);
    // Its own answers, as many as nginx gives it, are its own business; it may also be cut off.
    attacker.read_answer(300ms);
    // Others' requests, each known by its answer: a leftover would come first and be taken for theirs.
    for (int i = 0; i < 6; ++i, ++asked) {
      const bool health = i % 2 == 0;
      const auto answer = test::ask(nginx.port(), "GET", health ? "/healthz" : "/api/session");
      ASSERT_TRUE(answer) << disguise;
      EXPECT_EQ(answer->status, 200) << disguise;
      EXPECT_NE(answer->body.find(health ? "\"status\"" : "\"version\""), std::string::npos)
          << answer->body << "\nafter\n"
          << disguise;
    }
  }
  test::note_promise("nginx-framing", std::to_string(tries.size()) + " disguised requests through nginx: " +
                                          std::to_string(asked) + " of " + std::to_string(asked) +
                                          " answers after them were those of their own requests");
}

}  // namespace
}  // namespace geminate
