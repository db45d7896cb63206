#pragma once

#include "backend/keys/verdict.h"
#include "shared/core/error.h"

namespace geminate::proxy {

/// What upstream's error means for a caller of another dialect than Gemini's: same kind of status, upstream's
/// own words. 401 and 403 speak of our key, not of the caller: they come out as ours.
Error client_error(const keys::GoogleError& google);

}  // namespace geminate::proxy
