#include "backend/proxy/prompt_affinity.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace geminate::proxy {
namespace {

/// 1,024 tokens of four characters.
constexpr std::size_t kLongPrompt = 4096;
constexpr std::size_t kLongestWalk = 1024UL * 1024;

/// Walks JSON text without making anything of it. Every function returns false at the text's end and where it
/// finds something else than it was asked for; the walk is over then. Strings are as they are written,
/// escapes and all: the same client writes the same text the same way.
class JsonWalk {
 public:
  explicit JsonWalk(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool take(char wanted) {
    skip_blanks();
    if (at_ == end_ || *at_ != wanted) return false;
    ++at_;
    return true;
  }
  /// Whether `wanted` comes next; stays before it.
  bool next_is(char wanted) {
    skip_blanks();
    return at_ != end_ && *at_ == wanted;
  }
  bool take_string(std::string_view& text) {
    if (!take('"')) return false;
    const char* const begin = at_;
    if (!pass_string()) return false;
    text = {begin, static_cast<std::size_t>(at_ - 1 - begin)};
    return true;
  }
  bool take_name(std::string_view& name) { return take_string(name) && take(':'); }
  bool skip_value() {
    skip_blanks();
    if (at_ == end_) return false;
    if (*at_ == '"') {
      ++at_;
      return pass_string();
    }
    if (*at_ == '{' || *at_ == '[') {
      ++at_;
      return skip_out_of(1);
    }
    while (at_ != end_ && *at_ != ',' && *at_ != '}' && *at_ != ']') ++at_;
    return at_ != end_;
  }
  /// Goes on until as many brackets have been closed.
  bool skip_out_of(std::size_t depth) {
    while (at_ != end_) {
      const char byte = *at_++;
      if (byte == '"') {
        if (!pass_string()) return false;
      } else if (byte == '{' || byte == '[') {
        ++depth;
      } else if (byte == '}' || byte == ']') {
        if (--depth == 0) return true;
      }
    }
    return false;
  }
  [[nodiscard]] const char* place() const { return at_; }

 private:
  void skip_blanks() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }
  /// From behind the opening quote to behind the closing one.
  bool pass_string() {
    const char* const begin = at_;
    for (;;) {
      const void* found = std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_));
      if (found == nullptr) {
        at_ = end_;
        return false;
      }
      const char* const quote = static_cast<const char*>(found);
      const char* run = quote;
      while (run != begin && run[-1] == '\\') --run;
      at_ = quote + 1;
      if ((quote - run) % 2 == 0) return true;
    }
  }

  const char* at_;
  const char* const end_;
};

/// What there is to know of a prompt's beginning.
struct Beginning {
  std::string_view model;
  std::string_view system;
  /// The turns up to the user's first.
  std::string_view opening;
  /// The model has answered something in it.
  bool has_answer = false;
};

std::string_view span(const char* begin, const JsonWalk& walk) {
  return {begin, static_cast<std::size_t>(walk.place() - begin)};
}

bool is_answer(std::string_view role) { return role == "model" || role == "assistant"; }

/// Past one turn; `role` stays empty where it has none.
bool walk_turn(JsonWalk& walk, std::string_view& role) {
  if (!walk.take('{')) return walk.skip_value();
  if (walk.take('}')) return true;
  do {
    std::string_view name;
    if (!walk.take_name(name)) return false;
    const bool passed = name == "role" && walk.next_is('"') ? walk.take_string(role) : walk.skip_value();
    if (!passed) return false;
  } while (walk.take(','));
  return walk.take('}');
}

/// Past all turns; no further than needed when nothing behind them is. Whether the walk goes on.
bool walk_turns(JsonWalk& walk, bool wants_answer, bool wants_rest, Beginning& beginning) {
  if (!walk.take('[')) return walk.skip_value();
  if (walk.take(']')) return true;
  const char* const begin = walk.place();
  bool opening_ended = false;
  do {
    std::string_view role;
    const bool passed = walk_turn(walk, role);
    if (!opening_ended) beginning.opening = span(begin, walk);
    if (!passed) return false;
    if (is_answer(role)) beginning.has_answer = true;
    opening_ended = opening_ended || role.empty() || role == "user";
    const bool is_known = opening_ended && (beginning.has_answer || !wants_answer);
    if (is_known) return wants_rest && walk.skip_out_of(1);
  } while (walk.take(','));
  return walk.take(']');
}

Beginning beginning_of(PromptShape shape, std::string_view model, std::string_view body, bool wants_answer) {
  const bool is_gemini = shape == PromptShape::Contents;
  Beginning beginning;
  beginning.model = model;
  JsonWalk walk(body.substr(0, kLongestWalk));
  if (!walk.take('{')) return beginning;
  // What may also stand behind the turns.
  const auto is_complete = [&] { return is_gemini ? !beginning.system.empty() : !beginning.model.empty(); };
  bool goes_on = true;
  while (goes_on) {
    std::string_view name;
    if (!walk.take_name(name)) return beginning;
    if (is_gemini && (name == "systemInstruction" || name == "system_instruction")) {
      walk.next_is('{');
      const char* const begin = walk.place();
      goes_on = walk.skip_value();
      beginning.system = span(begin, walk);
    } else if (name == (is_gemini ? "contents" : "messages")) {
      goes_on = walk_turns(walk, wants_answer, !is_complete(), beginning);
    } else if (!is_gemini && name == "model" && walk.next_is('"')) {
      goes_on = walk.take_string(beginning.model);
    } else {
      goes_on = walk.skip_value();
    }
    if (is_complete() && !beginning.opening.empty()) return beginning;
    goes_on = goes_on && walk.take(',');
  }
  return beginning;
}

std::uint64_t mixed(std::uint64_t state, std::uint64_t value) {
  state = (state ^ value) * 0x9E3779B97F4A7C15ULL;
  return state ^ (state >> 32U);
}

std::uint64_t mixed(std::uint64_t state, std::string_view text) {
  state = mixed(state, text.size());
  std::uint64_t word = 0;
  for (; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
    std::memcpy(&word, text.data(), sizeof word);
    state = mixed(state, word);
  }
  word = 0;
  if (!text.empty()) std::memcpy(&word, text.data(), text.size());
  return mixed(state, word);
}

/// Whether the role of an answer may stand in the body; a quote in a text is escaped, so that it seldom does
/// without being one. memmem, because its time does not depend on what the text is made of.
bool names_answer(PromptShape shape, std::string_view body) {
  const std::string_view wanted = shape == PromptShape::Contents ? "\"model\"" : "\"assistant\"";
  if (body.size() < wanted.size()) return false;
  return memmem(body.data(), body.size(), wanted.data(), wanted.size()) != nullptr;
}

}  // namespace

std::uint64_t prompt_affinity(PromptShape shape, std::string_view model, std::string_view body) {
  const bool is_long = body.size() > kLongPrompt;
  if (!is_long && !names_answer(shape, body)) return 0;
  // A long prompt counts with an answer and without.
  const Beginning beginning = beginning_of(shape, model, body, !is_long);
  if (beginning.opening.empty() || (!is_long && !beginning.has_answer)) return 0;
  const auto system = beginning.system.substr(0, kLongPrompt);
  const auto opening = beginning.opening.substr(0, kLongPrompt - system.size());
  std::uint64_t number = mixed(0, beginning.model);
  number = mixed(number, system);
  number = mixed(number, opening);
  return std::max<std::uint64_t>(number, 1);
}

std::uint64_t named_affinity(std::string_view model, std::string_view name) {
  return std::max<std::uint64_t>(mixed(mixed(0, model), name), 1);
}

}  // namespace geminate::proxy
