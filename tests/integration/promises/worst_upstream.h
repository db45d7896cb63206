#pragma once

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/fake_upstream.h"
#include "tests/support/plain_client.h"
#include "tests/support/promise.h"
#include "tests/support/server_process.h"

namespace geminate::test {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// A client surface: how it asks for a stream and for a whole answer, and how a stream's end looks.
struct Surface {
  const char* name;
  const char* stream_target;
  const char* stream_body;
  const char* whole_target;
  const char* whole_body;
  /// Stands in a stream that has ended well, and in no other.
  const char* good_end;
};

inline constexpr std::array<Surface, 4> kSurfaces = {{
    {"gemini", "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
     R"({"contents":[{"role":"user","parts":[{"text":"Hi"}]}]})",
     "/v1beta/models/gemini-2.5-flash:generateContent",
     R"({"contents":[{"role":"user","parts":[{"text":"Hi"}]}]})", "\"finishReason\":\"STOP\""},
    {"chat", "/v1/chat/completions",
     R"({"model":"gemini-2.5-flash","stream":true,"messages":[{"role":"user","content":"Hi"}]})",
     "/v1/chat/completions", R"({"model":"gemini-2.5-flash","messages":[{"role":"user","content":"Hi"}]})",
     "data: [DONE]"},
    {"messages", "/v1/messages",
     R"({"model":"gemini-2.5-flash","max_tokens":99,"stream":true,"messages":[{"role":"user","content":"Hi"}]})",
     "/v1/messages",
     R"({"model":"gemini-2.5-flash","max_tokens":99,"messages":[{"role":"user","content":"Hi"}]})",
     "event: message_stop"},
    {"responses", "/v1/responses", R"({"model":"gemini-2.5-flash","stream":true,"input":"Hi"})",
     "/v1/responses", R"({"model":"gemini-2.5-flash","input":"Hi"})", "response.completed"},
}};

/// What a client has got, whether or not it was all.
struct Got {
  int status = 0;
  /// As it came, chunk framing and all.
  std::string bytes;
  std::string body;
  /// The answer ended as HTTP says that it does.
  bool is_whole = false;
  std::chrono::duration<double> took{};

  /// An error of one of the dialects; a good answer may hold the word as a member that is null.
  [[nodiscard]] bool has_error() const { return has("\"error\":{") || has("\"type\":\"error\""); }
  [[nodiscard]] bool has(std::string_view text) const { return body.find(text) != std::string::npos; }
};

/// Takes an answer apart that may have been cut anywhere.
inline Got taken_apart(std::string bytes) {
  Got got;
  got.bytes = std::move(bytes);
  const std::size_t head_end = got.bytes.find("\r\n\r\n");
  if (head_end == std::string::npos || !got.bytes.starts_with("HTTP/1.1 ")) return got;
  got.status = std::atoi(got.bytes.c_str() + 9);
  std::string head = got.bytes.substr(0, head_end + 2);
  for (char& c : head) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  std::string_view rest = std::string_view(got.bytes).substr(head_end + 4);
  if (head.find("transfer-encoding: chunked\r\n") == std::string::npos) {
    got.body = rest;
    const std::size_t at = head.find("content-length: ");
    got.is_whole =
        at != std::string::npos && rest.size() == std::strtoull(head.c_str() + at + 16, nullptr, 10);
    return got;
  }
  for (;;) {
    const std::size_t line_end = rest.find("\r\n");
    if (line_end == std::string_view::npos) return got;
    const std::size_t size = std::strtoull(std::string(rest.substr(0, line_end)).c_str(), nullptr, 16);
    rest.remove_prefix(line_end + 2);
    got.body += rest.substr(0, size);
    if (rest.size() < size + 2) return got;
    rest.remove_prefix(size + 2);
    if (size != 0) continue;
    got.is_whole = rest.empty();
    return got;
  }
}

/// One event of Gemini's stream with that text.
inline std::string gemini_event(const std::string& text, bool is_last = false) {
  return R"(data: {"candidates":[{"content":{"role":"model","parts":[{"text":")" + text + "\"}]}" +
         (is_last ? R"(,"finishReason":"STOP")" : "") +
         R"(,"index":0}],"usageMetadata":{"promptTokenCount":2,"candidatesTokenCount":3,"totalTokenCount":5}})" +
         "\r\n\r\n";
}

inline std::string chunk(std::string_view bytes) {
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + std::string(bytes) + "\r\n";
}

inline constexpr const char* kStreamHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
inline constexpr const char* kLastChunk = "0\r\n\r\n";

inline std::string json_answer(const std::string& body, const std::string& fields = {}) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// A whole answer of Gemini's.
inline std::string good_body(const std::string& text = "all is well") {
  const std::string event = gemini_event(text, true);
  return event.substr(6, event.size() - 10);
}

/// An upstream that plays its part anew for every request, each on a thread of its own.
class WorstUpstream {
 public:
  using Part = std::function<void(FakeConnection& connection, const std::string& request)>;

  explicit WorstUpstream(Part part, const TestCertificates* certificates = nullptr)
      : fake_(certificates), part_(std::move(part)), thread_([this] { accept_all(); }) {}
  ~WorstUpstream() {
    stopping_ = true;
    thread_.join();
    for (auto& player : players_) player.thread.join();
  }
  WorstUpstream(const WorstUpstream&) = delete;
  WorstUpstream& operator=(const WorstUpstream&) = delete;

  [[nodiscard]] std::uint16_t port() const { return fake_.port(); }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }
  [[nodiscard]] bool stopping() const { return stopping_; }
  /// Connections so far.
  [[nodiscard]] int connections() const { return connections_; }

 private:
  struct Player {
    std::thread thread;
    std::shared_ptr<std::atomic<bool>> is_done;
  };

  void accept_all() {
    while (!stopping_) {
      auto connection = std::make_shared<FakeConnection>();
      if (!fake_.accept(*connection, milliseconds{500})) continue;
      ++connections_;
      // Thousands of them come in one test: those that have ended are let go.
      for (auto& player : players_) {
        if (*player.is_done) player.thread.join();
      }
      std::erase_if(players_, [](const Player& player) { return !player.thread.joinable(); });
      auto is_done = std::make_shared<std::atomic<bool>>(false);
      players_.push_back({std::thread([this, connection, is_done] {
                            std::string request;
                            if (connection->read_request(request)) part_(*connection, request);
                            *is_done = true;
                          }),
                          is_done});
    }
  }

  FakeUpstream fake_;
  const Part part_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  std::vector<Player> players_;
  std::thread thread_;
};

/// The real server before an upstream that a test scripts.
class BeforeTheWorst : public testing::Test {
 protected:
  void start(const std::string& base_url, ServerProcess::Environment environment = {}) {
    environment.emplace("GEMINI_BASE_URL", base_url);
    environment.emplace("GEMINI_API_KEYS", "first-key-aaaa,other-key-bbbb");
    server_ = std::make_unique<ServerProcess>(folder_.path(), environment);
    ASSERT_TRUE(server_->running()) << server_->log();
  }

  static std::string request_text(const std::string& target, const std::string& body) {
    return "POST " + target +
           " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n" +
           "Authorization: Bearer " + ServerProcess::kToken +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  Got ask_all(const std::string& target, const std::string& body,
              milliseconds patience = std::chrono::seconds{60}) {
    const auto began = Clock::now();
    PlainClient client(server_->port());
    client.send(request_text(target, body));
    Got got = taken_apart(client.read_until(std::string_view("\0never", 6), patience));
    got.took = Clock::now() - began;
    return got;
  }
  Got ask_stream(const Surface& surface) { return ask_all(surface.stream_target, surface.stream_body); }
  Got ask_whole(const Surface& surface) { return ask_all(surface.whole_target, surface.whole_body); }

  /// A number in the metrics; -1 when there is no such line.
  double metric(const std::string& name) {
    const auto text = ask(server_->port(), "GET", "/metrics",
                          "Authorization: Bearer " + std::string(ServerProcess::kAdmin) + "\r\n");
    const std::size_t at = text ? ("\n" + text->body).find("\n" + name + " ") : std::string::npos;
    return at == std::string::npos ? -1 : std::strtod(text->body.c_str() + at + name.size() + 1, nullptr);
  }
  /// Waits until nothing is in flight any more; how long that took, or nothing after `patience`.
  std::optional<milliseconds> quiet_within(milliseconds patience) {
    const auto began = Clock::now();
    while (Clock::now() - began < patience) {
      if (metric("geminate_requests_in_flight") == 0 &&
          metric("geminate_upstream_connections{use=\"busy\"}") == 0)
        return std::chrono::duration_cast<milliseconds>(Clock::now() - began);
      std::this_thread::sleep_for(milliseconds{5});
    }
    return std::nullopt;
  }

  ScratchFolder folder_;
  std::unique_ptr<ServerProcess> server_;
};

}  // namespace geminate::test
