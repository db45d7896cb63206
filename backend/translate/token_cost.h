#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace geminate::translate {

/// What a piece of a prompt costs by our own estimate. Text and media stand apart, since what a model's
/// tokenizer makes of text is learnt (proxy::TokenCalibration), and media have fixed prices.
struct TokenCost {
  /// Hundredths of a token.
  std::int64_t text = 0;
  /// Tokens.
  std::int64_t media = 0;

  TokenCost& operator+=(const TokenCost& other) {
    text += other.text;
    media += other.media;
    return *this;
  }
  TokenCost& operator-=(const TokenCost& other) {
    text -= other.text;
    media -= other.media;
    return *this;
  }
};

/// No byte of a text costs more than this many tokens.
inline constexpr std::int64_t kMostTokensPerByte = 1;

/// Of UTF-8 text, in hundredths of a token: about four letters a token, each digit one, an ideogram a little
/// less than one.
std::int64_t text_hundredths(std::string_view text);

/// Tokens of data that stand in base64 of that length. Google counts 258 for an image (or a tile of a large
/// one) and for a page of a document, 32 for a second of sound and about 300 for one of video
/// (ai.google.dev/gemini-api/docs/tokens); how long something plays and how many pages it has is guessed from
/// its size.
std::int64_t media_tokens(std::string_view mime_type, std::size_t base64_length);

/// Tokens of a file that the request only names.
inline constexpr std::int64_t kFileTokens = 258;

/// In tokens, with text weighed by what has been learnt of the model.
std::int64_t estimated_tokens(const TokenCost& cost, double ratio);

}  // namespace geminate::translate
