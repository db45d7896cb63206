// Management requests over real sockets: the bridge, work on another thread, clients that do not wait for it.

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "backend/http/management_bridge.h"
#include "tests/integration/http/scripted_server.h"
#include "tests/support/plain_client.h"

namespace geminate::test {
namespace {

using namespace std::chrono_literals;

/// Runs tasks in order on one thread of its own, while it is let.
class Background {
 public:
  Background() : thread_([this] { run(); }) {}
  ~Background() {
    release();
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  void run_soon(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    wake_.notify_all();
  }
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void release() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    wake_.notify_all();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return ended_ || (!held_ && !tasks_.empty()); });
      if (tasks_.empty()) return;
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool held_ = false;
  bool ended_ = false;
  std::thread thread_;
};

class ManagementOnly final : public http::RequestHandler {
 public:
  ManagementOnly(reactor::EventLoop& loop, Background& background) : bridge_(loop) {
    bridge_.add(api::Verb::Put, "/api/rows/{id}",
                [&background](const http::ManagementRequest& request, http::ManagementReply reply) {
                  auto shared = std::make_shared<http::ManagementReply>(std::move(reply));
                  background.run_soon([shared, text = request.id + "=" + request.request.body()] {
                    (*shared)({200, text, "text/plain", {}});
                  });
                });
  }
  void handle(http::HttpRequest request, http::ResponseSink& sink) override {
    bridge_.dispatch(std::move(request), sink, Caller{});
  }
  std::string framing_error_body(std::string_view, const http::FramingFault&) override { return {}; }

 private:
  http::ManagementBridge bridge_;
};

class Management : public ::testing::Test {
 protected:
  Management() {
    EXPECT_TRUE(listener_
                    .start([this](reactor::EventLoop& loop) {
                      return std::make_unique<ManagementOnly>(loop, background_);
                    })
                    .ok());
  }

  static std::string put(int id, std::string_view body) {
    return "PUT /api/rows/" + std::to_string(id) +
           " HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
  }

  http::PistacheListener listener_{[] {
    http::ListenerOptions options;
    options.workers = 2;
    return options;
  }()};
  // Ends before the listener, whose loops its last answers are posted to.
  Background background_;
};

TEST_F(Management, AnswersFromTheBackground) {
  PlainClient client(listener_.port());
  for (int i = 0; i < 50; ++i) {
    client.send(put(i, "value"));
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, std::to_string(i) + "=value");
    EXPECT_EQ(answer->fields.at("cache-control"), "no-store");
  }
}

TEST_F(Management, ForgetsClientsThatLeaveBeforeTheirAnswer) {
  background_.hold();
  for (int i = 0; i < 20; ++i) {
    PlainClient client(listener_.port());
    client.send(put(i, "left"));
    client.read_until("x", 5ms);
  }
  EXPECT_TRUE(eventually([&] { return listener_.stats().connections == 0; }));
  PlainClient staying(listener_.port());
  staying.send(put(99, "stayed"));
  background_.release();
  const auto answer = staying.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "99=stayed");
}

TEST_F(Management, StopsWhileWorkIsUnderWay) {
  background_.hold();
  PlainClient client(listener_.port());
  client.send(put(1, "late"));
  client.read_until("x", 20ms);
  listener_.stop();
  EXPECT_TRUE(client.closed_within(5s));
  // The answer goes to a loop that has ended.
  background_.release();
}

}  // namespace
}  // namespace geminate::test
