#pragma once

#include <string>

#include "backend/translate/conversation.h"

// What a request wants of its answer and Gemini has no field for, but understands when it is told: a sentence
// of the system instruction.
namespace geminate::translate {

/// Where the user is: {"type":"approximate", "city", "region", "country", "timezone"}, the last four also
/// below "approximate", as chat completions have them.
Status read_user_location(const std::string& path, const Json& value, Conversation& conversation);

/// "low", "medium" or "high": how much is said.
Status read_verbosity(const std::string& path, const Json& value, Conversation& conversation);

}  // namespace geminate::translate
