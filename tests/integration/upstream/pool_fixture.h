#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "backend/upstream/connection_pool.h"
#include "tests/support/epoll_loop.h"
#include "tests/support/fake_upstream.h"

namespace geminate::upstream {

/// Keeps what a call's observer was told, and lets a test act from within the callbacks.
class KeptAnswer final : public CallObserver {
 public:
  void on_head(const AnswerHead& head) override {
    ++heads;
    status = head.status;
    if (at_head) at_head();
  }
  void on_body(std::string_view bytes) override {
    body += bytes;
    ++pieces;
    if (at_body) at_body();
  }
  void on_done() override {
    ++endings;
    done = true;
    if (at_done) at_done();
  }
  void on_failed(const CallFailure& what) override {
    ++endings;
    failure = what;
    if (at_failed) at_failed();
  }
  [[nodiscard]] bool ended() const { return endings > 0; }
  [[nodiscard]] testing::AssertionResult failed_with(FailureKind kind) const {
    if (!failure) return testing::AssertionFailure() << "it did not fail";
    if (failure->kind == kind) return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << "failure " << static_cast<int>(failure->kind) << ", " << failure->detail;
  }

  int heads = 0;
  int pieces = 0;
  int endings = 0;
  int status = 0;
  std::string body;
  bool done = false;
  std::optional<CallFailure> failure;
  std::function<void()> at_head, at_body, at_done, at_failed;
};

inline std::string request_head(std::size_t body_bytes = 0, const std::string& path = "/v1beta/models") {
  return "POST " + path + " HTTP/1.1\r\nHost: upstream\r\ncontent-length: " + std::to_string(body_bytes) +
         "\r\n\r\n";
}

inline std::string answer_text(const std::string& body, const std::string& fields = "") {
  return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

/// Upstream takes one connection; the rest of the script is `rest(connection)`.
template <class Rest>
test::FakeUpstream::Script on_connection(Rest rest) {
  return [rest = std::move(rest)](test::FakeUpstream& fake) -> testing::AssertionResult {
    test::FakeConnection connection;
    GEMINATE_HOLDS(fake.accept(connection));
    return rest(connection);
  };
}

/// The same, and it has read one request.
template <class Rest>
test::FakeUpstream::Script on_request(Rest rest) {
  return on_connection(
      [rest = std::move(rest)](test::FakeConnection& connection) -> testing::AssertionResult {
        std::string request;
        GEMINATE_HOLDS(connection.read_request(request));
        return rest(connection);
      });
}

/// Reads a request and answers it.
inline testing::AssertionResult serve(test::FakeConnection& connection, const std::string& body) {
  std::string request;
  GEMINATE_HOLDS(connection.read_request(request));
  return connection.write(answer_text(body));
}

/// Upstream serves one request on one connection.
inline test::FakeUpstream::Script serve_once(const std::string& body) {
  return on_connection([body](test::FakeConnection& connection) { return serve(connection, body); });
}

/// A name that has two addresses, and only the second one answers.
inline Result<Addresses> two_addresses(const char* first) {
  Addresses addresses = literal_address(first);
  addresses.push_back(literal_address("127.0.0.1").front());
  return addresses;
}

/// A pool on a loop of the test's own thread.
class PoolTest : public testing::Test {
 protected:
  ConnectionPool& pool(PoolOptions options = {}, TlsContext* tls = nullptr) {
    options.gate = &gate_;
    if (!pool_) pool_ = std::make_unique<ConnectionPool>(loop_, resolver_, tls, options);
    return *pool_;
  }
  static Target target(const test::FakeUpstream& upstream, const std::string& host = "127.0.0.1",
                       bool tls = false) {
    return {host, upstream.port(), tls};
  }
  CallId start(const Target& target, KeptAnswer& answer, std::string_view body = {},
               Deadlines deadlines = {}) {
    heads_.push_back(std::make_unique<std::string>(request_head(body.size())));
    return pool().start(target, {*heads_.back(), body, deadlines, false}, answer);
  }
  /// Starts a call and turns the loop until it has ended.
  bool ask(const Target& target, KeptAnswer& answer, std::string_view body = {}, Deadlines deadlines = {}) {
    start(target, answer, body, deadlines);
    return run_until_ended(answer);
  }
  bool run_until_ended(const KeptAnswer& answer) {
    return loop_.run_until([&] { return answer.ended(); });
  }
  /// Turns the loop until something holds that another thread brings about.
  template <class Condition>
  bool run_until_elsewhere(Condition condition) {
    return loop_.run_until([&] {
      loop_.post([] {});
      return condition();
    });
  }
  /// Turns the loop until the script has ended, too.
  testing::AssertionResult finish(std::future<testing::AssertionResult>& script) {
    const bool over = run_until_elsewhere(
        [&] { return script.wait_for(std::chrono::milliseconds{1}) == std::future_status::ready; });
    if (!over) return testing::AssertionFailure() << "the script hangs";
    return script.get();
  }

  /// For pools of a test's own.
  PoolOptions options() { return {.gate = &gate_}; }

  test::EpollLoop loop_;
  Resolver resolver_;
  /// Names lead to fakes on this machine.
  AddressGate gate_{{*auth::AddressBlock::parse("127.0.0.0/8")}};
  std::unique_ptr<ConnectionPool> pool_;
  std::vector<std::unique_ptr<std::string>> heads_;
};

}  // namespace geminate::upstream
