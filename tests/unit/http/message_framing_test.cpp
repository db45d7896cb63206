#include "backend/http/message_framing.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/promise.h"
#include "tests/unit/http/framing_table.h"

namespace geminate::test {
namespace {

/// What came out, comparable.
struct Seen {
  std::vector<FramingCase::Request> requests;
  std::optional<ErrorCode> fault;
  std::string message;

  [[nodiscard]] std::string describe() const {
    std::string text;
    for (const auto& each : requests) {
      text += each.method + " " + each.target + " [" + each.body + "] " +
              (each.keep_alive ? "keep; " : "close; ");
    }
    if (fault) text += std::string(face_of(*fault).name) + ": " + message;
    return text;
  }
};

/// Small enough for the table to reach them.
http::FramingLimits small_limits() {
  http::FramingLimits limits;
  limits.max_header_bytes = 8 * 1024;
  limits.max_headers = 20;
  limits.max_body_bytes = 1024;
  return limits;
}

class Reader {
 public:
  explicit Reader(http::FramingLimits limits = small_limits(), std::uint64_t budget = 1 << 20)
      : limits_(limits), budget_(budget), framing_(limits_, budget_) {}

  /// Gives the bytes as one piece.
  void give(std::string_view bytes) {
    while (!bytes.empty() && !seen.fault) {
      switch (framing_.feed(bytes)) {
        case http::Framed::NeedMore:
          EXPECT_TRUE(bytes.empty());
          break;
        case http::Framed::Complete:
          keep(framing_.take());
          break;
        case http::Framed::Fault:
          seen.fault = framing_.fault().code;
          seen.message = framing_.fault().message;
          break;
      }
    }
  }

  http::MessageFraming& framing() { return framing_; }
  http::BodyBudget& budget() { return budget_; }
  std::vector<http::HttpRequest> requests;
  Seen seen;

 private:
  void keep(http::HttpRequest request) {
    seen.requests.push_back(
        {std::string(request.method()), std::string(request.target()), request.body(), request.keep_alive_});
    requests.push_back(std::move(request));
  }

  http::FramingLimits limits_;
  http::BodyBudget budget_;
  http::MessageFraming framing_;
};

Seen read_in_pieces(std::string_view bytes, const std::vector<std::size_t>& cuts) {
  Reader reader;
  std::size_t from = 0;
  for (const auto cut : cuts) {
    reader.give(bytes.substr(from, cut - from));
    from = cut;
  }
  reader.give(bytes.substr(from));
  return reader.seen;
}

Seen expected(const FramingCase& row) {
  Seen seen;
  seen.requests = row.requests;
  if (row.refused) seen.fault = row.code;
  return seen;
}

void expect_row(const FramingCase& row) {
  auto got = read_in_pieces(row.bytes, {});
  const auto message = std::exchange(got.message, {});
  EXPECT_EQ(got.describe(), expected(row).describe()) << row.name;
  EXPECT_EQ(message.empty(), !row.refused) << row.name;
}

TEST(MessageFraming, TakesWhatTheRfcAllows) {
  for (const auto& row : accepted_cases()) expect_row(row);
}

TEST(MessageFraming, RefusesWhatTheRfcForbids) {
  for (const auto& row : refused_cases()) expect_row(row);
}

TEST(MessageFraming, ReadsTheSameHoweverTheBytesAreCutInTwo) {
  std::size_t cuts = 0;
  for (const auto& rows : {accepted_cases(), refused_cases()}) {
    for (const auto& row : rows) {
      const auto whole = read_in_pieces(row.bytes, {}).describe();
      // In the long rows the middle is the same letter over and over.
      const std::size_t step = row.bytes.size() > 3000 ? 97 : 1;
      for (std::size_t cut = 1; cut < row.bytes.size(); cut += step) {
        ASSERT_EQ(read_in_pieces(row.bytes, {cut}).describe(), whole) << row.name << ", cut at " << cut;
        ++cuts;
      }
    }
  }
  note_promise("framing-corpus", std::to_string(accepted_cases().size() + refused_cases().size()) +
                                     " cases read the same however they are cut, in " + std::to_string(cuts) +
                                     " cuts");
}

TEST(MessageFraming, ReadsTheSameByteByByteAndInRandomPieces) {
  std::mt19937 random(20260131);
  for (const auto& rows : {accepted_cases(), refused_cases()}) {
    for (const auto& row : rows) {
      const auto whole = read_in_pieces(row.bytes, {}).describe();
      std::vector<std::size_t> single;
      std::vector<std::size_t> some;
      for (std::size_t i = 1; i < row.bytes.size(); ++i) {
        single.push_back(i);
        if (random() % 7 == 0) some.push_back(i);
      }
      ASSERT_EQ(read_in_pieces(row.bytes, single).describe(), whole) << row.name;
      ASSERT_EQ(read_in_pieces(row.bytes, some).describe(), whole) << row.name;
    }
  }
}

TEST(MessageFraming, SurvivesDamagedInput) {
  // No outcome is expected but one: each byte is either taken or refused, and memory stays whole (under
  // ASan).
  std::mt19937 random(7);
  const auto rows = accepted_cases();
  for (int round = 0; round < 4000; ++round) {
    auto bytes = rows[random() % rows.size()].bytes;
    for (unsigned hits = random() % 4 + 1; hits != 0; --hits) {
      const auto at = random() % bytes.size();
      switch (random() % 3) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes.erase(at, random() % 3);
          if (bytes.empty()) bytes = "x";
          break;
        default:
          bytes.insert(at, 1, "\r\n :,;0\0"[random() % 8]);
      }
    }
    ASSERT_EQ(read_in_pieces(bytes, {bytes.size() / 2}).describe(), read_in_pieces(bytes, {}).describe());
  }
}

TEST(MessageFraming, FindsFieldsByNameWithoutCase) {
  Reader reader;
  reader.give("GET / HTTP/1.1\r\nHost: a\r\nX-One:  1 \r\nx-one: 2\r\nEmpty:\r\n\r\n");
  ASSERT_EQ(reader.requests.size(), 1u);
  const auto& request = reader.requests[0];
  EXPECT_EQ(request.header("x-ONE"), "1");
  EXPECT_EQ(request.count("X-One"), 2u);
  EXPECT_EQ(request.header("empty"), "");
  EXPECT_FALSE(request.header("x-on"));
  EXPECT_EQ(request.field_count(), 4u);
  EXPECT_EQ(request.field(2).name, "x-one");
  EXPECT_EQ(request.field(2).value, "2");
}

TEST(MessageFraming, SplitsPathAndQuery) {
  Reader reader;
  reader.give("GET /a/b?c=d?e HTTP/1.1\r\nHost: a\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_EQ(reader.requests.size(), 2u);
  EXPECT_EQ(reader.requests[0].path(), "/a/b");
  EXPECT_EQ(reader.requests[0].query(), "c=d?e");
  EXPECT_EQ(reader.requests[1].query(), "");
}

TEST(MessageFraming, RequestsStayReadableWhenMoved) {
  Reader reader;
  reader.give("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto moved = std::make_unique<http::HttpRequest>(std::move(reader.requests.at(0)));
  EXPECT_EQ(moved->target(), "/x");
  EXPECT_EQ(moved->header("host"), "a");
}

TEST(MessageFraming, CountsFields) {
  Reader reader;
  std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 19; ++i) head += "X: y\r\n";
  reader.give(head + "\r\n");
  EXPECT_EQ(reader.seen.requests.size(), 1u);
  reader.give(head + "X: y\r\n\r\n");
  EXPECT_EQ(reader.seen.fault, ErrorCode::HeadersTooLarge);
}

TEST(MessageFraming, TakesAHeadAndABodyOfExactlyTheLimit) {
  const std::string start = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1024\r\nX: ";
  Reader reader;
  reader.give(start + std::string(8192 - start.size() - 4, 'x') + "\r\n\r\n" + std::string(1024, 'b'));
  EXPECT_EQ(reader.seen.requests.size(), 1u);
  reader.give(start + std::string(8192 - start.size() - 3, 'x') + "\r\n\r\n");
  EXPECT_EQ(reader.seen.fault, ErrorCode::HeadersTooLarge);
}

TEST(MessageFraming, WaitsForAConfirmedBodyOnlyWhileNoneCame) {
  Reader reader;
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n";
  reader.give(head + "Expect: 100-Continue\r\n\r\n");
  EXPECT_TRUE(reader.framing().wants_continue());
  reader.give("a");
  EXPECT_FALSE(reader.framing().wants_continue());
  reader.give("b" + head + "\r\n");
  EXPECT_FALSE(reader.framing().wants_continue());
}

TEST(MessageFraming, KnowsTheTargetOfARefusedRequest) {
  Reader in_one_piece;
  in_one_piece.give("GET /v1/chat HTTP/1.1\r\nbad\r\n\r\n");
  EXPECT_EQ(in_one_piece.framing().target(), "/v1/chat");
  Reader in_pieces;
  in_pieces.give("GET /v1/chat HT");
  in_pieces.give("TP/1.1\r\nbad\r\n\r\n");
  EXPECT_EQ(in_pieces.framing().target(), "/v1/chat");
  Reader in_body;
  in_body.give("POST /v1/chat HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nbad");
  EXPECT_EQ(in_body.framing().target(), "/v1/chat");
  Reader unreadable;
  unreadable.give("nonsense\r\n");
  EXPECT_EQ(unreadable.framing().target(), "");
}

TEST(BodyBudget, CountsBytesAsTheyComeAndGivesThemBack) {
  Reader reader(small_limits(), 1000);
  reader.give("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n");
  EXPECT_EQ(reader.budget().used(), 0u);
  reader.give(std::string(500, 'b'));
  EXPECT_EQ(reader.budget().used(), 500u);
  reader.give(std::string(400, 'b'));
  EXPECT_EQ(reader.budget().used(), 900u);
  reader.requests.clear();
  EXPECT_EQ(reader.budget().used(), 0u);
}

TEST(BodyBudget, CountsWhatTakesABodysPlace) {
  Reader reader(small_limits(), 1000);
  reader.give("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n" + std::string(500, 'b'));
  ASSERT_EQ(reader.requests.size(), 1u);
  reader.requests.front().body_became(1200);
  EXPECT_EQ(reader.budget().used(), 1200u) << "it is there, whatever the limit";
  EXPECT_TRUE(reader.requests.front().body().empty());
  reader.requests.front().body_became(300);
  EXPECT_EQ(reader.budget().used(), 300u);
  reader.requests.clear();
  EXPECT_EQ(reader.budget().used(), 0u);
}

TEST(BodyBudget, RefusesWhenUsedUpByOthers) {
  http::BodyBudget budget(1000);
  const auto limits = small_limits();
  http::MessageFraming first(limits, budget);
  http::MessageFraming second(limits, budget);
  const std::string request =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n" + std::string(600, 'b');
  std::string_view one(request);
  EXPECT_EQ(first.feed(one), http::Framed::NeedMore);
  std::string_view two(request);
  EXPECT_EQ(second.feed(two), http::Framed::Fault);
  EXPECT_EQ(second.fault().code, ErrorCode::Unavailable);
  const std::string chunked =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n258\r\n" + std::string(600, 'b');
  http::MessageFraming third(limits, budget);
  std::string_view three(chunked);
  EXPECT_EQ(third.feed(three), http::Framed::Fault);
  EXPECT_EQ(third.fault().code, ErrorCode::Unavailable);
  EXPECT_EQ(budget.used(), 600u);
}

TEST(BodyBudget, HasTheMemoryBackOfWhatIsDropped) {
  http::BodyBudget budget(1 << 20);
  http::BodyBuffer body{{}, http::BodyLease(budget)};
  ASSERT_TRUE(body.append(std::string(100'000, 'b'), 900'000));
  EXPECT_GE(body.bytes.capacity(), 100'000U);
  body.drop();
  EXPECT_LE(body.bytes.capacity(), std::string().capacity());
  EXPECT_EQ(budget.used(), 0U);
}

TEST(BodyBudget, HasRoomForWhatHasComeAndNoMoreThanIsDeclared) {
  http::BodyBudget budget(8 << 20);
  http::BodyBuffer declared{{}, http::BodyLease(budget)};
  ASSERT_TRUE(declared.append("b", 500));
  EXPECT_LT(declared.bytes.capacity(), 1'000U);
  http::BodyBuffer large{{}, http::BodyLease(budget)};
  ASSERT_TRUE(large.append("b", 20'000'000));
  EXPECT_LT(large.bytes.capacity(), 100'000U) << "a length that is only declared costs little";
  ASSERT_TRUE(large.append(std::string(100'000, 'b'), 20'000'000));
  EXPECT_EQ(large.bytes.capacity(), http::kLargeBlock);
  http::BodyBuffer chunked{{}, http::BodyLease(budget)};
  ASSERT_TRUE(chunked.append("b"));
  EXPECT_LT(chunked.bytes.capacity(), 100U);
}

TEST(BodyBudget, IsGivenBackByWhatIsRefusedThoughItsConnectionLingers) {
  http::BodyBudget budget(1000);
  const auto limits = small_limits();
  http::MessageFraming first(limits, budget);
  http::MessageFraming second(limits, budget);
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n";
  for (auto* framing : {&first, &second}) {
    const std::string begun = head + std::string(450, 'b');
    std::string_view bytes(begun);
    EXPECT_EQ(framing->feed(bytes), http::Framed::NeedMore);
  }
  const std::string rest(450, 'b');
  std::string_view one(rest);
  EXPECT_EQ(first.feed(one), http::Framed::Fault);
  EXPECT_EQ(budget.used(), 450u) << "the other's alone";
  std::string_view two(rest);
  EXPECT_EQ(second.feed(two), http::Framed::Complete);
}

TEST(BodyBudget, IsGivenBackByAConnectionThatEndsEarly) {
  http::BodyBudget budget(1000);
  {
    const auto limits = small_limits();
    http::MessageFraming framing(limits, budget);
    std::string_view bytes = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\nsome";
    framing.feed(bytes);
    EXPECT_EQ(budget.used(), 4u);
  }
  EXPECT_EQ(budget.used(), 0u);
}

}  // namespace
}  // namespace geminate::test
