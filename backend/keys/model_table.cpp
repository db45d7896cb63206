#include "backend/keys/model_table.h"

namespace geminate::keys {

std::string_view plain_model(std::string_view model) {
  constexpr std::string_view kPrefix = "models/";
  if (model.starts_with(kPrefix)) model.remove_prefix(kPrefix.size());
  return model;
}

ModelTable::ModelTable() {
  for (auto& beliefs : beliefs_) beliefs = std::make_unique<QuotaLimits>();
  names_.emplace_back();
  size_.store(1, std::memory_order_release);
  add({});
}

ModelId ModelTable::find(ModelHash hash) const {
  const ModelHash wanted = usable(hash);
  for (std::size_t step = 0; step < kPlaces; ++step) {
    const Place& place = places_[(wanted + step) % kPlaces];
    const ModelHash found = place.hash.load(std::memory_order_acquire);
    if (found == wanted) return place.id.load(std::memory_order_relaxed);
    if (found == 0) return kUnlisted;
  }
  return kUnlisted;
}

ModelId ModelTable::add(std::string_view model) {
  const std::string_view plain = plain_model(model);
  const ModelHash hash = usable(hash_of_model(plain));
  const std::lock_guard lock(mutex_);
  if (const ModelId known = find(hash); known != kUnlisted) return known;
  if (names_.size() >= kMost) return kUnlisted;
  const auto id = static_cast<ModelId>(names_.size());
  names_.emplace_back(plain);
  std::size_t at = hash % kPlaces;
  while (places_[at].hash.load(std::memory_order_relaxed) != 0) at = (at + 1) % kPlaces;
  places_[at].id.store(id, std::memory_order_relaxed);
  size_.store(names_.size(), std::memory_order_release);
  places_[at].hash.store(hash, std::memory_order_release);
  return id;
}

std::string ModelTable::name(ModelId id) const {
  const std::lock_guard lock(mutex_);
  return id < names_.size() ? names_[id] : std::string();
}

}  // namespace geminate::keys
