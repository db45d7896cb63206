// A connection on a plain loop, over a pair of sockets that keeps what was sent in one call apart from the
// next.

#include "backend/http/client_connection.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "backend/http/client_set.h"
#include "tests/support/epoll_loop.h"

namespace geminate::test {
namespace {

using namespace std::chrono_literals;

const std::string kGet = "GET /a HTTP/1.1\r\nHost: t\r\n\r\n";

/// Calls what the test says.
struct FunctionHandler final : http::RequestHandler {
  void handle(http::HttpRequest request, http::ResponseSink& sink) override {
    last_request = std::move(request);
    what(sink);
  }
  std::string framing_error_body(std::string_view, const http::FramingFault& fault) override {
    return fault.message;
  }

  std::function<void(http::ResponseSink&)> what;
  http::HttpRequest last_request;
};

struct Observer final : http::ResponseObserver {
  void on_client_gone() override { ++gone; }
  void on_drained() override {
    ++drained;
    if (when_drained) when_drained();
  }
  int gone = 0;
  int drained = 0;
  std::function<void()> when_drained;
};

class Connection : public ::testing::Test, protected http::SocketCloser {
 protected:
  Connection() {
    clients_.set_handler(handler_);
    handler_.what = [](http::ResponseSink& sink) { sink.send(http::ResponseHead{}, "hello"); };
  }
  ~Connection() override {
    clients_.close_all();
    loop_.run_once(0ms);
    if (client_ >= 0) ::close(client_);
  }

  void close_socket(int descriptor) override {
    loop_.unwatch(descriptor);
    ::close(descriptor);
    ++closed_;
  }

  void connect(int type = SOCK_SEQPACKET) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, ends.data()), 0);
    client_ = ends[1];
    connection_ = &clients_.add(ends[0], "peer", false);
    ASSERT_TRUE(loop_.watch(ends[0], reactor::Interest::Read, *connection_).ok());
  }

  void say(std::string_view bytes) {
    ASSERT_EQ(::send(client_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    loop_.run_once(1s);
  }

  /// What one call sent; empty when nothing waits.
  std::string hear() {
    std::string bytes(100'000, '\0');
    const auto got = ::recv(client_, bytes.data(), bytes.size(), 0);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }
  static std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

  EpollLoop loop_;
  http::ListenerOptions options_;
  http::BodyBudget budget_{1 << 20};
  http::ClientCounters counters_;
  /// Outlives the connections, which tell it of their end.
  Observer observer_;
  FunctionHandler handler_;
  http::ClientSet clients_{loop_, options_, budget_, counters_, *this};
  http::ClientConnection* connection_ = nullptr;
  int client_ = -1;
  int closed_ = 0;
};

TEST_F(Connection, SendsHeadAndBodyInOneCall) {
  connect();
  say(kGet);
  const auto answer = hear();
  EXPECT_EQ(body_of(answer), "hello");
  EXPECT_EQ(hear(), "");
  EXPECT_EQ(handler_.last_request.peer(), "peer");
}

TEST_F(Connection, SendsALargeBodyWithItsHeadInOneCall) {
  connect();
  const std::string large(60'000, 'l');
  handler_.what = [&](http::ResponseSink& sink) { sink.send(http::ResponseHead{}, large); };
  say(kGet);
  EXPECT_EQ(body_of(hear()), large);
}

TEST_F(Connection, SendsWhatIsStreamedInOneTurnInOneCall) {
  connect();
  handler_.what = [](http::ResponseSink& sink) {
    sink.begin_stream(http::ResponseHead{}, std::nullopt);
    sink.write("one");
    sink.write("twotwotwotwotwotwo");
    sink.write("");
    sink.end();
  };
  say(kGet);
  EXPECT_EQ(body_of(hear()), "3\r\none\r\n12\r\ntwotwotwotwotwotwo\r\n0\r\n\r\n");
  EXPECT_EQ(hear(), "");
}

TEST_F(Connection, HoldsAStreamsHeadBackUntilTheFirstPiece) {
  connect();
  http::ResponseSink* sink = nullptr;
  handler_.what = [&](http::ResponseSink& given) {
    sink = &given;
    given.begin_stream(http::ResponseHead{}, std::nullopt);
  };
  say(kGet);
  EXPECT_EQ(hear(), "");
  loop_.post([&] { sink->write("piece"); });
  loop_.run_once(1s);
  EXPECT_EQ(body_of(hear()), "5\r\npiece\r\n");
  loop_.post([&] { sink->end(); });
  loop_.run_once(1s);
  EXPECT_EQ(hear(), "0\r\n\r\n");
}

TEST_F(Connection, AnswersPipelinedRequestsInOneCall) {
  connect();
  say(kGet + kGet + kGet);
  const auto all = hear();
  EXPECT_EQ(hear(), "");
  std::size_t found = 0;
  for (auto at = all.find("hello"); at != std::string::npos; at = all.find("hello", at + 1)) ++found;
  EXPECT_EQ(found, 3u);
}

TEST_F(Connection, NeverSendsMoreThanItDeclared) {
  connect();
  handler_.what = [](http::ResponseSink& sink) {
    sink.begin_stream(http::ResponseHead{}, 5);
    sink.write("hel");
    sink.write("lo and more");
    sink.write("and more");
    sink.end();
  };
  say(kGet);
  EXPECT_EQ(body_of(hear()), "hello");
  handler_.what = [](http::ResponseSink& sink) { sink.send(http::ResponseHead{}, "next"); };
  say(kGet);
  EXPECT_EQ(body_of(hear()), "next");
}

TEST_F(Connection, QueuesABoundedAmountAndGoesOnWhenHalfOfItIsTaken) {
  connect(SOCK_STREAM);
  const int smallest = 1;
  ::setsockopt(connection_->descriptor(), SOL_SOCKET, SO_SNDBUF, &smallest, sizeof smallest);
  http::ResponseSink* sink = nullptr;
  const std::string piece(4096, 'p');
  std::size_t written = 0;
  const auto fill = [&] {
    while (sink->write(piece) == http::WriteResult::More) written += piece.size();
    written += piece.size();
  };
  handler_.what = [&](http::ResponseSink& given) {
    sink = &given;
    given.observe(&observer_);
    given.begin_stream(http::ResponseHead{}, std::nullopt);
    fill();
  };
  say(kGet);
  // The queue, what the kernel took (a few KiB by the socket's buffer), chunk framing and the last piece.
  EXPECT_GE(written, 128u * 1024);
  EXPECT_LE(written, 128u * 1024 + 64 * 1024);
  EXPECT_EQ(observer_.drained, 0);
  std::size_t heard = 0;
  observer_.when_drained = [&] { EXPECT_GE(heard, 64u * 1024); };
  ASSERT_TRUE(loop_.run_until([&] {
    heard += hear().size();
    return observer_.drained == 1;
  }));
  EXPECT_LT(heard, 128u * 1024 + 64 * 1024);
  EXPECT_EQ(observer_.gone, 0);
}

TEST_F(Connection, TellsOfALeavingClientOnceAndOnlyWhileItsAnswerIsDue) {
  connect();
  handler_.what = [&](http::ResponseSink& sink) { sink.observe(&observer_); };
  say(kGet);
  ::close(std::exchange(client_, -1));
  loop_.run_once(1s);
  EXPECT_EQ(observer_.gone, 1);
  EXPECT_EQ(closed_, 1);
  EXPECT_EQ(clients_.size(), 0u);

  connect();
  handler_.what = [&](http::ResponseSink& sink) {
    sink.observe(&observer_);
    sink.send(http::ResponseHead{}, "done");
  };
  say(kGet);
  ::close(std::exchange(client_, -1));
  loop_.run_once(1s);
  EXPECT_EQ(observer_.gone, 1) << "its request was answered";
  EXPECT_EQ(closed_, 2);
}

TEST_F(Connection, TellsAWriterOfABrokenWireOnlyAfterItHasReturned) {
  connect(SOCK_STREAM);
  int gone_while_writing = 0;
  http::ResponseSink* sink = nullptr;
  handler_.what = [&](http::ResponseSink& given) {
    sink = &given;
    given.observe(&observer_);
    given.begin_stream(http::ResponseHead{}, std::nullopt);
  };
  say(kGet);
  loop_.post([&] {
    ::close(std::exchange(client_, -1));
    const std::string large(100'000, 'l');
    EXPECT_EQ(sink->write(large), http::WriteResult::Full);
    gone_while_writing = observer_.gone;
  });
  loop_.run_once(1s);
  EXPECT_EQ(gone_while_writing, 0);
  EXPECT_EQ(observer_.gone, 1);
}

TEST_F(Connection, AnswersAClientThatHasShutItsSideWhenTheAnswerIsAtHand) {
  connect(SOCK_STREAM);
  ASSERT_EQ(::send(client_, kGet.data(), kGet.size(), 0), static_cast<ssize_t>(kGet.size()));
  ::shutdown(client_, SHUT_WR);
  loop_.run_once(1s);
  EXPECT_EQ(body_of(hear()), "hello");
  EXPECT_TRUE(loop_.run_until([&] { return closed_ == 1; }));
}

TEST_F(Connection, IgnoresASinkThatIsUsedAfterItsEnd) {
  connect();
  handler_.what = [](http::ResponseSink& sink) {
    sink.send(http::ResponseHead{}, "first");
    sink.send(http::ResponseHead{}, "second");
    sink.begin_stream(http::ResponseHead{}, std::nullopt);
    sink.write("third");
    sink.end();
    sink.abort();
  };
  say(kGet);
  EXPECT_EQ(body_of(hear()), "first");
  EXPECT_EQ(hear(), "");
}

TEST_F(Connection, EndsTheAnswersOfADrainingServerWithAClose) {
  connect();
  http::ResponseSink* sink = nullptr;
  handler_.what = [&](http::ResponseSink& given) { sink = &given; };
  say(kGet);
  loop_.post([&] {
    clients_.begin_drain();
    sink->send(http::ResponseHead{}, "last");
  });
  loop_.run_once(1s);
  EXPECT_NE(hear().find("connection: close\r\n"), std::string::npos);
}

}  // namespace
}  // namespace geminate::test
