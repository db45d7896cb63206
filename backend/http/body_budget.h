#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace geminate::http {

/// Blocks of memory from here on go back to the system when they are freed (backend/app/large_blocks.h sees
/// to that), and what nobody has written to of them takes none.
inline constexpr std::uint64_t kLargeBlock = 1024 * 1024;

/// What all request bodies in memory may take together, over all workers. Counted as bytes arrive: a length
/// that is only declared costs nothing. Any thread. Must outlive every request.
class BodyBudget {
 public:
  explicit BodyBudget(std::uint64_t limit) : limit_(limit) {}

  bool try_reserve(std::uint64_t bytes) {
    const auto before = used_.fetch_add(bytes, std::memory_order_relaxed);
    if (before + bytes <= limit_.load(std::memory_order_relaxed)) return true;
    used_.fetch_sub(bytes, std::memory_order_relaxed);
    return false;
  }
  /// For what is there already, also beyond the limit.
  void reserve(std::uint64_t bytes) { used_.fetch_add(bytes, std::memory_order_relaxed); }
  void release(std::uint64_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  /// What is held already stays, also beyond a lower limit.
  void set_limit(std::uint64_t limit) { limit_.store(limit, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> limit_;
  std::atomic<std::uint64_t> used_{0};
};

/// One body's part of the budget; gives it back when destroyed.
class BodyLease {
 public:
  BodyLease() = default;
  explicit BodyLease(BodyBudget& budget) : budget_(&budget) {}
  BodyLease(BodyLease&& other) noexcept
      : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  BodyLease& operator=(BodyLease&& other) noexcept {
    if (this != &other) {
      give_back();
      budget_ = std::exchange(other.budget_, nullptr);
      bytes_ = std::exchange(other.bytes_, 0);
    }
    return *this;
  }
  ~BodyLease() { give_back(); }

  /// False when the budget is used up; what was reserved before stays.
  bool grow(std::uint64_t bytes) {
    if (budget_ == nullptr) return true;
    if (!budget_->try_reserve(bytes)) return false;
    bytes_ += bytes;
    return true;
  }
  /// Something else stands in memory for the body now.
  void resize(std::uint64_t bytes) {
    if (budget_ == nullptr) return;
    if (bytes > bytes_) budget_->reserve(bytes - bytes_);
    if (bytes < bytes_) budget_->release(bytes_ - bytes);
    bytes_ = bytes;
  }

 private:
  void give_back() {
    if (budget_ != nullptr && bytes_ != 0) budget_->release(bytes_);
    bytes_ = 0;
  }

  BodyBudget* budget_ = nullptr;
  std::uint64_t bytes_ = 0;
};

}  // namespace geminate::http
