// The estimate that conversations are cut by, against what Google really counted. The recordings are no part
// of the project; without them these tests are skipped.
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "backend/translate/context_window.h"
#include "backend/translate/json_reading.h"
#include "tests/support/places.h"

namespace geminate::translate {
namespace {

/// Shorter ones are all frame.
constexpr std::int64_t kShortest = 40;

struct Counted {
  TokenCost cost;
  std::int64_t tokens = 0;
  std::string id;
};

/// The prompt's tokens, of an answer whose body is JSON or, streamed, text.
std::int64_t prompt_tokens(const Json& answer) {
  const std::string text = answer.IsString() ? std::string(text_of(answer)) : to_text(answer);
  const auto at = text.rfind("\"promptTokenCount\"");
  if (at == std::string::npos || text.find("toolUsePromptTokenCount") != std::string::npos) return 0;
  return std::atoll(text.c_str() + text.find(':', at) + 1);
}

/// Prompts of text and functions: what media and Google's own tools cost is not for us to know.
std::vector<Counted> counted_prompts() {
  std::vector<Counted> found;
  std::ifstream lines(test::recordings_file("gemini.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    JsonDocument exchange;
    if (exchange.Parse(line.data(), line.size()).HasParseError()) continue;
    const Json& request = exchange["request"];
    if (text_member(request, "path").find("enerateContent") == std::string_view::npos) continue;
    const std::string body = to_text(request["body"]);
    const auto conversation = read_outline(body);
    const std::int64_t tokens = prompt_tokens(exchange["response"]["body"]);
    const bool is_plain =
        body.find("Search") == std::string::npos && body.find("odeExecution") == std::string::npos &&
        body.find("rlContext") == std::string::npos && body.find("Schema") == std::string::npos;
    if (!conversation || conversation->names_cached_content || tokens < kShortest || !is_plain) continue;
    Counted prompt{conversation->rest, tokens, std::string(text_member(exchange, "id"))};
    for (const auto& turn : conversation->turns) prompt.cost += turn.cost;
    if (prompt.cost.media == 0 && prompt.cost.signatures == 0) found.push_back(std::move(prompt));
  }
  return found;
}

TEST(ContextRecordings, AreEstimatedAboutRight) {
  if (!std::ifstream(test::recordings_file("gemini.jsonl"))) GTEST_SKIP() << "no recordings here";
  const auto prompts = counted_prompts();
  ASSERT_GT(prompts.size(), 20U);
  std::vector<double> ratios;
  for (const Counted& prompt : prompts) {
    const double ratio =
        static_cast<double>(prompt.tokens) / static_cast<double>(estimated_tokens(prompt.cost, {}));
    ratios.push_back(ratio);
    RecordProperty(prompt.id, std::to_string(ratio));
    EXPECT_GT(ratio, 0.25) << prompt.id << ": " << prompt.tokens;
    EXPECT_LT(ratio, 4) << prompt.id << ": " << prompt.tokens;
  }
  std::sort(ratios.begin(), ratios.end());
  const double median = ratios[ratios.size() / 2];
  EXPECT_GT(median, 0.7);
  EXPECT_LT(median, 1.3);
}

}  // namespace
}  // namespace geminate::translate
