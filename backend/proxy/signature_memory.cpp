#include "backend/proxy/signature_memory.h"

namespace geminate::proxy {

std::size_t SignatureMemory::size_of(const Key& key, std::string_view signature) {
  // What the two containers need beside the texts, roughly.
  constexpr std::size_t kOverhead = 192;
  return kOverhead + 2 * key.second.size() + signature.size();
}

void SignatureMemory::remember(std::int64_t caller, std::string_view call_id, std::string_view signature) {
  Key key{caller, std::string(call_id)};
  const std::size_t size = size_of(key, signature);
  if (size > most_bytes_) return;
  const std::lock_guard lock(mutex_);
  const auto [place, is_new] = signatures_.try_emplace(key, signature);
  if (!is_new) {
    // An id that comes twice keeps its first place in the order.
    bytes_ += signature.size();
    bytes_ -= place->second.size();
    place->second = signature;
  } else {
    order_.push_back(std::move(key));
    bytes_ += size;
  }
  while (bytes_ > most_bytes_) {
    const auto oldest = signatures_.find(order_.front());
    bytes_ -= size_of(oldest->first, oldest->second);
    signatures_.erase(oldest);
    order_.pop_front();
  }
}

std::string SignatureMemory::find(std::int64_t caller, std::string_view call_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = signatures_.find(Key{caller, std::string(call_id)});
  return found == signatures_.end() ? std::string() : found->second;
}

}  // namespace geminate::proxy
