#pragma once

#include <optional>
#include <string_view>

#include "shared/core/time.h"

namespace geminate::upstream {

/// A date of an HTTP field in any of the three forms that RFC 9110 has everybody read: "Sun, 06 Nov 1994
/// 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" and "Sun Nov  6 08:49:37 1994". The second has half a
/// year's number: the century is the one that lies within 50 years from `now`. The weekday's name is not
/// checked against the date. Nothing for all else. Pure.
std::optional<Timestamp> parse_http_date(std::string_view text, Timestamp now);

}  // namespace geminate::upstream
