#pragma once

#include <string_view>

#include "backend/http/management_types.h"
#include "shared/core/error.h"

namespace geminate::http {

/// What the bridge itself has to say. `message` is text of ours, free of anything that JSON would escape.
ManagementAnswer management_error(ErrorCode code, std::string_view message);

}  // namespace geminate::http
