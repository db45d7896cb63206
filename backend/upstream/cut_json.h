#pragma once

#include <string>
#include <string_view>

namespace geminate::upstream {

/// JSON that was cut off, made whole with what had come completely: a value that was cut is left out with its
/// name, open brackets are closed, and what follows the whole is dropped. A cut string is never guessed at.
/// Empty when nothing had begun. What was not JSON before the cut is none after it. Pure.
std::string mended_json(std::string_view cut);

}  // namespace geminate::upstream
