#include "backend/translate/context_window.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace geminate::translate {
namespace {

// Turns of about 100 tokens each, so that windows are easy to name.
const std::string kLong(400, 'x');

std::string user(const std::string& text) {
  return R"({"role":"user","parts":[{"text":")" + text + R"("}]})";
}
std::string model(const std::string& text) {
  return R"({"role":"model","parts":[{"text":")" + text + R"("}]})";
}
std::string calls(const std::vector<std::string>& names) {
  std::string parts;
  for (const auto& name : names) {
    if (!parts.empty()) parts += ",";
    parts += R"({"functionCall":{"name":")" + name + R"(","args":{"q":")" + kLong + R"("}}})";
  }
  return R"({"role":"model","parts":[)" + parts + "]}";
}
std::string answers(const std::vector<std::string>& names) {
  std::string parts;
  for (const auto& name : names) {
    if (!parts.empty()) parts += ",";
    parts += R"({"functionResponse":{"name":")" + name + R"(","response":{"r":")" + kLong + R"("}}})";
  }
  return R"({"role":"user","parts":[)" + parts + "]}";
}
std::string body_of(const std::vector<std::string>& turns) {
  std::string contents;
  for (const auto& turn : turns) contents += (contents.empty() ? "" : ",") + turn;
  return R"({"contents":[)" + contents + "]}";
}

PromptOutline read(const std::string& body) {
  auto conversation = read_outline(body);
  EXPECT_TRUE(conversation) << body;
  return conversation ? std::move(*conversation) : PromptOutline{};
}
std::vector<std::uint32_t> starts_of(const std::string& body) { return read(body).starts; }
/// What of it is sent on.
std::string kept(const std::string& body, std::int64_t window) {
  const auto conversation = read(body);
  return without_oldest(body, conversation, cut_to_window(conversation, window, {}).dropped);
}
using Places = std::vector<std::uint32_t>;

TEST(ContextWindow, LeavesAConversationThatFitsAsItIs) {
  const std::string body = body_of({user("a"), model("b"), user("c")});
  const auto cut = cut_to_window(read(body), 100, {});
  EXPECT_EQ(cut.dropped, 0U);
  EXPECT_TRUE(cut.fits);
  EXPECT_EQ(cut.before, cut.after);
  EXPECT_EQ(kept(body, 100), body);
}

TEST(ContextWindow, LeavesOutAsFewOfTheOldestTurnsAsItTakes) {
  const std::vector<std::string> turns{user(kLong), model(kLong), user(kLong), model(kLong), user(kLong)};
  const std::string body = body_of(turns);
  EXPECT_EQ(kept(body, 320), body_of({turns[2], turns[3], turns[4]}));
  EXPECT_EQ(kept(body, 120), body_of({turns[4]}));
  const auto cut = cut_to_window(read(body), 320, {});
  EXPECT_EQ(cut.dropped, 2U);
  EXPECT_EQ(cut.before, 505);
  EXPECT_EQ(cut.after, 303);
  EXPECT_TRUE(cut.fits);
}

TEST(ContextWindow, KeepsTheLastTurnOfTheUserAndSaysThatItDoesNotFit) {
  const std::vector<std::string> turns{user(kLong), model(kLong), user(kLong)};
  const std::string body = body_of(turns);
  EXPECT_EQ(kept(body, 1), body_of({turns[2]}));
  const auto cut = cut_to_window(read(body), 1, {});
  EXPECT_FALSE(cut.fits);
  EXPECT_EQ(cut.dropped, 2U);
  EXPECT_EQ(kept(body_of({turns[0]}), 1), body_of({turns[0]}));
}

TEST(ContextWindow, BeginsWithATurnOfTheUser) {
  EXPECT_EQ(starts_of(body_of({user("a"), model("b"), user("c"), user("d"), model("e"), user("f")})),
            (Places{2, 3, 5}));
  EXPECT_EQ(starts_of(R"({"contents":[{"parts":[{"text":"a"}]},{"role":"model"},{"parts":[{"text":"c"}]}]})"),
            (Places{2}))
      << "without a role it is the user's";
  EXPECT_TRUE(starts_of(body_of({model("a"), model("b")})).empty()) << "nobody to begin with";
}

TEST(ContextWindow, NeverPartsACallFromItsAnswer) {
  const std::vector<std::string> turns{user(kLong),    calls({"f", "g"}), answers({"f", "g"}), calls({"h"}),
                                       answers({"h"}), model(kLong),      user(kLong)};
  EXPECT_EQ(starts_of(body_of(turns)), (Places{6}));
  EXPECT_EQ(kept(body_of(turns), 850), body_of({turns[6]})) << "the whole chain at once";
}

TEST(ContextWindow, KeepsTheChainOfCallsThatFollowsTheLastTurnOfTheUser) {
  const std::vector<std::string> turns{user(kLong),    model(kLong), user(kLong),   calls({"f"}),
                                       answers({"f"}), calls({"f"}), answers({"f"})};
  EXPECT_EQ(starts_of(body_of(turns)), (Places{2}));
  EXPECT_EQ(kept(body_of(turns), 1), body_of({turns[2], turns[3], turns[4], turns[5], turns[6]}));
}

TEST(ContextWindow, KeepsACallWhoseAnswerComesWithTheUsersNextWords) {
  const std::string mixed =
      R"({"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}},{"text":"and now?"}]})";
  EXPECT_EQ(starts_of(body_of({user("a"), model("b"), user("c"), calls({"f"}), mixed})), (Places{2}));
}

TEST(ContextWindow, KeepsCallsThatAreAnsweredInSeveralTurns) {
  EXPECT_EQ(starts_of(body_of({user("a"), calls({"f", "g"}), answers({"f"}), user("wait"), answers({"g"}),
                               model("b"), user("c")})),
            (Places{6}))
      << "neither before the second answer";
}

TEST(ContextWindow, TellsCallsOfOneNameApartByTheirIds) {
  const auto call = [](const char* id) {
    return std::string(R"({"role":"model","parts":[{"function_call":{"id":")") + id + R"(","name":"f"}}]})";
  };
  const auto answer = [](const char* id) {
    return std::string(R"({"role":"user","parts":[{"function_response":{"id":")") + id +
           R"(","name":"f"}}]})";
  };
  // The first call is answered late: all between belongs to its exchange.
  EXPECT_EQ(starts_of(body_of({user("a"), call("1"), user("b"), call("2"), answer("2"), user("c"),
                               answer("1"), user("d")})),
            (Places{7}));
  // Nobody ever answers the first: it holds nothing back.
  EXPECT_EQ(starts_of(body_of({user("a"), call("1"), user("b"), call("2"), answer("2"), user("c")})),
            (Places{2, 5}));
}

TEST(ContextWindow, ReadsTheLegacyRoleOfAnswers) {
  const std::string answer = R"({"role":"function","parts":[{"functionResponse":{"name":"f"}}]})";
  EXPECT_EQ(starts_of(body_of({user("a"), calls({"f"}), answer, model("b"), user("c")})), (Places{4}));
}

TEST(ContextWindow, KeepsEveryOtherByteAsItWas) {
  const std::string head =
      "{ \"generationConfig\" : {\"temperature\":0.70,\"seed\":12345678901234567890},\n"
      "  \"system_instruction\":{\"parts\":[{\"text\":\"be \\u006bind\"}]}, \"future\":[1e2,{}],\n"
      "  \"contents\" : [\n    ";
  const std::string dropped = user(kLong) + " ,\n    " + model(kLong) + " ,\n    ";
  const std::string tail = R"({"parts":[{"text":"\u00e9\/","thoughtSignature":"AbC=="}] , "role":"user"})"
                           "\n  ]  , \"tools\":[{\"functionDeclarations\":[]}]}\n";
  EXPECT_EQ(kept(head + dropped + tail, 100), head + tail);
}

TEST(ContextWindow, CountsWhatIsAlwaysKept) {
  const std::string turns = user(kLong) + "," + model(kLong) + "," + user("b");
  const std::string plain = R"({"contents":[)" + turns + "]}";
  const std::string instructed =
      R"({"systemInstruction":{"parts":[{"text":")" + kLong + R"("}]},"contents":[)" + turns + "]}";
  const std::string with_tools = R"({"contents":[)" + turns +
                                 R"(],"tools":[{"functionDeclarations":[{"description":")" + kLong +
                                 R"("}]}]})";
  EXPECT_EQ(kept(plain, 300), plain);
  EXPECT_NE(kept(instructed, 300), instructed);
  EXPECT_NE(kept(with_tools, 300), with_tools);
}

TEST(ContextWindow, TakesMediaForWhatTheyCostAndNotForTheirLength) {
  const std::string picture(40'000, 'A');
  for (const char* name : {"inlineData", "inline_data"}) {
    for (const char* mime : {"mimeType", "mime_type"}) {
      const std::string body = std::string(R"({"contents":[{"role":"user","parts":[{")") + name +
                               R"(":{"data":")" + picture + R"(",")" + mime + R"(":"image/png"}}]}]})";
      EXPECT_EQ(cut_to_window(read(body), 1, {}).before, 259) << name << mime;
    }
  }
  EXPECT_EQ(cut_to_window(read(R"({"contents":[{"parts":[{"fileData":{"fileUri":"x"}}]}]})"), 1, {}).before,
            259);
  EXPECT_EQ(media_tokens("audio/mp3", 64'000), 96) << "three seconds";
  EXPECT_EQ(media_tokens("application/pdf", 400'000), 1500);
  EXPECT_EQ(media_tokens("text/plain", 4000), 750);
}

TEST(ContextWindow, WeighsTextByItsScript) {
  EXPECT_EQ(text_hundredths("four"), 100);
  EXPECT_EQ(text_hundredths("2026"), 400);
  EXPECT_EQ(text_hundredths("上下文"), 240);
  EXPECT_EQ(text_hundredths("é"), 45);
  EXPECT_EQ(text_hundredths("🔑"), 150);
  const auto escaped = R"({"contents":[{"parts":[{"text":"\u4e0a\u4e0b\u6587"}]}]})";
  EXPECT_EQ(cut_to_window(read(escaped), 1, {}).before, 4) << "2.4 and the turn";
}

TEST(ContextWindow, CutsByTheModelsOwnCount) {
  const std::string body = body_of({user(kLong), model(kLong), user(kLong)});
  EXPECT_EQ(kept(body, 310), body);
  EXPECT_NE(kept(body, 310).size(), 0U);
  const auto conversation = read(body);
  EXPECT_EQ(cut_to_window(conversation, 310, {1.2, 1}).dropped, 2U);
  EXPECT_EQ(cut_to_window(conversation, 160, {0.5, 1}).dropped, 0U);
  const auto picture = read(R"({"contents":[{"parts":[{"fileData":{"fileUri":"x"}}]}]})");
  EXPECT_EQ(cut_to_window(picture, 1, {1, 4}).before, 1033);
}

TEST(ContextWindow, CountsSignaturesOfTheLastRoundAlone) {
  const auto signed_turn = [](const char* name) {
    return std::string(R"({"role":"model","parts":[{"text":"four",")") + name + R"(":")" + kLong + R"("}]})";
  };
  EXPECT_EQ(cut_to_window(read(body_of({user("four"), signed_turn("thoughtSignature")})), 1, {}).before, 84);
  EXPECT_EQ(cut_to_window(read(body_of({user("four"), signed_turn("thought_signature")})), 1, {}).before, 84);
  const auto earlier = body_of({user("four"), signed_turn("thoughtSignature"), user("four")});
  EXPECT_EQ(cut_to_window(read(earlier), 1, {}).before, 6) << "what was thought before is forgotten";
}

TEST(ContextWindow, DoesNotCountSettings) {
  const std::string body =
      R"({"contents":[{"role":"user","parts":[{"text":"four"}]}],"generationConfig":{"stopSequences":[")" +
      kLong + R"("]}})";
  EXPECT_EQ(cut_to_window(read(body), 1, {}).before, 2);
}

TEST(ContextWindow, LeavesAloneWhatIsNoConversation) {
  for (const std::string body : {"", "{", "[]", "null", "7", R"({"contents":null})", R"({"contents":"x"})",
                                 R"({"contents":{"parts":[]}})", R"({"contents":["x"]})",
                                 R"({"contents":[[]]})", R"({"contents":[{}]} x)", R"({"prompt":"x"})",
                                 R"({"contents":[],"contents":[]})", R"({"contents":[{"role":"user"},]})"}) {
    EXPECT_FALSE(read_outline(body)) << body;
  }
  const std::string deep = R"({"contents":[{"parts":[{"x":)" + std::string(100'000, '[');
  EXPECT_FALSE(read_outline(deep));
  EXPECT_TRUE(read(R"({"contents":[]})").turns.empty());
  EXPECT_FALSE(read_outline(std::string("{\"contents\":[]\0}", 16)));
}

TEST(ContextWindow, ReadsOddPartsWithoutComplaint) {
  for (const std::string body :
       {R"({"contents":[{"parts":{"text":"x"},"role":null}]})",
        R"({"contents":[{"parts":[null,7,"x",[1]]}]})",
        R"({"contents":[{"parts":[{"functionCall":7},{"functionResponse":[]},{"inlineData":"x"}]}]})",
        R"({"contents":[{"role":7,"parts":[{"inlineData":{"data":7,"mimeType":[]}}]}],"cachedContent":""})",
        R"({"contents":[{}],"tools":true,"systemInstruction":"x"})"}) {
    EXPECT_EQ(read(body).turns.size(), 1U) << body;
  }
}

TEST(ContextWindow, KnowsOfCachedContent) {
  EXPECT_TRUE(read(R"({"contents":[],"cachedContent":"cachedContents/1"})").names_cached_content);
  EXPECT_TRUE(read(R"({"cached_content":"cachedContents/1","contents":[]})").names_cached_content);
  EXPECT_FALSE(read(R"({"contents":[]})").names_cached_content);
}

TEST(ContextWindow, IsNotReadForWhenItFitsForCertain) {
  const std::string body = body_of({user("x")});
  EXPECT_FALSE(may_exceed(body, 10'000, 4));
  EXPECT_TRUE(may_exceed(body, 20, 4));
  EXPECT_TRUE(may_exceed(R"({"contents":[{"parts":[{"fileData":{}}]}]})", 10'000, 4)) << "media are dear";
  EXPECT_TRUE(may_exceed(R"({"contents":[{"parts":[{"inline_data" :{}}]}]})", 10'000, 4));
}

}  // namespace
}  // namespace geminate::translate
