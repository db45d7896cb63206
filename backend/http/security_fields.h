#pragma once

#include <string_view>

namespace geminate::http {

/// What an answer is to a browser.
enum class AnswerKind : unsigned char {
  /// Everything but the console: JSON, streams, files of upstream's, errors of framing.
  Data,
  /// The console's page and its files.
  Console,
};

/// The header lines that tell browsers what they may do with an answer of ours; every answer has them, and
/// nobody else writes them. `is_secure`: the client's side is TLS, so that it may be held to it.
std::string_view security_fields(AnswerKind kind, bool is_secure);

/// Whether a field is one of them, whoever else would set it.
bool is_security_field(std::string_view name);

}  // namespace geminate::http
