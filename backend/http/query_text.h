#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace geminate::http {

/// Percent-decoding of one query component ("+" is a blank); malformed escapes stay as they are.
std::string decode_query_component(std::string_view text);

/// The decoded values of every parameter of that name, in order. Names are compared decoded: "k%65y" is
/// "key".
std::vector<std::string> query_values(std::string_view query, std::string_view name);

}  // namespace geminate::http
