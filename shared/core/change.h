#pragma once

#include <string>

namespace geminate {

/// Who changes something, and why: every store mutation takes it, and the audit row will share its
/// transaction.
struct Change {
  std::string who;
  std::string why;
};

}  // namespace geminate
