#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "backend/storage/key_ring.h"

namespace geminate::storage {

/// Where an upstream key's sealed text belongs; it opens nowhere else. So whoever can write the database
/// cannot move a key to another row, nor to a project that pays for it.
struct TextPlace {
  std::int64_t id = 0;
  std::optional<std::string> project{};
};

struct SealedText {
  Blob bytes;
  /// The wrapped key it was sealed by.
  std::int64_t sealed_by = 0;
};

/// Under the ring's current key.
SealedText seal_text(const KeyRing& ring, const Secret& text, const TextPlace& place);

/// Internal, naming the row, when the text does not open: it, its project or its key's id was altered, or it
/// came from another row.
Result<Secret> open_text(const KeyRing& ring, const SealedText& sealed, const TextPlace& place);

/// What `open_text` says.
Error altered_text(std::int64_t id, std::string detail);

}  // namespace geminate::storage
