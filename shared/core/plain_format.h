#pragma once

#include <cstdarg>
#include <cstddef>
#include <string>

namespace geminate {

// What this project and, in the browser, ImGui need of printf: %d %u %x %X %s %c %% and %f, with 0, a width,
// a precision and `*`, with l, ll and z. The C library's own knows long doubles and each rounding, which is
// eight kilobytes of the program that everybody fetches.

/// As vsnprintf: `text` is always ended by a zero, the answer is how long the whole would be.
int format_plain(char* text, std::size_t size, const char* format, std::va_list values);

/// The whole text.
[[gnu::format(printf, 1, 2)]] std::string plain_text(const char* format, ...);

/// With so many decimals (nine at most), rounded half away from zero.
std::string decimal_text(double value, int decimals);

}  // namespace geminate
