#pragma once

#include <string>

namespace geminate::translate {

/// docs/FIELDS.md: what becomes of each field of each dialect's requests, from the lists that the requests
/// are read by.
std::string fields_markdown();

}  // namespace geminate::translate
