#pragma once

#include <string_view>

namespace geminate::test {

/// Tells what a test of a promise has measured, in words and with units: the line that tools/promises
/// gathers. `id` is a row of tests/promises/promises.json.
void note_promise(std::string_view id, std::string_view figure);

/// Whether the numbers of the promise itself are asked for (GEMINATE_PROMISES=long, as tools/promises sets
/// it), and not the short form that every run of tools/test can afford.
bool is_long_run();

}  // namespace geminate::test
