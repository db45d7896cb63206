#include "backend/translate/anthropic_signature.h"

#include <array>

#include "backend/translate/json_reading.h"
#include "backend/translate/media.h"

namespace geminate::translate {
namespace {

using Belongs = ThinkingSignature::Belongs;

/// No base64 has a full stop in it, so no signature of Anthropic's begins like that.
constexpr std::string_view kOurs = "geminate.";
constexpr std::string_view kNothing = "geminate.none";

struct Mark {
  Belongs belongs;
  std::string_view prefix;
};
constexpr std::array<Mark, 2> kMarks{
    {{Belongs::ToThought, "geminate.thought."}, {Belongs::ToNext, "geminate.next."}}};

}  // namespace

std::string thinking_signature_text(const ThinkingSignature& signature) {
  for (const Mark& mark : kMarks) {
    if (mark.belongs == signature.belongs) return std::string(mark.prefix) + std::string(signature.signature);
  }
  return std::string(kNothing);
}

Result<ThinkingSignature> read_thinking_signature(const std::string& path, std::string_view text) {
  if (!text.starts_with(kOurs)) return ThinkingSignature{};
  if (text == kNothing) return ThinkingSignature{Belongs::ToNothing, {}};
  for (const Mark& mark : kMarks) {
    if (!text.starts_with(mark.prefix)) continue;
    const std::string_view signature = text.substr(mark.prefix.size());
    if (is_base64(signature)) return ThinkingSignature{mark.belongs, signature};
  }
  return bad_field(path, "has been changed: send it back as it came");
}

}  // namespace geminate::translate
