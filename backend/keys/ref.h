#pragma once

#include <cstddef>
#include <utility>

namespace geminate::keys {

/// A counted pointer of one word to something that counts for itself: `hold()` and `let_go()`, both const and
/// for any thread. What happens when nobody holds it any more is the thing's own affair.
template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* target) : target_(target) {
    if (target_ != nullptr) target_->hold();
  }
  Ref(const Ref& other) : Ref(other.target_) {}
  Ref(Ref&& other) noexcept : target_(std::exchange(other.target_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(target_, other.target_);
    return *this;
  }
  ~Ref() {
    if (target_ != nullptr) target_->let_go();
  }

  [[nodiscard]] T* get() const { return target_; }
  T* operator->() const { return target_; }
  T& operator*() const { return *target_; }
  explicit operator bool() const { return target_ != nullptr; }
  bool operator==(const Ref& other) const = default;
  bool operator==(std::nullptr_t) const { return target_ == nullptr; }

 private:
  T* target_ = nullptr;
};

}  // namespace geminate::keys
