#pragma once

#include <string_view>

#include "frontend-wasm/text/text.h"

namespace geminate::ui {

/// A sentence of the server's about a key (state_reason, the reason of an event, a cooldown or a check) or
/// about an edit that it refuses, in the reader's language. The server speaks English, and its sentence is
/// what the text is found by; one that is not known stays as it is. Tests hold the texts against the server's
/// table of verdicts and its faults.
Text server_words(const Phrasebook& say, std::string_view sentence);

}  // namespace geminate::ui
