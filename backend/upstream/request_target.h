#pragma once

#include <string>
#include <string_view>

#include "shared/core/result.h"

namespace geminate::upstream {

/// What the address of an upload carries on our side, in place of a client token (proxy/upload_tickets.h).
inline constexpr std::string_view kUploadTicketParameter = "geminate_upload";

/// The caller's request target as upstream wants it: `/v2/…` becomes `/v1beta/…`, `/openai/v1/…` becomes
/// `/v1beta/openai/…`, credentials in the query (`key` and its like, upload tickets) are taken out; all else,
/// order and unknown parameters included, stays byte for byte. BadRequest for what cannot be a target, and
/// for dot segments, with which a path could become another one than was looked at here.
Result<std::string> upstream_target(std::string_view target);

/// Whether Google's OpenAI-compatible surface answers there, which takes its key as a bearer token. An
/// upstream path.
bool is_openai_surface(std::string_view upstream_path);

/// What a native path asks for: "gemini-2.5-flash" and "generateContent" of
/// "/v1beta/models/gemini-2.5-flash:generateContent"; percent-encoding undone. Empty where the path has none.
struct ModelCall {
  std::string model;
  std::string method;
};
ModelCall model_of_path(std::string_view path);

/// "%2B" and the like undone; a percent sign that begins nothing stays.
std::string percent_decode(std::string_view text);

}  // namespace geminate::upstream
