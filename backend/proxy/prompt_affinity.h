#pragma once

#include <cstdint>
#include <string_view>

namespace geminate::proxy {

/// How a request's body holds its prompt.
enum class PromptShape : std::uint8_t {
  /// Gemini: "contents" and, before or after them, "systemInstruction". The model stands in the path.
  Contents,
  /// OpenAI: "messages", system messages among them, and "model".
  Messages,
};

/// A number that requests share whose prompts begin alike, so that they can go where Google has that
/// beginning in its cache (keys::Demand::affinity). 0 for requests that have nothing to gain: a single short
/// prompt.
///
/// A prompt's beginning is its model, its system text and its turns up to the first of the user's, the last
/// two cut at 4 KiB (about 1,024 tokens, from which on Google caches). It counts when an answer of the
/// model's stands in the request, so that this is a later turn of a conversation, or when the body is longer
/// than those 4 KiB. So a long prompt and all turns that follow it share one number, as do conversations that
/// begin with the same 4 KiB.
///
/// Pure; never fails, whatever the bytes: what is no JSON just gets some number. The JSON is walked, not
/// parsed, as far as needed and no further than 1 MiB; a short body without such an answer only costs a
/// search.
std::uint64_t prompt_affinity(PromptShape shape, std::string_view model, std::string_view body);

/// The same for requests whose client says itself that they begin alike. `name` is not empty.
std::uint64_t named_affinity(std::string_view model, std::string_view name);

}  // namespace geminate::proxy
