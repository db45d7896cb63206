#pragma once

#include <string>
#include <vector>

namespace geminate::test {

/// A good answer of Gemini: one JSON object, or a stream's several. One thread.
struct GeminiAnswerText {
  /// The recording's name, for messages.
  std::string id;
  std::vector<std::string> events;
  [[nodiscard]] bool is_whole() const { return events.size() == 1; }
  /// As Gemini streams it, lines ended by `line_end`.
  [[nodiscard]] std::string as_stream(const std::string& line_end = "\r\n") const;
};

/// A few answers that are always there: text in more than ASCII, thoughts, calls, code, a cut, a block.
std::vector<GeminiAnswerText> sample_answers();

/// The samples and what was recorded, which is no part of the project: where it is absent, the samples alone.
/// Says so on standard output.
std::vector<GeminiAnswerText> all_answers();

}  // namespace geminate::test
