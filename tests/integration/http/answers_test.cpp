// How one client is served: keep-alive, order, streams, HEAD, errors.

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "tests/integration/http/scripted_server.h"
#include "tests/support/plain_client.h"

namespace geminate::test {
namespace {

using namespace std::chrono_literals;

const std::string kHost = "Host: test\r\n";

std::string get(std::string_view path, std::string_view fields = {}) {
  return "GET " + std::string(path) + " HTTP/1.1\r\n" + kHost + std::string(fields) + "\r\n";
}

class Answers : public ::testing::Test {
 protected:
  ScriptedServer server_;
};

TEST_F(Answers, KeepsTheConnectionOfAClientThatDoesNotNameIt) {
  PlainClient client(server_.port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send(get("/echo/" + std::to_string(i))));
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "GET /echo/" + std::to_string(i) + "\n");
    EXPECT_EQ(answer->fields.count("connection"), 0u);
    EXPECT_EQ(answer->fields.at("date").size(), 29u);
  }
}

TEST_F(Answers, HonoursConnectionClose) {
  PlainClient client(server_.port());
  client.send(get("/echo", "Connection: close\r\n"));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->fields.at("connection"), "close");
  EXPECT_TRUE(client.closed_within(5s));
}

TEST_F(Answers, ClosesForHttp10UnlessAskedNotTo) {
  PlainClient plain(server_.port());
  plain.send("GET /echo HTTP/1.0\r\n\r\n");
  EXPECT_EQ(plain.read_answer()->fields.at("connection"), "close");
  EXPECT_TRUE(plain.closed_within(5s));

  PlainClient keeping(server_.port());
  for (int i = 0; i < 2; ++i) {
    keeping.send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(keeping.read_answer()->fields.at("connection"), "keep-alive");
  }
}

TEST_F(Answers, ServesPipelinedRequestsInOrderThoughTheFirstTakesLongest) {
  PlainClient client(server_.port());
  client.send(get("/later/60/a") + get("/later/1/b") + get("/echo/c") + get("/pieces/3") + get("/echo/d"));
  EXPECT_EQ(client.read_answer()->body, "GET /later/60/a\n");
  EXPECT_EQ(client.read_answer()->body, "GET /later/1/b\n");
  EXPECT_EQ(client.read_answer()->body, "GET /echo/c\n");
  EXPECT_EQ(client.read_answer()->body, "piece 0;piece 1;piece 2;");
  EXPECT_EQ(client.read_answer()->body, "GET /echo/d\n");
}

TEST_F(Answers, ServesManyMorePipelinedRequestsThanItsBufferHolds) {
  PlainClient client(server_.port());
  std::string all;
  constexpr int kRequests = 6000;
  for (int i = 0; i < kRequests; ++i) all += get(i == 0 ? "/later/50" : "/echo/" + std::to_string(i));
  std::thread sender([&] { client.send(all); });
  for (int i = 0; i < kRequests; ++i) {
    const auto answer = client.read_answer();
    if (!answer) ADD_FAILURE() << "no answer to request " << i;
    if (!answer) break;
    const auto wanted = i == 0 ? "GET /later/50\n" : "GET /echo/" + std::to_string(i) + "\n";
    if (answer->body != wanted) ADD_FAILURE() << wanted << " got " << answer->body;
  }
  sender.join();
}

TEST_F(Answers, SendsNoBodyToHead) {
  PlainClient client(server_.port());
  client.send("HEAD /size/500 HTTP/1.1\r\n" + kHost + "\r\n" + get("/echo"));
  const auto head = client.read_answer(20s, true);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->fields.at("content-length"), "500");
  EXPECT_EQ(client.read_answer()->body, "GET /echo\n");
  client.send("HEAD /pieces/3 HTTP/1.1\r\n" + kHost + "\r\n" + get("/echo"));
  ASSERT_TRUE(client.read_answer(20s, true));
  EXPECT_EQ(client.read_answer()->body, "GET /echo\n");
}

TEST_F(Answers, SendsNoBodyWhereTheStatusHasNone) {
  PlainClient client(server_.port());
  for (const auto* path : {"/status/204", "/status/304"}) {
    client.send(get(path) + get("/echo"));
    const auto answer = client.read_answer(20s, true);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->fields.count("content-length"), 0u);
    EXPECT_EQ(client.read_answer()->body, "GET /echo\n");
  }
}

TEST_F(Answers, StreamsWithChunksOrADeclaredLength) {
  PlainClient client(server_.port());
  client.send(get("/pieces/2"));
  const auto chunked = client.read_answer();
  ASSERT_TRUE(chunked);
  EXPECT_EQ(chunked->fields.at("transfer-encoding"), "chunked");
  EXPECT_EQ(chunked->body, "piece 0;piece 1;");
  client.send(get("/sized/3"));
  const auto sized = client.read_answer();
  ASSERT_TRUE(sized);
  EXPECT_EQ(sized->fields.at("content-length"), "30");
  EXPECT_EQ(sized->body, "ten bytes.ten bytes.ten bytes.");
}

TEST_F(Answers, StreamsUntilCloseForHttp10) {
  PlainClient client(server_.port());
  client.send("GET /pieces/2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto all = client.read_until("piece 1;");
  EXPECT_NE(all.find("connection: close"), std::string::npos);
  EXPECT_EQ(all.find("chunked"), std::string::npos);
  EXPECT_EQ(all.substr(all.find("\r\n\r\n") + 4), "piece 0;piece 1;");
  EXPECT_TRUE(client.closed_within(5s));
}

TEST_F(Answers, CutsAnAnswerThatCannotBeCompleted) {
  PlainClient aborted(server_.port());
  aborted.send(get("/abort"));
  const auto bytes = aborted.read_until("0\r\n\r\n", 5s);
  EXPECT_NE(bytes.find("half"), std::string::npos);
  EXPECT_EQ(bytes.find("0\r\n\r\n"), std::string::npos);
  EXPECT_TRUE(aborted.closed_within(5s));

  PlainClient cut_short(server_.port());
  cut_short.send(get("/short"));
  EXPECT_FALSE(cut_short.read_answer(5s));
  EXPECT_TRUE(cut_short.closed_within(5s));
}

TEST_F(Answers, AnswersFromAnotherThread) {
  PlainClient client(server_.port());
  for (int i = 0; i < 20; ++i) {
    client.send(get("/posted/" + std::to_string(i)));
    EXPECT_EQ(client.read_answer()->body, "GET /posted/" + std::to_string(i) + "\n");
  }
}

TEST_F(Answers, SendsALargeAnswerWhole) {
  PlainClient client(server_.port());
  client.send(get("/size/30000000") + get("/echo"));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), 30'000'000u);
  EXPECT_EQ(client.read_answer()->body, "GET /echo\n");
}

TEST_F(Answers, TakesALargeBodyWhole) {
  PlainClient client(server_.port());
  const std::string body(20'000'000, 'b');
  client.send("POST /echo HTTP/1.1\r\n" + kHost + "Content-Length: " + std::to_string(body.size()) +
              "\r\n\r\n" + body);
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), body.size() + std::string("POST /echo\n").size());
}

TEST_F(Answers, ConfirmsThatABodyMayCome) {
  PlainClient client(server_.port());
  client.send("POST /echo HTTP/1.1\r\n" + kHost + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hello");
  EXPECT_EQ(client.read_answer()->body, "POST /echo\nhello");
  // Whoever does not wait is not told.
  client.send("POST /echo HTTP/1.1\r\n" + kHost + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(client.read_answer()->body, "POST /echo\nhello");
}

TEST_F(Answers, RefusesABodyThatIsTooLargeInsteadOfConfirmingIt) {
  PlainClient client(server_.port());
  client.send("POST /echo HTTP/1.1\r\n" + kHost +
              "Expect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n");
  EXPECT_EQ(client.read_answer()->status, 413);
  EXPECT_TRUE(client.closed_within(5s));
}

TEST_F(Answers, GivesEveryFaultAnAnswerAnIdAndAClose) {
  PlainClient client(server_.port());
  client.send("GET /v1/x HTTP/1.1\r\n\r\n");
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 400);
  EXPECT_EQ(answer->body, R"({"fault":"the request has no Host","target":"/v1/x"})");
  EXPECT_EQ(answer->fields.at("x-request-id").size(), 16u);
  EXPECT_EQ(answer->fields.at("connection"), "close");
  EXPECT_TRUE(client.closed_within(5s));
  EXPECT_EQ(server_.record().handled.load(), 0);
}

TEST_F(Answers, AnswersWhatCameBeforeAFault) {
  PlainClient client(server_.port());
  client.send(get("/later/30") + "BROKEN\r\n\r\n");
  EXPECT_EQ(client.read_answer()->status, 200);
  EXPECT_EQ(client.read_answer()->status, 400);
  EXPECT_TRUE(client.closed_within(5s));
}

TEST_F(Answers, LetsAnErrorArriveThoughTheClientStillSends) {
  PlainClient client(server_.port());
  client.send("POST /echo HTTP/1.1\r\n" + kHost + "Content-Length: 99999999999\r\n\r\n");
  const std::string part(1'000'000, 'p');
  for (int i = 0; i < 20; ++i) client.send(part);
  EXPECT_EQ(client.read_answer()->status, 413);
}

}  // namespace
}  // namespace geminate::test
