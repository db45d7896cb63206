#pragma once

#include "backend/config/config.h"

namespace geminate::app {

/// `geminate rotate-data-key`: says on stdout what it did, on stderr why it could not. Answers with the
/// process's exit code. Makes no database; a server may be running on the one that is there.
int rotate_data_key(const config::Config& config);

}  // namespace geminate::app
