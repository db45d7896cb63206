#pragma once

#include <string_view>

#include "frontend-wasm/text/text.h"

namespace geminate::ui {

/// A sentence of the server's about a key (state_reason, the reason of an event, a cooldown or a check), in
/// the reader's language. The server speaks English, and its sentence is what the text is found by; one that
/// is not known stays as it is. A test holds the texts against the server's table of verdicts.
Text server_words(const Phrasebook& say, std::string_view sentence);

}  // namespace geminate::ui
