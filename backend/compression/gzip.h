#pragma once

#include <string>
#include <string_view>

namespace geminate::compression {

/// The bytes as a gzip stream (RFC 1952), packed for speed rather than size. Any thread; memory of about the
/// bytes' own size.
std::string gzip(std::string_view bytes);

}  // namespace geminate::compression
