#include "backend/upstream/answer_framing.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace geminate::upstream {
namespace {

struct Read {
  int status = 0;
  std::size_t fields = 0;
  std::string body;
  bool done = false;
  bool keep_alive = false;
  std::string fault;
  std::string left_over;
};

/// Feeds the pieces as separate reads.
Read read_pieces(const std::vector<std::string_view>& pieces, bool head_only = false,
                 bool then_closed = false) {
  AnswerFraming framing;
  framing.begin(head_only);
  Read read;
  const auto take = [&](AnswerFraming::Step step) {
    if (step == AnswerFraming::Step::Head) {
      read.status = framing.head().status;
      read.fields = framing.head().fields.size();
    } else if (step == AnswerFraming::Step::Body) {
      EXPECT_FALSE(framing.piece().empty());
      read.body += framing.piece();
    } else if (step == AnswerFraming::Step::Done) {
      read.done = true;
      read.keep_alive = framing.keep_alive();
    } else if (step == AnswerFraming::Step::Fault) {
      read.fault = framing.fault();
    }
  };
  for (std::string_view piece : pieces) {
    // A copy of its own size, so that the sanitizer sees any read beyond the piece.
    const std::vector<char> bytes(piece.begin(), piece.end());
    std::string_view input(bytes.data(), bytes.size());
    if (read.done) {
      read.left_over += input;
      continue;
    }
    for (auto step = AnswerFraming::Step::Head; step != AnswerFraming::Step::NeedMore;) {
      step = framing.next(input);
      take(step);
      if (read.done || !read.fault.empty()) break;
    }
    read.left_over += input;
    if (!read.fault.empty()) break;
  }
  if (then_closed && !read.done && read.fault.empty()) take(framing.closed());
  return read;
}

Read read_whole(std::string_view answer, bool then_closed = false) {
  return read_pieces({answer}, false, then_closed);
}

TEST(AnswerFraming, ReadsAnAnswerWithALength) {
  const Read read =
      read_whole("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(read.fields, 2u);
  EXPECT_EQ(read.body, "hello");
  EXPECT_TRUE(read.done);
  EXPECT_TRUE(read.keep_alive);
}

TEST(AnswerFraming, ReadsChunksWithExtensionsAndTrailers) {
  const Read read = read_whole(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5;a=b\r\nhello\r\n00A \r\n, world...\r\n0\r\nX: "
      "y\r\n\r\n");
  EXPECT_EQ(read.body, "hello, world...");
  EXPECT_TRUE(read.done);
  EXPECT_TRUE(read.keep_alive);
}

TEST(AnswerFraming, ReadsTheSameAtEverySplit) {
  const std::vector<std::string> answers{
      "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nA: b\r\n\r\nhello world",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\nT: u\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\n"
      "Transfer-Encoding: chunked\r\n\r\n6;x\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n"};
  for (const auto& answer : answers) {
    for (std::size_t first = 0; first <= answer.size(); ++first) {
      for (std::size_t second = first; second <= answer.size(); second += 7) {
        const std::string_view text = answer;
        const Read read =
            read_pieces({text.substr(0, first), text.substr(first, second - first), text.substr(second)});
        ASSERT_EQ(read.status, 200) << first << ' ' << second << ' ' << read.fault;
        ASSERT_EQ(read.body, "hello world") << first << ' ' << second;
        ASSERT_TRUE(read.done && read.keep_alive) << first << ' ' << second;
        ASSERT_EQ(read.left_over, "");
      }
    }
  }
}

TEST(AnswerFraming, ReadsTheSameByteByByte) {
  const std::string answer =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
  std::vector<std::string_view> bytes;
  for (const char& byte : answer) bytes.emplace_back(&byte, 1);
  const Read read = read_pieces(bytes);
  EXPECT_EQ(read.body, "abcd");
  EXPECT_TRUE(read.done);
}

TEST(AnswerFraming, LeavesWhatDoesNotBelongToTheAnswer) {
  const Read read = read_whole("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500 Oops\r\n\r\n");
  EXPECT_TRUE(read.done);
  EXPECT_EQ(read.left_over, "HTTP/1.1 500 Oops\r\n\r\n");
}

TEST(AnswerFraming, HandsBodyPiecesOutWithoutCopyingThem) {
  AnswerFraming framing;
  framing.begin(false);
  const std::string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
  std::string_view input = answer;
  ASSERT_EQ(framing.next(input), AnswerFraming::Step::Head);
  ASSERT_EQ(framing.next(input), AnswerFraming::Step::Body);
  EXPECT_EQ(framing.piece().data(), answer.data() + answer.find("hello"));
}

TEST(AnswerFraming, GivesHeadRequestsAndEmptyStatusesNoBody) {
  for (const char* head :
       {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    const Read read = read_whole(head);
    EXPECT_TRUE(read.done && read.keep_alive) << head;
    EXPECT_EQ(read.body, "");
  }
  const Read read = read_pieces({"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"}, true);
  EXPECT_TRUE(read.done && read.keep_alive);
}

TEST(AnswerFraming, ReadsUntilTheEndWhereThereIsNoLength) {
  const Read read = read_whole("HTTP/1.1 200 OK\r\nX: y\r\n\r\nsome text", true);
  EXPECT_TRUE(read.done);
  EXPECT_FALSE(read.keep_alive);
  EXPECT_EQ(read.body, "some text");
  EXPECT_FALSE(read_whole("HTTP/1.1 200 OK\r\n\r\nsome").done);
}

TEST(AnswerFraming, KeepsNoConnectionThatUpstreamCloses) {
  EXPECT_FALSE(read_whole("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").keep_alive);
  EXPECT_FALSE(
      read_whole("HTTP/1.1 200 OK\r\nConnection: foo , CLOSE\r\nContent-Length: 0\r\n\r\n").keep_alive);
  EXPECT_FALSE(read_whole("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").keep_alive);
  EXPECT_TRUE(read_whole("HTTP/1.1 200 OK\r\nConnection: closed\r\nContent-Length: 0\r\n\r\n").keep_alive);
}

TEST(AnswerFraming, FaultsWhenTheAnswerIsCut) {
  EXPECT_NE(read_whole("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", true).fault, "");
  EXPECT_NE(read_whole("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", true).fault,
            "");
  EXPECT_NE(read_whole("HTTP/1.1 200 OK\r\nConte", true).fault, "");
  EXPECT_NE(read_whole("", true).fault, "");
}

class WrongAnswer : public testing::TestWithParam<std::string> {};

TEST_P(WrongAnswer, IsRefusedAtEverySplit) {
  const std::string_view text = GetParam();
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const Read read = read_pieces({text.substr(0, at), text.substr(at)});
    ASSERT_NE(read.fault, "") << at;
    ASSERT_FALSE(read.done) << at;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, WrongAnswer,
    testing::Values(
        "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 099 Low\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 2000\r\n\r\n",
        "HTTP/1.2 200 OK\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "HTTP/1.1 200 O\x01K\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: b\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\nB: c\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\rB: c\r\n\r\n",
        std::string("HTTP/1.1 200 OK\r\nA: b") + '\0' + "c\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\n0\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1234567890123456\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: \x01\r\n\r\n"));

TEST(AnswerFraming, RefusesHeadsBeyondTheLimit) {
  const std::string field = "X: " + std::string(AnswerFraming::kMaxHeadBytes, 'a');
  EXPECT_NE(read_whole("HTTP/1.1 200 OK\r\n" + field).fault, "");
  EXPECT_NE(read_pieces({"HTTP/1.1 200 OK\r\n", field}).fault, "");
  // Many interim answers are one endless head.
  std::string interim;
  while (interim.size() < 2 * AnswerFraming::kMaxHeadBytes)
    interim += "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n";
  EXPECT_NE(read_whole(interim).fault, "");
  const std::string fits = "X: " + std::string(AnswerFraming::kMaxHeadBytes - 64, 'a');
  EXPECT_EQ(read_pieces({"HTTP/1.1 204 Fine\r\n", fits, "\r\n\r\n"}).fault, "");
}

TEST(AnswerFraming, RefusesEndlessExtensionsAndTrailers) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_NE(read_whole(head + "5;" + std::string(10'000, 'a')).fault, "");
  EXPECT_NE(read_whole(head + "0\r\nX: " + std::string(100'000, 'a')).fault, "");
}

TEST(AnswerFraming, ServesOneAnswerAfterAnother) {
  AnswerFraming framing;
  for (int i = 0; i < 3; ++i) {
    framing.begin(false);
    EXPECT_FALSE(framing.begun());
    std::string_view input = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    ASSERT_EQ(framing.next(input), AnswerFraming::Step::Head);
    EXPECT_EQ(framing.head().header("content-LENGTH"), "2");
    EXPECT_EQ(framing.head().header("absent"), "");
    ASSERT_EQ(framing.next(input), AnswerFraming::Step::Body);
    ASSERT_EQ(framing.next(input), AnswerFraming::Step::Done);
    EXPECT_TRUE(framing.begun());
  }
}

}  // namespace
}  // namespace geminate::upstream
