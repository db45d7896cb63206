#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "backend/translate/conversation.h"

// Images, audio and documents in requests.
namespace geminate::translate {

/// What may stand at a place: the beginnings of media types, as "image/". Empty: anything that Gemini reads.
using MediaKind = std::string_view;

/// Characters of base64 that a file inside a request may have: 20 MB of bytes
/// (https://ai.google.dev/gemini-api/docs/image-understanding). What is larger is uploaded first.
inline constexpr std::size_t kLargestInline = 20'000'000U / 3 * 4 + 4;

/// Standard base64, padded or not.
bool is_base64(std::string_view text);

/// A "data:…;base64,…" URI, an http or https address, or a Gemini file ("files/abc" or its whole address).
/// Addresses are passed on for Gemini to fetch (fileData): nothing is fetched here. BadRequest for what is
/// malformed, of a type that Gemini does not read, or no `kind`.
Result<Part> read_media_address(const std::string& path, std::string_view address, MediaKind kind);

/// Base64 with its media type beside it.
Result<Part> read_media_data(const std::string& path, std::string_view mime_type, std::string_view base64,
                             MediaKind kind);

/// The media type that the file's ending speaks of; empty if it doesn't.
std::string_view type_of_ending(std::string_view name);

}  // namespace geminate::translate
