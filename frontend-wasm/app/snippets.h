#pragma once

#include <string>
#include <string_view>

#include "frontend-wasm/app/prompt.h"

namespace geminate::ui {

/// What a client runs to ask the same of this server.
enum class SnippetLanguage : std::uint8_t { Curl, Python, JavaScript };

/// Where the client's token belongs in it.
inline constexpr std::string_view kTokenPlaceholder = "YOUR_CLIENT_TOKEN";

/// Code that streams the draft's answer, ready to run but for the token: `origin` is this server's, such as
/// "https://example.org:7860". Needs nothing but what comes with curl and a shell, Python 3 or Node 18.
/// Images are read from files of their names.
std::string snippet(SnippetLanguage language, const PromptDraft& draft, bool thinks, std::string_view origin);

}  // namespace geminate::ui
