#include "backend/translate/text_signatures.h"

#include <cstdio>

namespace geminate::translate {
namespace {

/// What clients send back as it was; thoughts they may leave out.
void add_turn(const Turn& turn, TextDigest& digest) {
  constexpr std::string_view kEnd("\0", 1);
  digest.add(turn.of_model ? "model" : "user").add(kEnd);
  for (const Part& part : turn.parts) {
    if (part.kind == Part::Kind::Thought) continue;
    for (const std::string_view text : {part.text, part.id, part.name, part.json, part.mime_type})
      digest.add(text).add(kEnd);
  }
}

}  // namespace

TextDigest& TextDigest::add(std::string_view text) {
  constexpr std::uint64_t kPrime = 1'099'511'628'211ULL;
  for (const char c : text) value_ = (value_ ^ static_cast<unsigned char>(c)) * kPrime;
  return *this;
}

std::string TextDigest::key() const {
  char text[24];
  std::snprintf(text, sizeof text, "text-%016llx", static_cast<unsigned long long>(value_));
  return text;
}

TextDigest digest_of(const Conversation& conversation) {
  TextDigest digest;
  for (const Turn& turn : conversation.turns) add_turn(turn, digest);
  return digest;
}

void recall_text_signatures(Conversation& conversation, const SignatureOf& signature_of) {
  if (!signature_of) return;
  TextDigest before;
  for (Turn& turn : conversation.turns) {
    for (Part& part : turn.parts) {
      const bool may_be_signed =
          turn.of_model && part.kind == Part::Kind::Text && part.signature.empty() && !part.text.empty();
      if (!may_be_signed) continue;
      TextDigest digest = before;
      digest.add(part.text);
      if (auto known = signature_of(digest.key()); !known.empty())
        part.signature = conversation.keep(std::move(known));
    }
    add_turn(turn, before);
  }
}

}  // namespace geminate::translate
