// Upstream's bytes, cut at a place of the fuzzer's choice: framing must find the same answers as without the
// cut, and what it takes for a head must keep its promises.

#include "backend/upstream/answer_framing.h"

#include "shared/core/ascii.h"
#include "tests/fuzz/fuzzing.h"

namespace {

using namespace geminate;
using upstream::AnswerFraming;
using Step = AnswerFraming::Step;

void append_head(const upstream::AnswerHead& head, std::string& seen) {
  fuzz::require(head.status >= 200 && head.status <= 999);
  seen.append("[").append(std::to_string(head.status));
  for (const auto& field : head.fields) {
    fuzz::require(!field.name.empty());
    for (const char c : field.value) fuzz::require(c != '\r' && c != '\n' && c != '\0');
    seen.append(" ").append(field.name).append("=").append(field.value);
  }
  seen.append("]");
}

/// Everything that can be seen from outside, as text. What is wrong with a head that comes in pieces is found
/// when its end is there, so that a connection which ends before that has failed for another reason.
std::string read(std::string_view first, std::string_view second, bool head_only) {
  AnswerFraming framing;
  framing.begin(head_only);
  std::string seen;
  int answers = 0;
  for (std::string_view bytes : {first, second}) {
    for (;;) {
      const Step step = framing.next(bytes);
      if (step == Step::NeedMore) {
        fuzz::require(bytes.empty());
        break;
      }
      if (step == Step::Head) append_head(framing.head(), seen);
      if (step == Step::Body) fuzz::require(!framing.piece().empty());
      if (step == Step::Body) seen.append(framing.piece());
      if (step == Step::Fault) return seen.append("!");
      if (step != Step::Done) continue;
      seen.append(framing.keep_alive() ? ";" : ".");
      if (!framing.keep_alive() || ++answers > 100) return seen;
      framing.begin(head_only);
    }
  }
  return seen.append(framing.closed() == Step::Done ? "$" : "!");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const bool head_only = input.number(8) == 0;
  const std::string whole(input.rest().substr(input.rest().size() >= 2 ? 2 : 0));
  const auto [first, second] = input.cut();
  fuzz::require(read(whole, {}, head_only) == read(first, second, head_only));
  return 0;
}
