#include "backend/upstream/upstream_call.h"

#include <algorithm>

#include "shared/core/ascii.h"

namespace geminate::upstream {

std::string_view AnswerHead::header(std::string_view name) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return iequals(field.name, name); });
  return found == fields.end() ? std::string_view{} : found->value;
}

}  // namespace geminate::upstream
