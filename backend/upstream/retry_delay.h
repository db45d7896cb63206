#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "shared/core/time.h"

namespace geminate::upstream {

// The ways in which "come back in so long" is written. Nothing where it is not written so, is negative, or is
// longer than Google's longest quota (a day) asks for. Pure.

using Delay = std::optional<std::chrono::milliseconds>;

/// RetryInfo's retryDelay: "36s", "12.5s"; also "1m30s".
Delay delay_of_duration(std::string_view text);

/// "Please retry in 12.5s.", "retry in 1h2m3.5s", "retry in 350.1ms", anywhere in the text.
Delay delay_in_words(std::string_view message);

/// The Retry-After field: seconds, or a date. That is compared with the answer's own Date field, as
/// upstream's clock need not agree with ours; with `now` where there is none. A date that is over says
/// nothing.
Delay delay_of_field(std::string_view value, std::string_view date, Timestamp now);

/// A number of seconds.
Delay delay_of_seconds(double seconds);

}  // namespace geminate::upstream
