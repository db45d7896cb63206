#include "frontend-wasm/app/key_selection.h"

#include <algorithm>
#include <iterator>

namespace geminate::ui {
namespace {

void put_in_order(std::vector<KeyId>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

}  // namespace

bool KeySelection::contains(KeyId id) const { return std::binary_search(ids_.begin(), ids_.end(), id); }

void KeySelection::add(KeyId id) {
  const auto at = std::lower_bound(ids_.begin(), ids_.end(), id);
  if (at == ids_.end() || *at != id) ids_.insert(at, id);
}

void KeySelection::remove(KeyId id) {
  const auto at = std::lower_bound(ids_.begin(), ids_.end(), id);
  if (at != ids_.end() && *at == id) ids_.erase(at);
}

void KeySelection::add_all(std::vector<KeyId> ids) {
  put_in_order(ids);
  std::vector<KeyId> together;
  together.reserve(ids.size() + ids_.size());
  std::set_union(ids_.begin(), ids_.end(), ids.begin(), ids.end(), std::back_inserter(together));
  ids_ = std::move(together);
}

void KeySelection::remove_all(std::vector<KeyId> ids) {
  put_in_order(ids);
  std::vector<KeyId> left;
  std::set_difference(ids_.begin(), ids_.end(), ids.begin(), ids.end(), std::back_inserter(left));
  ids_ = std::move(left);
}

void KeySelection::invert(std::vector<KeyId> ids) {
  put_in_order(ids);
  std::vector<KeyId> either;
  std::set_symmetric_difference(ids_.begin(), ids_.end(), ids.begin(), ids.end(), std::back_inserter(either));
  ids_ = std::move(either);
}

void KeySelection::keep_only(const std::vector<KeyId>& present) {
  std::vector<KeyId> left;
  std::set_intersection(ids_.begin(), ids_.end(), present.begin(), present.end(), std::back_inserter(left));
  ids_ = std::move(left);
}

}  // namespace geminate::ui
