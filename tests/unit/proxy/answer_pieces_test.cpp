// However Gemini's bytes are cut on their way, the client gets the same: every surface, every recorded
// answer.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/recorded_answers.h"
#include "tests/unit/proxy/answer_surfaces.h"

namespace geminate::proxy {
namespace {

using Pieces = std::vector<std::string_view>;

Pieces byte_by_byte(std::string_view wire) {
  Pieces pieces;
  for (std::size_t i = 0; i < wire.size(); ++i) pieces.push_back(wire.substr(i, 1));
  return pieces;
}

Pieces random_pieces(std::string_view wire, std::mt19937& engine) {
  constexpr std::uint32_t kLongest = 400;
  Pieces pieces;
  while (!wire.empty()) {
    pieces.push_back(wire.substr(0, 1 + engine() % kLongest));
    wire.remove_prefix(pieces.back().size());
  }
  return pieces;
}

std::string wire_of(const test::GeminiAnswerText& answer, const AnswerSurface& surface) {
  return surface.streamed ? answer.as_stream() : answer.events.front();
}

class AnswerPieces : public testing::Test {
 protected:
  /// Calls `check(surface, wire, what)` for every answer that such a surface may get.
  template <class Check>
  void for_each_wire(Check check) {
    for (const AnswerSurface& surface : answer_surfaces()) {
      for (const test::GeminiAnswerText& answer : answers_) {
        if (!surface.streamed && !answer.is_whole()) continue;
        check(surface, wire_of(answer, surface), surface.name + ", " + answer.id);
      }
    }
  }

 private:
  std::vector<test::GeminiAnswerText> answers_ = test::all_answers();
};

TEST_F(AnswerPieces, AreTheSameByteByByte) {
  for_each_wire([](const AnswerSurface& surface, const std::string& wire, const std::string& what) {
    const std::string at_once = answer_through(surface, {wire});
    EXPECT_NE(at_once, "") << what;
    EXPECT_EQ(at_once.find("<Gemini's"), std::string::npos) << what << ": " << at_once;
    EXPECT_EQ(answer_through(surface, byte_by_byte(wire)), at_once) << what;
  });
}

TEST_F(AnswerPieces, AreTheSameInPiecesOfAnySize) {
  std::mt19937 engine(20261127);
  for_each_wire([&engine](const AnswerSurface& surface, const std::string& wire, const std::string& what) {
    const std::string at_once = answer_through(surface, {wire});
    for (int round = 0; round < 3; ++round) {
      EXPECT_EQ(answer_through(surface, random_pieces(wire, engine)), at_once) << what;
    }
  });
}

TEST_F(AnswerPieces, AreTheSameCutAtEachSinglePlace) {
  for (const AnswerSurface& surface : answer_surfaces()) {
    for (const test::GeminiAnswerText& answer : test::sample_answers()) {
      if (!surface.streamed && !answer.is_whole()) continue;
      const std::string wire = wire_of(answer, surface);
      const std::string at_once = answer_through(surface, {wire});
      for (std::size_t cut = 1; cut < wire.size(); ++cut) {
        const std::string_view all = wire;
        ASSERT_EQ(answer_through(surface, {all.substr(0, cut), all.substr(cut)}), at_once)
            << surface.name << ", " << answer.id << ", cut after " << cut;
      }
    }
  }
}

TEST_F(AnswerPieces, AreTheSameWithEveryLineEnd) {
  for (const AnswerSurface& surface : answer_surfaces()) {
    if (!surface.streamed || surface.native) continue;
    for (const test::GeminiAnswerText& answer : test::sample_answers()) {
      const std::string usual = answer_through(surface, {answer.as_stream("\r\n")});
      for (const char* line_end : {"\n", "\r"}) {
        const std::string wire = answer.as_stream(line_end);
        EXPECT_EQ(answer_through(surface, byte_by_byte(wire)), usual) << surface.name << ", " << answer.id;
      }
    }
  }
}

}  // namespace
}  // namespace geminate::proxy
