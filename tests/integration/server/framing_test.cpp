#include <string>
#include <thread>
#include <vector>

#include "tests/integration/server/served_by_simulator.h"

namespace geminate {
namespace {

using test::PlainClient;

/// The whole server under odd, cut and hostile bytes; the table of rules is tested at backend/http itself.
class Framing : public test::ServedBySimulator {
 protected:
  void SetUp() override { start({{"GEMINI_API_KEYS", "framing-key-aaaa"}, {"MAX_BODY_BYTES", "1048576"}}); }

  [[nodiscard]] std::string head(const std::string& further) const {
    return std::string("POST ") + kGenerate + " HTTP/1.1\r\nHost: a\r\n" + client_fields(further) + "\r\n";
  }
  [[nodiscard]] std::string good_request() const {
    return head("Content-Length: " + std::to_string(std::string_view(kHello).size()) + "\r\n") + kHello;
  }
  [[nodiscard]] std::string chunked_request() const {
    const std::string body = kHello;
    return head("Transfer-Encoding: chunked\r\n") + "5;name=value\r\n" + body.substr(0, 5) + "\r\n" +
           "1\r\n" + body.substr(5, 1) + "\r\n" + hex(body.size() - 6) + "\r\n" + body.substr(6) +
           "\r\n0\r\nx-trailer: 1\r\n\r\n";
  }
  static std::string hex(std::size_t number) {
    char text[20];
    std::snprintf(text, sizeof text, "%zX", number);
    return text;
  }
  void expect_alive() { EXPECT_EQ(generate().status, 200); }
  /// One answer of 4xx or 5xx, then a close; never silence.
  void expect_refused(const std::string& bytes, int status) {
    PlainClient client(server_->port());
    client.send(bytes);
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << bytes.substr(0, 200);
    EXPECT_EQ(answer->status, status) << bytes.substr(0, 200);
    EXPECT_NE(answer->body.find("error"), std::string::npos);
    EXPECT_TRUE(client.closed_within(std::chrono::seconds{20}));
  }
};

TEST_F(Framing, OfARequestSplitAtEveryByteMakesNoDifference) {
  for (const auto& request : {good_request(), chunked_request()}) {
    for (std::size_t cut = 1; cut < request.size(); ++cut) {
      PlainClient client(server_->port());
      ASSERT_TRUE(client.send(std::string_view(request).substr(0, cut)));
      std::this_thread::yield();
      ASSERT_TRUE(client.send(std::string_view(request).substr(cut)));
      const auto answer = client.read_answer();
      ASSERT_TRUE(answer) << "cut at " << cut;
      ASSERT_EQ(answer->status, 200) << "cut at " << cut << ": " << answer->body;
    }
  }
}

TEST_F(Framing, OfARequestThatComesByteByByteMakesNoDifference) {
  for (const auto& request : {good_request(), chunked_request()}) {
    PlainClient client(server_->port());
    for (const char byte : request) ASSERT_TRUE(client.send({&byte, 1}));
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
  }
}

TEST_F(Framing, KeepsPipelinedRequestsInOrder) {
  PlainClient client(server_->port());
  std::string all;
  for (int i = 0; i < 20; ++i) {
    all += i % 2 == 0 ? good_request() : "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n";
  }
  ASSERT_TRUE(client.send(all));
  for (int i = 0; i < 20; ++i) {
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << i;
    EXPECT_EQ(answer->status, i % 2 == 0 ? 200 : 404) << i;
  }
}

TEST_F(Framing, RefusesWhatIsAmbiguousAndCloses) {
  const std::string start_line = std::string("POST ") + kGenerate + " HTTP/1.1\r\n";
  expect_refused(start_line + "Host: a\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde", 400);
  expect_refused(start_line + "Host: a\r\nContent-Length: 3, 3\r\n\r\nabc", 400);
  expect_refused(start_line + "Host: a\r\nContent-Length: 5x\r\n\r\nabcde", 400);
  expect_refused(start_line + "Host: a\r\nContent-Length: -1\r\n\r\n", 400);
  expect_refused(start_line + "Host: a\r\nContent-Length : 1\r\n\r\na", 400);
  expect_refused(start_line + "Host: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                 400);
  expect_refused(start_line + "Host: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501);
  expect_refused(start_line + "Host: a\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabcde\r\n", 400);
  expect_refused(start_line + "Host: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400);
  expect_refused(start_line + "Host: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcdeX\r\n", 400);
  expect_refused(start_line + "\r\n", 400);
  expect_refused(start_line + "Host: a\r\nHost: b\r\n\r\n", 400);
  expect_refused(start_line + "Host: a\r\n folded\r\n\r\n", 400);
  expect_refused(start_line + "Host: a\r\nno colon here\r\n\r\n", 400);
  expect_refused("GET / HTTP/1.1\nHost: a\n\n", 400);
  expect_refused("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505);
  expect_alive();
}

TEST_F(Framing, RefusesWhatIsTooLarge) {
  expect_refused(head("Content-Length: 2000000\r\n"), 413);
  expect_refused(head("Content-Length: 1000000000000000\r\n"), 413);
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(64 * 1024, 'a') + "\r\n\r\n", 431);
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 200; ++i) many += "X-" + std::to_string(i) + ": v\r\n";
  expect_refused(many + "\r\n", 431);
  expect_refused("GET /" + std::string(64 * 1024, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 431);
  expect_alive();
}

TEST_F(Framing, AnswersExpectContinueBeforeTheBody) {
  PlainClient client(server_->port());
  const auto length = std::to_string(std::string_view(kHello).size());
  ASSERT_TRUE(client.send(head("Expect: 100-continue\r\nContent-Length: " + length + "\r\n")));
  EXPECT_NE(client.read_until("100 Continue").find("100 Continue"), std::string::npos);
  ASSERT_TRUE(client.send(kHello));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
}

TEST_F(Framing, ErrorsComeInTheCallersDialect) {
  PlainClient client(server_->port());
  client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n");
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_NE(answer->body.find("\"param\""), std::string::npos) << answer->body;
}

}  // namespace
}  // namespace geminate
