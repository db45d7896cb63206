#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backend/http/message_framing.h"
#include "backend/http/response_sink.h"

namespace geminate::test {

/// Keeps the one answer that it gets.
class RecordingSink final : public http::ResponseSink {
 public:
  explicit RecordingSink(reactor::EventLoop& loop) : loop_(&loop) {}

  void observe(http::ResponseObserver* given) override { observer = given; }
  void send(const http::ResponseHead& head, std::string_view bytes) override {
    ++answers;
    status = head.status;
    content_type = head.content_type;
    kind = head.kind;
    extra = head.extra;
    body = bytes;
  }
  void begin_stream(const http::ResponseHead&, std::optional<std::uint64_t>) override { ++answers; }
  http::WriteResult write(std::string_view) override { return http::WriteResult::More; }
  void end() override {}
  void abort() override {}
  reactor::EventLoop& loop() override { return *loop_; }

  [[nodiscard]] bool has_line(std::string_view line) const {
    return ("\r\n" + extra).find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
  }

  http::ResponseObserver* observer = nullptr;
  int answers = 0;
  int status = 0;
  std::string content_type;
  http::AnswerKind kind = http::AnswerKind::Data;
  std::string extra;
  std::string body;

 private:
  reactor::EventLoop* loop_;
};

/// A request as framing makes it: "GET /x" with further field lines.
inline http::HttpRequest make_request(std::string_view method_and_target, std::string_view fields = {},
                                      std::string_view body = {}) {
  const http::FramingLimits limits;
  http::BodyBudget budget(1 << 20);
  http::MessageFraming framing(limits, budget);
  const std::string text = std::string(method_and_target) + " HTTP/1.1\r\nHost: test\r\n" +
                           std::string(fields) + "Content-Length: " + std::to_string(body.size()) +
                           "\r\n\r\n" + std::string(body);
  std::string_view bytes(text);
  if (framing.feed(bytes) != http::Framed::Complete) return {};
  auto request = framing.take();
  // The budget ends with this function.
  request.body_lease_ = {};
  return request;
}

}  // namespace geminate::test
