#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backend/translate/conversation.h"
#include "backend/translate/translate.h"

// Gemini signs texts as well as calls, and some dialects have no place for that: their texts are known again
// by what was said up to and with them. Only the same words after the same conversation have the same key, so
// that no signature gets into another conversation.
namespace geminate::translate {

/// What has been said, as a number (FNV-1a, 64 bits): it finds a text again, it protects from nobody.
class TextDigest {
 public:
  TextDigest& add(std::string_view text);
  /// What a signature of the text added last is remembered by.
  [[nodiscard]] std::string key() const;

 private:
  std::uint64_t value_ = 14'695'981'039'346'656'037ULL;
};

/// Of all turns: where an answer's own text begins.
TextDigest digest_of(const Conversation& conversation);

/// Gives texts of the model back the signatures that are remembered of them.
void recall_text_signatures(Conversation& conversation, const SignatureOf& signature_of);

}  // namespace geminate::translate
