#include "backend/storage/sealed_text.h"

#include <cstdlib>
#include <utility>

#include "backend/crypto/sealed_secret.h"

namespace geminate::storage {
namespace {

/// Part of what is on disk. No project and an empty one are two places.
std::string name_of(const TextPlace& place) {
  const std::string row = "upstream_keys/sealed_text/" + std::to_string(place.id);
  return place.project ? row + "/project/" + *place.project : row + "/no project";
}

}  // namespace

SealedText seal_text(const KeyRing& ring, const Secret& text, const TextPlace& place) {
  const std::int64_t current = ring.current();
  return SealedText{Blob{crypto::seal(text, *ring.row_key(current), name_of(place))}, current};
}

Result<Secret> open_text(const KeyRing& ring, const SealedText& sealed, const TextPlace& place) {
  const Secret* key = ring.row_key(sealed.sealed_by);
  if (key == nullptr) return altered_text(place.id, "sealed by an unknown key");
  auto text = crypto::unseal(sealed.bytes.bytes, *key, name_of(place));
  if (!text.ok()) return altered_text(place.id, text.error().detail);
  return text;
}

Error altered_text(std::int64_t id, std::string detail) {
  return Error{
      ErrorCode::Internal,
      "The stored text of key " + std::to_string(id) +
          " does not open: the row was altered. Restore the database from a backup, or delete that row.",
      std::move(detail),
      {},
      {}};
}

}  // namespace geminate::storage
