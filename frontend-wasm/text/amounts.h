#pragma once

#include <cstdint>

#include "frontend-wasm/text/text.h"

namespace geminate::ui {

// Durations, money and shares in the reader's language. Pure.

/// "840 ms", "1.2 s", "2 min 3 s".
Text duration_text(const Phrasebook& say, std::int64_t milliseconds);
/// US dollars with as many decimals as say something: "$12.34", "$0.0123", "$0".
Text dollars(double amount);
/// "99.97%", "0.4%", "0%"; never "100%" or "0%" for a share that only comes near.
Text percent(std::int64_t part, std::int64_t whole);

}  // namespace geminate::ui
