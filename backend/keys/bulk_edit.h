#pragma once

#include <optional>

#include "shared/core/result.h"
#include "shared/dto/keys.h"

namespace geminate::keys {

/// The edit that a bulk action stands for; nothing for the actions that are no edit. Pure. A value that
/// cannot be read fails with BadRequest on "value"; what it says is checked as in any other edit.
Result<std::optional<KeyPatch>> patch_of(const KeyBulk& request);

}  // namespace geminate::keys
