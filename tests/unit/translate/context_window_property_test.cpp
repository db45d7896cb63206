// Random conversations, cut to random windows: what has to hold whatever they are.
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "backend/translate/context_window.h"

namespace geminate::translate {
namespace {

class Talk {
 public:
  explicit Talk(unsigned seed) : random_(seed) {}

  int below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }
  bool one_in(int many) { return below(many) == 0; }

  /// A body whose turns follow one another as clients send them.
  std::string body() {
    snake_ = one_in(2);
    turns_.clear();
    const int rounds = 1 + below(8);
    for (int round = 0; round < rounds; ++round) add_round();
    if (one_in(2)) turns_.pop_back();  // so that it may end in the middle of an exchange
    if (turns_.empty()) turns_.push_back(turn("user", text_part()));
    std::string contents;
    for (const auto& each : turns_) contents += (contents.empty() ? " " : blank() + "," + blank()) + each;
    std::string body = "{";
    if (one_in(2)) body += R"("systemInstruction":{"parts":[)" + text_part() + "]}," + blank();
    body += R"("contents":[)" + contents + blank() + "]";
    if (one_in(2)) body += R"(,"tools":[{"functionDeclarations":[{"name":"f1"}]}],"seed":0.10)";
    return body + "}";
  }

 private:
  std::string blank() { return one_in(3) ? "\n  " : ""; }
  std::string text_part() {
    static const std::vector<std::string> kPieces{"word ", "上下文", "\\u00e9\\\"", "}],{[", "42 ", "🔑"};
    std::string text;
    for (int i = below(60); i >= 0; --i) text += kPieces[static_cast<std::size_t>(below(6))];
    return R"({"text":")" + text + R"(","thoughtSignature":"c2ln"})";
  }
  std::string turn(const std::string& role, const std::string& parts) {
    return one_in(2) ? R"({"role":")" + role + R"(","parts":[)" + parts + "]}"
                     : R"({"parts":[)" + parts + R"(],"role":")" + role + R"("})";
  }
  std::string call(const std::string& name, int id) {
    return "{\"" + std::string(snake_ ? "function_call" : "functionCall") + R"(":{"name":")" + name + "\"" +
           (id > 0 ? ",\"id\":\"" + std::to_string(id) + "\"" : "") + R"(,"args":{"functionResponse":1}}})";
  }
  std::string answer(const std::string& name, int id) {
    return "{\"" + std::string(snake_ ? "function_response" : "functionResponse") + R"(":{"name":")" + name +
           "\"" + (id > 0 ? ",\"id\":\"" + std::to_string(id) + "\"" : "") +
           R"(,"response":{"r":[1,2,{}]}}})";
  }
  void add_round() {
    turns_.push_back(turn("user", text_part()));
    for (int step = below(3); step > 0; --step) add_exchange();
    if (!one_in(6)) turns_.push_back(turn("model", text_part()));
  }
  void add_exchange() {
    std::vector<std::string> answered;
    std::string called;
    for (int i = 1 + below(3); i > 0; --i) {
      const std::string name = "f" + std::to_string(below(2));
      const int id = one_in(2) ? ++ids_ : 0;
      called += (called.empty() ? "" : ",") + call(name, id);
      answered.push_back(answer(name, id));
    }
    turns_.push_back(turn("model", called));
    std::shuffle(answered.begin(), answered.end(), random_);
    std::string together;
    for (std::size_t i = 0; i < answered.size(); ++i) {
      together += (together.empty() ? "" : ",") + answered[i];
      if (i + 1 == answered.size() || one_in(4)) turns_.push_back(turn("user", std::exchange(together, {})));
    }
  }

  std::minstd_rand random_;
  bool snake_ = false;
  int ids_ = 0;
  std::vector<std::string> turns_;
};

using Document = rapidjson::Document;

const rapidjson::Value* either(const rapidjson::Value& part, const char* one, const char* other) {
  const auto found = part.HasMember(one) ? part.FindMember(one) : part.FindMember(other);
  return found == part.MemberEnd() ? nullptr : &found->value;
}

/// Calls and answers that have no partner, by name and id; looked at without the code under test.
std::multiset<std::string> halves(const Document& body) {
  std::multiset<std::string> open;
  std::multiset<std::string> orphans;
  for (const auto& turn : body["contents"].GetArray()) {
    for (const auto& part : turn["parts"].GetArray()) {
      const auto mark = [](const rapidjson::Value& value) {
        return std::string(value["name"].GetString()) +
               (value.HasMember("id") ? value["id"].GetString() : "");
      };
      if (const auto* call = either(part, "functionCall", "function_call")) open.insert(mark(*call));
      if (const auto* answer = either(part, "functionResponse", "function_response")) {
        const auto found = open.find(mark(*answer));
        if (found == open.end()) {
          orphans.insert(mark(*answer));
        } else {
          open.erase(found);
        }
      }
    }
  }
  orphans.insert(open.begin(), open.end());
  return orphans;
}

bool begins_an_own_turn(const rapidjson::Value& turn) {
  return std::string_view(turn["role"].GetString()) == "user" && turn["parts"][0].HasMember("text");
}

std::size_t last_own_turn(const Document& body) {
  std::size_t last = 0;
  for (rapidjson::SizeType i = 0; i < body["contents"].Size(); ++i)
    if (begins_an_own_turn(body["contents"][i])) last = i;
  return last;
}

void check(const std::string& body, std::int64_t window) {
  Document whole;
  ASSERT_FALSE(whole.Parse(body.data(), body.size()).HasParseError()) << body;
  const auto conversation = read_outline(body);
  ASSERT_TRUE(conversation) << body;
  const auto cut = cut_to_window(*conversation, window, {});
  const std::string left = without_oldest(body, *conversation, cut.dropped);
  SCOPED_TRACE(body + "\n" + std::to_string(window) + " tokens, left:\n" + left);
  Document kept;
  ASSERT_FALSE(kept.Parse(left.data(), left.size()).HasParseError());

  const auto& before = whole["contents"];
  const auto& after = kept["contents"];
  ASSERT_EQ(after.Size() + cut.dropped, before.Size());
  for (rapidjson::SizeType i = 0; i < after.Size(); ++i) EXPECT_EQ(after[i], before[i + cut.dropped]);
  EXPECT_TRUE(begins_an_own_turn(after[0]));
  EXPECT_LE(cut.dropped, last_own_turn(whole));
  const auto left_over = halves(kept);
  const auto were_there = halves(whole);
  EXPECT_TRUE(std::includes(were_there.begin(), were_there.end(), left_over.begin(), left_over.end()))
      << "a half without its other half";
  kept.RemoveMember("contents");
  whole.RemoveMember("contents");
  EXPECT_EQ(kept, whole);

  const auto again = read_outline(left);
  ASSERT_TRUE(again);
  EXPECT_EQ(cut_to_window(*again, INT64_MAX, {}).before, cut.after) << "the estimate is that of what is sent";
  EXPECT_EQ(cut.fits, cut.after <= window);
  if (!cut.fits) {
    EXPECT_EQ(cut.dropped, last_own_turn(whole.Parse(body.data(), body.size()))) << "no more can go";
  }
  if (cut.before <= window) {
    EXPECT_EQ(left, body);
  }
}

TEST(ContextWindowProperty, HoldsForConversationsOfAllShapes) {
  Talk talk(20'261'127);
  for (int i = 0; i < 1500; ++i) {
    const std::string body = talk.body();
    check(body, 1 + talk.below(900));
    if (testing::Test::HasFailure()) return;
  }
}

TEST(ContextWindowProperty, NeverFailsWhateverTheBytes) {
  Talk talk(7);
  for (int i = 0; i < 1500; ++i) {
    std::string body = talk.body();
    for (int change = 1 + talk.below(3); change > 0; --change) {
      const auto at = static_cast<std::size_t>(talk.below(static_cast<int>(body.size())));
      static constexpr std::string_view kBytes = "{}[]\",:\\x0";
      body[at] = kBytes[static_cast<std::size_t>(talk.below(static_cast<int>(kBytes.size())))];
    }
    const auto conversation = read_outline(body);
    if (!conversation) continue;
    const auto cut = cut_to_window(*conversation, 1, {});
    const std::string left = without_oldest(body, *conversation, cut.dropped);
    Document kept;
    EXPECT_FALSE(kept.Parse(left.data(), left.size()).HasParseError()) << body << "\n" << left;
  }
}

}  // namespace
}  // namespace geminate::translate
