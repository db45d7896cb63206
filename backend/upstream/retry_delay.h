#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace geminate::upstream {

// The ways in which "come back in so long" is written. Nothing where it is not written so, is negative, or is
// longer than Google's longest quota (a day) asks for. Pure.

using Delay = std::optional<std::chrono::milliseconds>;

/// RetryInfo's retryDelay: "36s", "12.5s"; also "1m30s".
Delay delay_of_duration(std::string_view text);

/// "Please retry in 12.5s.", "retry in 1h2m3.5s", "retry in 350.1ms", anywhere in the text.
Delay delay_in_words(std::string_view message);

/// The Retry-After field, in seconds; its form with a date is not read.
Delay delay_of_field(std::string_view value);

/// A number of seconds.
Delay delay_of_seconds(double seconds);

}  // namespace geminate::upstream
