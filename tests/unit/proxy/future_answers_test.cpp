// What Gemini may add to its answers one day breaks no client of today: every surface, every recorded answer,
// changed at places that a fixed seed picks.
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/future_json.h"
#include "tests/support/recorded_answers.h"
#include "tests/unit/proxy/answer_surfaces.h"

namespace geminate::proxy {
namespace {

using Change = std::string (*)(std::string_view json, std::uint32_t seed);

constexpr std::uint32_t kSeeds = 4;

test::GeminiAnswerText changed(const test::GeminiAnswerText& answer, Change change, std::uint32_t seed) {
  test::GeminiAnswerText future{answer.id + ", seed " + std::to_string(seed), {}};
  for (const std::string& event : answer.events) future.events.push_back(change(event, seed++));
  return future;
}

std::string sent(const AnswerSurface& surface, const test::GeminiAnswerText& answer) {
  const std::string wire = surface.streamed ? answer.as_stream() : answer.events.front();
  return answer_through(surface, {wire});
}

/// A call's arguments are a text that holds a JSON object.
void expect_arguments(const rapidjson::Value& value, const std::string& what) {
  if (value.IsArray()) {
    for (const auto& item : value.GetArray()) expect_arguments(item, what);
  }
  if (!value.IsObject()) return;
  for (const auto& member : value.GetObject()) {
    const std::string_view name(member.name.GetString(), member.name.GetStringLength());
    if (name != "arguments") {
      expect_arguments(member.value, what);
    } else if (member.value.GetStringLength() > 0) {
      rapidjson::Document arguments;
      arguments.Parse(member.value.GetString(), member.value.GetStringLength());
      EXPECT_TRUE(arguments.IsObject()) << what << ": " << member.value.GetString();
    }
  }
}

/// Every line of data in a stream, or the answer itself, is JSON; OpenAI's last one says that it is.
void expect_readable(const AnswerSurface& surface, std::string_view text, const std::string& what) {
  const auto expect_json = [&what](std::string_view json) {
    rapidjson::Document document;
    document.Parse(json.data(), json.size());
    ASSERT_FALSE(document.HasParseError()) << what << ": " << json;
    expect_arguments(document, what);
  };
  if (!surface.streamed) return expect_json(text);
  constexpr std::string_view kData = "data: ";
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.substr(0, kData.size()) == kData && line != "data: [DONE]")
      expect_json(line.substr(kData.size()));
  }
}

/// Calls `check(surface, answer, changed answer, what)` for the translated surfaces.
template <class Check>
void for_each_future(Change change, Check check) {
  const std::vector<test::GeminiAnswerText> answers = test::all_answers();
  for (const AnswerSurface& surface : answer_surfaces()) {
    if (surface.native) continue;
    for (const test::GeminiAnswerText& answer : answers) {
      if (!surface.streamed && !answer.is_whole()) continue;
      for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        const test::GeminiAnswerText future = changed(answer, change, seed);
        check(surface, answer, future, surface.name + ", " + future.id);
      }
    }
  }
}

TEST(FutureAnswers, ReadTheSameWithUnknownMembersAndParts) {
  for_each_future(test::with_unknown_members, [](const AnswerSurface& surface, const auto& answer,
                                                 const auto& future, const std::string& what) {
    EXPECT_EQ(sent(surface, future), sent(surface, answer)) << what;
  });
}

TEST(FutureAnswers, AreReadableWithUnknownValues) {
  for_each_future(test::with_unknown_values, [](const AnswerSurface& surface, const auto& /*answer*/,
                                                const auto& future, const std::string& what) {
    const std::string text = sent(surface, future);
    EXPECT_NE(text, "") << what;
    EXPECT_NE(text.back(), '>') << what << ": " << text;
    expect_readable(surface, text, what);
  });
}

TEST(FutureAnswers, BreakNothingWithOtherTypes) {
  for_each_future(test::with_changed_types, [](const AnswerSurface& surface, const auto& /*answer*/,
                                               const auto& future, const std::string& what) {
    const std::string text = sent(surface, future);
    EXPECT_NE(text, "") << what;
    EXPECT_NE(text.back(), '>') << what << ": " << text;
    expect_readable(surface, text, what);
  });
}

TEST(FutureAnswers, HaveReallyBeenChanged) {
  for (const test::GeminiAnswerText& answer : test::sample_answers()) {
    for (const Change change : {test::with_unknown_members, test::with_unknown_values}) {
      int different = 0;
      for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
        if (changed(answer, change, seed).events != answer.events) ++different;
      }
      EXPECT_GT(different, 0) << answer.id;
    }
  }
}

}  // namespace
}  // namespace geminate::proxy
