#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace geminate::translate {

/// What a piece of a prompt costs by our own estimate. Text and media stand apart, as models differ in the
/// one and in the other.
struct TokenCost {
  /// Hundredths of a token.
  std::int64_t text = 0;
  /// Tokens.
  std::int64_t media = 0;
  /// Tokens of what it stands for that the model thought before, where that still counts.
  std::int64_t signatures = 0;

  TokenCost& operator+=(const TokenCost& other) {
    text += other.text;
    media += other.media;
    signatures += other.signatures;
    return *this;
  }
  TokenCost& operator-=(const TokenCost& other) {
    text -= other.text;
    media -= other.media;
    signatures -= other.signatures;
    return *this;
  }
};

/// How many tokens of a model's one of our estimate's is; what has been learnt of it is in
/// proxy::TokenCalibration.
struct TokenRatios {
  double text = 1;
  double media = 1;
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

/// A thought signature's of that length, which gemini-3 counts within the user's last turn, as often
/// measured; models before it count none.
std::int64_t signature_tokens(std::size_t base64_length);

/// In tokens.
std::int64_t estimated_tokens(const TokenCost& cost, const TokenRatios& ratios);

}  // namespace geminate::translate
